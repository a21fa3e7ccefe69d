package dev.meander.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.core.config.ConfigurationException;
import dev.meander.serving.ServingConfig;
import dev.meander.streams.AdaptationConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramFileTest {

  @TempDir
  @SuppressWarnings("NullAway.Init") // set before each test
  Path folder;

  private Path file(String more) throws Exception {
    return Files.writeString(
        folder.resolve("meander.properties"),
        """
        bootstrap.servers=localhost:9092
        schema.registry.url=http://localhost:8081
        model.name=fake
        model.file=fake.pt
        model.input.shape=3,32,32
        """
            + more);
  }

  @Test
  void shouldGiveEachProgramItsOwnKeysOfOneFile() throws Exception {
    Path shared = file("batch.size=32\nhttp.port=8090\nkafka.client.id=x\n");
    AdaptationConfig adaptation = ProgramFile.adaptation(shared);
    assertThat(adaptation.learner().batchSize()).isEqualTo(32);
    assertThat(adaptation.kafka()).containsEntry("client.id", "x");
    ServingConfig serving = ProgramFile.serving(shared);
    assertThat(serving.http().port()).isEqualTo(8090);
    assertThat(serving.cluster().kafka()).containsEntry("client.id", "x");
  }

  @Test
  void shouldRefuseAKeyThatNeitherKnows() throws Exception {
    Path odd = file("batch.sise=32\n");
    assertThatThrownBy(() -> ProgramFile.adaptation(odd))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("1 problem in %s:\n  unknown key batch.sise, did you mean batch.size?", odd);
    assertThatThrownBy(() -> ProgramFile.serving(odd))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("1 problem in %s:\n  unknown key batch.sise", odd);
  }

  @Test
  void shouldLeaveTheOtherProgramsValuesUnread() throws Exception {
    Path mixed = file("batch.size=none\n");
    assertThat(ProgramFile.serving(mixed).model().name()).isEqualTo("fake");
    assertThatThrownBy(() -> ProgramFile.adaptation(mixed))
        .hasMessage(
            "1 problem in %s:\n  batch.size: expected a whole number of 1 to 4096, found \"none\"",
            mixed);
  }
}
