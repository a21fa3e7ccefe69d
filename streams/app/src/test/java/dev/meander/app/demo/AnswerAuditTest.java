package dev.meander.app.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.meander.core.math.Softmax;
import dev.meander.core.model.FakeModel;
import dev.meander.core.model.NormMode;
import dev.meander.core.model.Tape;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.AdapterWeights;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AnswerAuditTest {

  private static final int[] SHAPE = {12};
  private static final int CLASSES = 3;
  private static final long VERSION = 7;

  /** What version 7 says, in a model of its own. */
  private final FakeModel adapted = new FakeModel("fake", SHAPE, CLASSES, 2);

  private final FakeModel frozen = new FakeModel("fake", SHAPE, CLASSES, 1);
  private final FakeModel judge = new FakeModel("fake", SHAPE, CLASSES, 1);
  private final SplittableRandom random = new SplittableRandom(3);

  private static AdapterWeights weightsOf(FakeModel model) {
    Layout layout = model.spec().inventory();
    float[] values = new float[layout.size()];
    for (Block block : layout.blocks()) {
      float[] floats = new float[block.size()];
      model.read(block, floats);
      System.arraycopy(floats, 0, values, layout.offset(block), floats.length);
    }
    return new AdapterWeights(layout, values);
  }

  private AnswerAudit audit() {
    return new AnswerAudit(judge, Map.of(VERSION, weightsOf(adapted)));
  }

  private byte[] pixels() {
    byte[] pixels = new byte[SHAPE[0]];
    random.nextBytes(pixels);
    return pixels;
  }

  private static float[] logits(FakeModel model, AnsweredEvent event) {
    try (Tape tape =
        model.forward(Tensor.stack(List.of(event.input()), SHAPE), NormMode.SOURCE, false)) {
      return tape.logits().row(0);
    }
  }

  private static int best(float[] logits) {
    return Softmax.argMax(logits, 0, CLASSES);
  }

  /** An event that {@code truth} is right about and {@code server} answered. */
  private AnsweredEvent answered(String segment, FakeModel truth, FakeModel server, long version) {
    AnsweredEvent asked =
        new AnsweredEvent(0, segment, pixels(), 0, "fake:global", version, new float[0]);
    return new AnsweredEvent(
        0,
        segment,
        asked.pixels(),
        best(logits(truth, asked)),
        "fake:global",
        version,
        logits(server, asked));
  }

  /** As {@link #answered}, with an input that the two models disagree on. */
  private AnsweredEvent disputed(String segment, FakeModel truth, FakeModel server, long version) {
    for (int draw = 0; draw < 10_000; draw++) {
      AnsweredEvent event = answered(segment, truth, server, version);
      if (best(logits(frozen, event)) != best(logits(adapted, event))) {
        return event;
      }
    }
    throw new IllegalStateException("expected models that disagree on some input");
  }

  @Test
  void shouldFindNothingTornWhenAnswersAreTheirVersions() {
    AnswerAudit audit = audit();
    List<AnsweredEvent> answers = new ArrayList<>();
    for (int i = 0; i < 70; i++) {
      answers.add(answered("clean", frozen, frozen, 0));
      answers.add(answered("clean", adapted, adapted, VERSION));
    }
    List<Integer> progress = new ArrayList<>();
    audit.judge(answers, progress::add);
    assertThat(audit.torn()).isZero();
    assertThat(audit.unversioned()).isZero();
    assertThat(progress).containsExactly(64, 6, 64, 6);
  }

  @Test
  void shouldCallAnAnswerTornWhenItIsAnotherVersions() {
    AnswerAudit audit = audit();
    audit.judge(
        List.of(
            answered("clean", frozen, adapted, 0),
            answered("clean", frozen, frozen, VERSION),
            answered("clean", frozen, frozen, 0)),
        count -> {});
    assertThat(audit.torn()).isEqualTo(2);
    assertThat(audit.unversioned()).isZero();
  }

  @Test
  void shouldCallAnAnswerTornWhenOneLogitIsMixed() {
    AnsweredEvent event = answered("clean", adapted, adapted, VERSION);
    event.logits()[1] = logits(frozen, event)[1];
    AnswerAudit audit = audit();
    audit.judge(List.of(event), count -> {});
    assertThat(audit.torn()).isEqualTo(1);
  }

  @Test
  void shouldCountAnswersWithoutAKnownVersionAndNotCallThemTorn() {
    AnswerAudit audit = audit();
    audit.judge(
        List.of(
            answered("clean", frozen, adapted, -1),
            answered("clean", frozen, adapted, 99),
            answered("clean", frozen, frozen, 0)),
        count -> {});
    assertThat(audit.unversioned()).isEqualTo(2);
    assertThat(audit.torn()).isZero();
  }

  @Test
  void shouldGiveFrozenAndServedErrorPerSegmentInOrderOfAppearance() {
    AnswerAudit audit = audit();
    audit.judge(
        List.of(
            disputed("noise", adapted, adapted, VERSION),
            answered("blur", frozen, frozen, 0),
            disputed("noise", frozen, frozen, 0),
            disputed("noise", adapted, frozen, 0),
            disputed("noise", frozen, adapted, VERSION),
            disputed("noise", adapted, adapted, VERSION)),
        count -> {});
    List<DemoReport.Segment> segments = audit.segments();
    assertThat(segments).extracting(DemoReport.Segment::name).containsExactly("noise", "blur");
    assertThat(segments).extracting(DemoReport.Segment::samples).containsExactly(5, 1);
    assertThat(segments.get(0).errorFrozen()).isCloseTo(60, within(1e-9));
    assertThat(segments.get(0).errorAdapted()).isCloseTo(40, within(1e-9));
    assertThat(segments.get(1).errorFrozen()).isZero();
    assertThat(segments.get(1).errorAdapted()).isZero();
  }

  @Test
  void shouldMeasureDifferencesAgainstTheLargestLogit() {
    float[] expected = {10, -100, 0};
    assertThat(AnswerAudit.differs(expected, new float[] {10.09f, -100, 0})).isFalse();
    assertThat(AnswerAudit.differs(expected, new float[] {10.11f, -100, 0})).isTrue();
    assertThat(AnswerAudit.differs(expected, new float[] {10, -100, Float.NaN})).isTrue();
    assertThat(AnswerAudit.differs(new float[] {0, 0}, new float[] {0, 0.002f})).isTrue();
  }
}
