package dev.meander.replay.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.replay.corruption.Corruption;
import dev.meander.replay.data.DataSet;
import dev.meander.replay.data.GlyphDataSet;
import dev.meander.replay.data.GlyphDataSet.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DriftStreamTest {

  private static final DataSet GLYPHS = new GlyphDataSet(Part.TEST, 1, 50);

  @Test
  void shouldDivideEventsOverSegmentsExactly() {
    DriftStream stream = DriftStream.standard(GLYPHS, 203, 1);

    assertThat(stream.size()).isEqualTo(203);
    assertThat(stream.segments().stream().map(Segment::name))
        .containsExactly("gaussian_noise", "defocus_blur", "brightness", "contrast", "pixelate");
    assertThat(stream.segments().stream().map(Segment::size)).containsExactly(40, 41, 40, 41, 41);
    int position = 0;
    for (Segment segment : stream.segments()) {
      assertThat(segment.from()).isEqualTo(position);
      for (; position < segment.to(); position++) {
        assertThat(stream.at(position).segment()).isEqualTo(segment.name());
        assertThat(stream.at(position).index()).isEqualTo(position);
      }
    }
    assertThat(position).isEqualTo(203);
  }

  @Test
  void shouldRampUpStayAndRampDown() {
    Segment segment = new Segment(Corruption.CONTRAST, 100, 140);

    assertThat(IntStream.range(100, 140).map(segment::severityAt).toArray())
        .containsExactly(
            1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5,
            5, 5, 5, 4, 4, 3, 3, 2, 2, 1, 1);
    assertThat(new Segment(Corruption.CONTRAST, 0, 1).severityAt(0)).isEqualTo(5);
    Segment seven = new Segment(Corruption.CONTRAST, 0, 7);
    assertThat(IntStream.range(0, 7).map(seven::severityAt).toArray())
        .containsExactly(1, 5, 5, 5, 5, 5, 1);
  }

  @Test
  void shouldGiveTheSameSampleByPositionAndInOrder() {
    DriftStream stream = DriftStream.standard(GLYPHS, 120, 1);
    DriftStream again = DriftStream.standard(GLYPHS, 120, 1);
    List<DriftSample> inOrder = new ArrayList<>();
    stream.forEach(inOrder::add);

    assertThat(inOrder).hasSize(120);
    for (int position = 119; position >= 0; position--) {
      DriftSample sample = again.at(position);
      assertThat(sample.image()).isEqualTo(inOrder.get(position).image());
      assertThat(sample.label()).isEqualTo(inOrder.get(position).label());
      assertThat(sample.severity()).isEqualTo(inOrder.get(position).severity());
    }
  }

  @Test
  void shouldDrawAnotherOrderAndOtherNoiseForAnotherSeed() {
    DriftStream one = DriftStream.standard(GLYPHS, 120, 1);
    DriftStream two = DriftStream.standard(GLYPHS, 120, 2);

    assertThat(labels(one)).isNotEqualTo(labels(two));
    assertThat(one.at(10).image()).isNotEqualTo(two.at(10).image());
  }

  @Test
  void shouldUseEveryImageBeforeAnyIsUsedAgain() {
    DataSet ten = new GlyphDataSet(Part.TEST, 1, 10);
    DriftStream stream = DriftStream.standard(ten, 40, 1);

    List<Integer> labels = labels(stream);
    for (int pass = 0; pass < 4; pass++) {
      assertThat(labels.subList(10 * pass, 10 * pass + 10)).doesNotHaveDuplicates();
    }
    assertThat(labels.subList(0, 10)).isNotEqualTo(labels.subList(10, 20));
  }

  @Test
  void shouldCorruptTheImageOfTheDataSet() {
    DriftStream stream = new DriftStream(GLYPHS, List.of(Corruption.BRIGHTNESS), 50, 1);

    DriftSample sample = stream.at(25);

    assertThat(sample.severity()).isEqualTo(5);
    boolean found = false;
    for (int i = 0; i < GLYPHS.size(); i++) {
      float[] bright = Corruption.BRIGHTNESS.apply(GLYPHS.image(i), GLYPHS.inputShape(), 5, 0, 0);
      found |= java.util.Arrays.equals(bright, sample.image()) && GLYPHS.label(i) == sample.label();
    }
    assertThat(found).isTrue();
  }

  @Test
  void shouldRefuseAStreamWithoutSamples() {
    assertThatThrownBy(() -> DriftStream.standard(GLYPHS, 4, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "expected at least one corruption, one event for each and at most 10000000 events,"
                + " found 5 corruptions and 4 events");
    assertThatThrownBy(() -> DriftStream.standard(GLYPHS, 10, 1).at(10))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  private static List<Integer> labels(DriftStream stream) {
    return IntStream.range(0, stream.size()).mapToObj(i -> stream.at(i).label()).toList();
  }
}
