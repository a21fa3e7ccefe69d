package dev.meander.streams.learner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.core.weights.LineageId;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineageConfigurationsTest {

  private static final LineageId LINEAGE = new LineageId("plates", "east");

  @Test
  void shouldSayWhichKeysAreOthers() {
    List<String> differences = List.of("batch.size: 64 -> 32", "method.name: tent -> auto");
    assertThat(LineageConfigurations.told(LINEAGE, 115, "another method", differences))
        .isEqualTo(
            "plates:east starts again after version 115: another method: batch.size: 64 -> 32,"
                + " method.name: tent -> auto");
    assertThat(LineageConfigurations.told(LINEAGE, 115, null, differences.subList(0, 1)))
        .isEqualTo(
            "plates:east goes on after version 115 with another configuration: batch.size: 64 ->"
                + " 32");
  }

  @Test
  void shouldSayNothingWhenNothingIsAnother() {
    assertThat(LineageConfigurations.told(LINEAGE, 115, null, List.of())).isNull();
    assertThat(LineageConfigurations.told(LINEAGE, 115, "another base model", List.of()))
        .isEqualTo("plates:east starts again after version 115: another base model");
  }
}
