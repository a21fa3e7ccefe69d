package dev.meander.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.core.config.ConfigurationException;
import dev.meander.kit.BadInput;
import dev.meander.kit.BadInput.Entrance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Materialized;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFolderTest {

  private static Supplier<KafkaStreams> streams(Path folder) {
    StreamsBuilder builder = new StreamsBuilder();
    builder.table(
        "any", Consumed.with(Serdes.String(), Serdes.String()), Materialized.as("persistent"));
    Properties properties = new Properties();
    properties.put("application.id", "learners");
    properties.put("bootstrap.servers", "127.0.0.1:1");
    properties.put("state.dir", folder.toString());
    return () -> new KafkaStreams(builder.build(), properties);
  }

  @Test
  @BadInput(
      at = Entrance.CONFIGURATION,
      what = "state.dir in use by another process of the same application",
      then = "refused with the key and the folder")
  void shouldNameTheKeyAndTheFolderWhenItIsInUse(@TempDir Path folder) {
    try (KafkaStreams first = StateFolder.open(folder, "learners", streams(folder))) {
      assertThat(first.state()).isEqualTo(KafkaStreams.State.CREATED);
      assertThatThrownBy(() -> StateFolder.open(folder, "learners", streams(folder)))
          .isInstanceOf(ConfigurationException.class)
          .hasMessage(
              "1 problem in the configuration:\n"
                  + "  state.dir: expected a folder that no other process of application learners"
                  + " uses, found %s in use: give each process a state.dir of its own",
              folder);
    }
    StateFolder.open(folder, "learners", streams(folder)).close();
  }

  @Test
  void shouldLeaveOtherFailuresAsTheyAre(@TempDir Path folder) {
    assertThatThrownBy(
            () ->
                StateFolder.open(
                    folder,
                    "learners",
                    () -> {
                      throw new StreamsException("something else");
                    }))
        .isInstanceOf(StreamsException.class)
        .hasMessage("something else");
  }

  @Test
  @BadInput(
      at = Entrance.CONFIGURATION,
      what = "state.dir that is a file, or lies below one",
      then = "refused with the key and the folder")
  void shouldNameTheKeyAndThePathWhenItCannotBeMade(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    assertThatThrownBy(() -> StateFolder.check(file))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "1 problem in the configuration:\n"
                + "  state.dir: expected a folder that can be made and written, %s, found something"
                + " that is no folder: %s",
            file, file);
    assertThatThrownBy(() -> StateFolder.check(file.resolve("below")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith(
            "1 problem in the configuration:\n"
                + "  state.dir: expected a folder that can be made and written, "
                + file.resolve("below")
                + ", found ");
  }

  @Test
  void shouldMakeAFolderThatIsMissingAndLeaveNothingInIt(@TempDir Path folder) throws IOException {
    Path missing = folder.resolve("a").resolve("b");
    StateFolder.check(missing);
    try (var files = Files.list(missing)) {
      assertThat(files).isEmpty();
    }
  }
}
