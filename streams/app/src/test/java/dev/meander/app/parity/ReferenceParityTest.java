package dev.meander.app.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The traces of the methods in {@code tests/parity/methods.py}, written by {@code traces.py} beside
 * it, through the real methods on the real engine. The networks are written from their initial
 * weights.
 */
class ReferenceParityTest {

  private static final String UNTRAINED = "reference/";
  private static final String TRAINED = "reference/trained/";

  @Test
  void shouldMeetTheTracesOfTheReferenceMethods(@TempDir Path folder) throws IOException {
    Set<String> methods = new TreeSet<>();
    for (String set : List.of(UNTRAINED, TRAINED)) {
      ObjectNode description = description(set);
      description.path("traces").forEach(trace -> methods.add(trace.path("method").asText()));
      write(folder.resolve(set), set, description);
    }
    List<Deviation> all = Parity.check(folder.resolve(UNTRAINED), deviation -> {});
    assertThat(methods).containsExactly("cema", "deyo", "memo", "note", "t3a");
    assertThat(all.stream().map(found -> found.set() + found.trace()).distinct()).hasSize(40);
    assertThat(all).filteredOn(deviation -> !deviation.holds()).map(Deviation::line).isEmpty();
  }

  /** A trace that would be met with another number would say nothing of this one. */
  @ParameterizedTest
  @CsvSource({
    "deyo, margin, 0.45",
    "deyo, e0_factor, 0.39",
    "deyo, plpd, 0.1",
    "deyo_usual, plpd, 0.1",
    "memo_usual, views, 31",
    "t3a_usual, supports, 5",
    "note_usual, update_every, 63",
    "cema_usual, e_min_factor, 0.1",
    "cema_upload, replay_from, 30",
    "memo, views, 4",
    "memo, bn_alpha, 0.06",
    "t3a_3, supports, 4",
    "note, memory_size, 11",
    "note, update_every, 9",
    "note, bn_momentum, 0.11",
    "cema, e0_factor, 0.59",
    "cema, e_min_factor, 0.2",
    "cema, d_margin, 0.7",
    "cema, prob_momentum, 0.8",
    "cema, uploads, 7",
    "cema, replay_size, 39",
    "cema, replayed, 8",
    "cema, replay_from, 16",
    "cema, teacher_learning_rate, 0.004",
    "cema, bn_momentum, 0.11",
    "cema_first, first_batch_statistics, 0",
    "cema_dynamic, lambda, 0.81",
    "cema_dynamic, warm_up, 41"
  })
  void shouldFailWithAnotherNumber(String tag, String name, double value, @TempDir Path folder)
      throws IOException {
    write(folder, TRAINED, only(tag, trace -> trace.withObject("hyper").put(name, value)));
    assertThat(Parity.check(folder, deviation -> {})).anyMatch(deviation -> !deviation.holds());
  }

  @Test
  void shouldFailWithOtherViews(@TempDir Path folder) throws IOException {
    write(folder, TRAINED, only("deyo", trace -> trace.withObject("views").put("offset", 2)));
    assertThat(Parity.check(folder, deviation -> {})).anyMatch(deviation -> !deviation.holds());
    write(folder, TRAINED, only("memo", trace -> trace.remove("views")));
    assertThat(Parity.check(folder, deviation -> {})).anyMatch(deviation -> !deviation.holds());
  }

  @Test
  void shouldSayWhichViewsAndDrawsCannotBeFollowed(@TempDir Path folder) throws IOException {
    write(folder, TRAINED, only("memo", trace -> trace.withObject("views").put("type", "any")));
    assertThat(Parity.check(folder, deviation -> {}))
        .map(Deviation::tensor)
        .containsExactly("expected views of the type by_row or patch_order, found \"any\"");
    write(folder, TRAINED, only("note", trace -> trace.put("draws", "init.fc.bias")));
    assertThat(Parity.check(folder, deviation -> {}))
        .map(Deviation::tensor)
        .containsExactly("expected draws from 0 up to 1, found -0.088938996");
    assertThatThrownBy(() -> new RecordedDraws(new float[0]).nextDouble())
        .isInstanceOf(TraceRefusedException.class)
        .hasMessage("expected more than 0 draws, found the end");
    assertThatThrownBy(() -> new RecordedDraws(new float[] {.5f}).nextLong())
        .isInstanceOf(TraceRefusedException.class)
        .hasMessage("expected draws of numbers and places, found one of bits");
  }

  /** Changes a trace of the trained set; gives a description with no other. */
  private static ObjectNode only(String tag, Consumer<ObjectNode> change) throws IOException {
    ObjectNode description = description(TRAINED);
    ArrayNode kept = new ObjectMapper().createArrayNode();
    description
        .path("traces")
        .forEach(
            trace -> {
              if (trace.path("tag").asText().equals(tag)) {
                change.accept((ObjectNode) trace);
                kept.add(trace);
              }
            });
    assertThat(kept).as(tag).hasSize(1);
    description.set("traces", kept);
    return description;
  }

  private static ObjectNode description(String set) throws IOException {
    return (ObjectNode) new ObjectMapper().readTree(resource(set + "golden.json"));
  }

  private static void write(Path folder, String set, ObjectNode description) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("golden.json"), description.toString());
    Path file = folder.resolve("golden.safetensors");
    Files.write(file, resource(set + "golden.safetensors"));
    NumberFile numbers = NumberFile.read(file);
    TinyNetwork.write(
        folder.resolve(description.path("network").path("torchscript").asText()),
        name -> numbers.get("init." + name).data());
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = ReferenceParityTest.class.getResourceAsStream(name)) {
      assertThat(in).as(name).isNotNull();
      return in.readAllBytes();
    }
  }
}
