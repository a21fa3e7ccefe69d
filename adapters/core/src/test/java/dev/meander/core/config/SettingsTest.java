package dev.meander.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {

  private static final Option<Integer> SIZE = Option.count("batch.size", 64, 1, 4096, "Samples.");
  private static final Option<Double> KEEP = Option.number("keep", .5, 0, 1, "Share.");
  private static final Option<String> MODEL = Option.text("model.name", null, "Name of the model.");
  private static final List<Option<?>> OPTIONS = List.of(SIZE, KEEP, MODEL);

  @Test
  void shouldReadValuesAndDefaults() {
    Settings settings =
        Settings.read(
            "meander.properties",
            Map.of("model.name", " resnet ", "keep", "0.25", "kafka.acks", "all"),
            OPTIONS,
            List.of("kafka."));

    assertThat(settings.get(SIZE)).isEqualTo(64);
    assertThat(settings.get(KEEP)).isEqualTo(.25);
    assertThat(settings.get(MODEL)).isEqualTo("resnet");
    assertThat(settings.passedThrough("kafka.")).isEqualTo(Map.of("acks", "all"));
    assertThat(settings.passedThrough("registry.")).isEmpty();
  }

  @Test
  void shouldNameEveryProblemAtOnce() {
    assertThatThrownBy(
            () ->
                Settings.read(
                    "meander.properties",
                    Map.of("batch.sze", "3", "keep", "2", "zzz", "1", "batch.size", "many"),
                    OPTIONS,
                    List.of("kafka.")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            """
            5 problems in meander.properties:
              unknown key batch.sze, did you mean batch.size?
              unknown key zzz
              batch.size: expected a whole number of 1 to 4096, found "many"
              keep: expected a number of 0 to 1, found "2"
              model.name: expected a value (Name of the model.), found none""");
  }

  @Test
  void shouldCountOneProblemAsOne() {
    assertThatThrownBy(
            () -> Settings.read("the command line", Map.of("model.name", " "), OPTIONS, List.of()))
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            e ->
                assertThat(e.problems())
                    .containsExactly(
                        "model.name: expected a value (Name of the model.), found none"))
        .hasMessage(
            """
            1 problem in the command line:
              model.name: expected a value (Name of the model.), found none""");
  }

  @Test
  void shouldReportWhatARecordRefuses() {
    assertThat(Settings.<String>check("here", () -> "built")).isEqualTo("built");
    assertThatThrownBy(
            () ->
                Settings.check(
                    "here",
                    () -> {
                      throw new IllegalArgumentException("expected a below b, found 2 and 1");
                    }))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("1 problem in here:\n  expected a below b, found 2 and 1");
  }

  @Test
  void shouldRefuseAnOptionThatWasNotRead() {
    Settings settings = Settings.read("here", Map.of(), List.of(SIZE), List.of());
    assertThatThrownBy(() -> settings.get(KEEP))
        .hasMessage("expected an option that was read, found keep");
  }

  @ParameterizedTest
  @CsvSource({
    "batch.siez, ', did you mean batch.size?'",
    "batchsize, ', did you mean batch.size?'",
    "kep, ', did you mean keep?'",
    "unrelated.thing, ''"
  })
  void shouldSuggestOnlyWhatIsNear(String typed, String suggestion) {
    assertThat(Nearest.suggestion(typed, List.of("batch.size", "keep"))).isEqualTo(suggestion);
  }

  @Test
  void shouldCountEdits() {
    assertThat(Nearest.edits("kitten", "sitting")).isEqualTo(3);
    assertThat(Nearest.edits("", "abc")).isEqualTo(3);
    assertThat(Nearest.edits("abc", "abc")).isZero();
    assertThat(Nearest.suggestion("a", List.of())).isEmpty();
  }
}
