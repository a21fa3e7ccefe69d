package dev.meander.replay.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.kit.DataPack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvDataSetTest {

  @TempDir
  @SuppressWarnings("NullAway.Init") // set before each test
  Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("sensor.csv"), text);
  }

  @Test
  void shouldReadRowsInOrder() throws IOException {
    CsvDataSet data = CsvDataSet.open(file("a,b,label\n1,-2.5e1,0\n.25, 7,2\n"));

    assertThat(data.name()).isEqualTo("sensor");
    assertThat(data.size()).isEqualTo(2);
    assertThat(data.inputShape()).containsExactly(2);
    assertThat(data.image(0)).containsExactly(1, -25);
    assertThat(data.image(1)).containsExactly(0.25f, 7);
    assertThat(data.label(1)).isEqualTo(2);
    assertThat(data.classNames()).containsExactly("0", "1", "2");
    assertThat(data.digest())
        .isEqualTo(CsvDataSet.open(file("x,y,label\n1,-25,0\n.25,7,2")).digest())
        .isNotEqualTo(CsvDataSet.open(file("x,y,label\n1,-25,0\n.25,7,1")).digest());
    data.image(0)[0] = 9;
    assertThat(data.image(0)).containsExactly(1, -25);
    assertThatThrownBy(() -> data.image(2)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> data.label(-1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void shouldNameTheLineThatIsWrong() throws IOException {
    assertRefused(
        "a,b,class\n1,2,0\n",
        "expected a column label, found \"a,b,class\" in FILE; --label class names another one");
    assertRefused(
        "", "expected a header line with the names of the columns, found no text in FILE");
    assertRefused("a,label\n", "expected rows after the header, found none in FILE");
    assertRefused("a,b,label\n1,2,0\n1,0\n", "expected 3 cells, found 2 in line 3 of FILE");
    assertRefused(
        "a,b,label\n1,two,0\n",
        "expected a finite number, found \"two\" in column 2 (b) of line 2 of FILE");
    assertRefused(
        "a,b,label\n1,NaN,0\n",
        "expected a finite number, found \"NaN\" in column 2 (b) of line 2 of FILE; a missing"
            + " value? --missing mean, median or zero puts one in");
    assertRefused(
        "a,label\n1,0.5\n", "expected a label of 0 to 9999, found \"0.5\" in line 2 of FILE");
    assertRefused(
        "a,label\n1,-1\n", "expected a label of 0 to 9999, found \"-1\" in line 2 of FILE");
  }

  @Test
  void shouldReadWhenALabelBecomesKnown() throws IOException {
    CsvDataSet data = CsvDataSet.open(file("a,label_delay,label\n1,5,0\n2,,1\n3, 0 ,1\n"));
    assertThat(data.inputShape()).containsExactly(1);
    assertThat(data.image(1)).containsExactly(2);
    assertThat(data.labelDelay(0)).isEqualTo(5);
    assertThat(data.labelDelay(1)).isEqualTo(DataSet.NEVER);
    assertThat(data.labelDelay(2)).isZero();
    assertThat(data.digest())
        .isNotEqualTo(CsvDataSet.open(file("a,label_delay,label\n1,6,0\n2,,1\n3,0,1\n")).digest());
    assertThat(CsvDataSet.open(file("label_delay,label\n7,0\n")).labelDelay(0))
        .as("a stream of one column")
        .isEqualTo(DataSet.UNSTATED);
    assertRefused(
        "a,label_delay,label\n1,soon,0\n",
        "expected a label_delay of 0 to 1000000000 or none, found \"soon\" in line 2 of FILE");
    assertRefused(
        "a,label_delay,label\n1,2,0\n1,-3,0\n",
        "expected a label_delay of 0 to 1000000000 or none, found \"-3\" in line 3 of FILE");
  }

  @Test
  void shouldCutRowsOut() throws IOException {
    CsvDataSet data = CsvDataSet.open(file("a,label_delay,label\n1,5,0\n2,6,1\n3,7,2\n"));
    Excerpt last = new Excerpt(data, 1, 3);
    assertThat(last.size()).isEqualTo(2);
    assertThat(last.image(0)).containsExactly(2);
    assertThat(last.label(1)).isEqualTo(2);
    assertThat(last.labelDelay(1)).isEqualTo(7);
    assertThat(last.classNames()).hasSize(3);
    assertThat(last.digest()).isNotEqualTo(data.digest());
    assertThatThrownBy(() -> last.image(2)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> new Excerpt(data, 1, 1))
        .hasMessage("expected at least one input, found none");
  }

  private void assertRefused(String text, String message) throws IOException {
    Path file = file(text);
    assertThatThrownBy(() -> CsvDataSet.open(file))
        .isInstanceOf(DataSetRefusedException.class)
        .hasMessage(message.replace("FILE", file.toString()));
  }

  /** Needs the data pack. */
  @Test
  void shouldReadTheStreamsOfThePack() {
    Path streams = DataPack.require().resolve("streams");

    CsvDataSet elec = CsvDataSet.open(streams.resolve("elec.csv"));
    assertThat(elec.size()).isEqualTo(45_312);
    assertThat(elec.inputShape()).containsExactly(6);
    assertThat(elec.classNames()).hasSize(2);
    CsvDataSet outdoor = CsvDataSet.open(streams.resolve("outdoorStream.csv"));
    assertThat(outdoor.size()).isEqualTo(4_000);
    assertThat(outdoor.classNames()).hasSize(40);
  }
}
