package dev.meander.app.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.meander.kit.DataPack;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
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

  /** The same numbers as test resources; the network is written from its initial weights. */
  @Test
  void shouldMeetTheTracesOfTheResources(@TempDir Path folder) throws IOException {
    copyResources(folder, new String(resource("golden.json"), StandardCharsets.UTF_8));
    List<Deviation> all = Parity.check(folder, deviation -> {});
    assertThat(all.stream().map(Deviation::trace).distinct().count()).isEqualTo(34);
    assertThat(all).filteredOn(deviation -> !deviation.holds()).map(Deviation::line).isEmpty();
  }

  @Test
  void shouldFailWhatCannotBeFollowedOrDeviates(@TempDir Path folder) throws IOException {
    copyResources(folder, trace -> trace.put("method", "rpx"));
    assertThat(Parity.check(folder, deviation -> {}))
        .filteredOn(deviation -> !deviation.holds())
        .map(Deviation::tensor)
        .containsExactly("unknown method rpx");
    copyResources(folder, trace -> trace.withObject("hyper").put("gce_q", 0.7));
    assertThat(Parity.check(folder, deviation -> {}))
        .filteredOn(deviation -> !deviation.holds())
        .isNotEmpty()
        .allMatch(deviation -> deviation.trace().equals("rpl"));
    copyResources(folder, trace -> trace.withObject("hyper").put("unheard_of", 1));
    assertThat(Parity.check(folder, deviation -> {}))
        .filteredOn(deviation -> !deviation.holds())
        .map(Deviation::tensor)
        .containsExactly("expected hyperparameters of rpl, found unheard_of");
  }

  /** Only the trace of rpl, changed. */
  private static void copyResources(Path folder, Consumer<ObjectNode> change) throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode description = (ObjectNode) json.readTree(resource("golden.json"));
    ArrayNode kept = json.createArrayNode();
    for (JsonNode trace : description.path("traces")) {
      if (trace.path("tag").asText().equals("rpl")) {
        change.accept((ObjectNode) trace);
        kept.add(trace);
      }
    }
    description.set("traces", kept);
    copyResources(folder, description.toString());
  }

  private static void copyResources(Path folder, String description) throws IOException {
    Files.writeString(folder.resolve("golden.json"), description);
    Files.write(folder.resolve("golden.safetensors"), resource("golden.safetensors"));
    NumberFile numbers = NumberFile.read(folder.resolve("golden.safetensors"));
    TinyNetwork.write(
        folder.resolve("tiny2_trained.pt"), name -> numbers.get("init." + name).data());
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = ParityTest.class.getResourceAsStream(name)) {
      assertThat(in).as(name).isNotNull();
      return in.readAllBytes();
    }
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
          .hasMessage(
              "expected a safetensors file, found %d bytes that do not begin with the length of a header in %s",
              bytes.length, numbers);
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
