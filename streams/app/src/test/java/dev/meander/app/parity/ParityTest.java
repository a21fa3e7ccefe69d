package dev.meander.app.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.kit.DataPack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The golden traces of the data pack through the real methods on the real engine. */
class ParityTest {

  @Test
  void shouldMeetEveryTraceOfTheDataPack() {
    Path golden = DataPack.require("golden");
    List<Deviation> all = Parity.check(golden, deviation -> {});
    assertThat(all.stream().map(Deviation::trace).distinct().count()).isGreaterThan(30);
    assertThat(all).filteredOn(deviation -> !deviation.holds()).map(Deviation::line).isEmpty();
  }

  @Test
  void shouldRefuseAFolderWithoutTraces(@TempDir Path folder) {
    assertThatThrownBy(() -> Parity.check(folder, deviation -> {}))
        .isInstanceOf(TraceRefusedException.class)
        .hasMessage("expected golden.json in %s or a folder of it, found none", folder);
  }

  @Test
  void shouldRefuseADamagedNumberFile(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("golden.json"), "{\"tensors\": \"x\", \"traces\": []}");
    Path numbers = folder.resolve("x");
    for (byte[] bytes : new byte[][] {{}, {1, 2, 3}, {9, 0, 0, 0, 0, 0, 0, 0, '{', '}'}}) {
      Files.write(numbers, bytes);
      assertThatThrownBy(() -> Parity.check(folder, deviation -> {}))
          .isInstanceOf(TraceRefusedException.class)
          .hasMessage("expected a safetensors file, found %s", numbers);
    }
  }

  @Test
  void shouldCountADeviationThatIsNotANumberAsOneThatExceeds() {
    Deviations deviations = new Deviations("set", "trace");
    deviations.compare("same", new float[] {1, Float.NaN}, new float[] {1, Float.NaN}, 0);
    deviations.compare("near", new float[] {1}, new float[] {1.5f}, .5);
    deviations.compare("lost", new float[] {Float.NaN}, new float[] {1}, .5);
    deviations.compare("short", new float[] {1}, new float[] {1, 1}, .5);
    deviations.compareRelative("relative", 90, 100, .2);
    assertThat(deviations.all().stream().filter(Deviation::holds).map(Deviation::tensor))
        .containsExactly("same", "near", "relative");
    assertThat(deviations.all().get(1).line())
        .isEqualTo(
            "ok   set        trace         near                          5.00e-01  of 5.00e-01");
  }
}
