package dev.meander.core.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineageIdTest {

  @Test
  void shouldReadWhatItWrites() {
    LineageId lineage = new LineageId("resnet-20_v1.2", LineageId.GLOBAL);
    assertThat(lineage).hasToString("resnet-20_v1.2:global");
    assertThat(LineageId.parse(lineage.toString())).isEqualTo(lineage);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "resnet", "a:b:c", "a/b"})
  void shouldRefuseWhenTheFormIsWrong(String text) {
    assertThatThrownBy(() -> LineageId.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected a lineage written model:scope, found \"" + text + "\"");
  }

  @Test
  void shouldRefuseWhenANameIsWrong() {
    String rule = " name of 1 to 100 letters, digits, '.', '_' or '-', found ";
    assertThatThrownBy(() -> LineageId.parse(":global"))
        .hasMessage("expected a model" + rule + "\"\"");
    assertThatThrownBy(() -> LineageId.parse("resnet:a b"))
        .hasMessage("expected a scope" + rule + "\"a b\"");
    assertThatThrownBy(() -> LineageId.parse("resnet:é"))
        .hasMessage("expected a scope" + rule + "\"é\"");
    assertThatThrownBy(() -> new LineageId("m".repeat(101), "s"))
        .hasMessage("expected a model" + rule + "\"" + "m".repeat(101) + "\"");
    assertThat(new LineageId("m".repeat(100), "s").model()).hasSize(100);
  }

  @Test
  void shouldRefuseANegativeVersion() {
    LineageId lineage = new LineageId("resnet", "global");
    Sha256 content = Sha256.of(new byte[0]);
    assertThat(new AdapterVersion(lineage, 7, content))
        .hasToString("resnet:global/7 (e3b0c44298fc)");
    assertThatThrownBy(() -> new AdapterVersion(lineage, -1, content))
        .hasMessage("expected a version >= 0, found -1 for resnet:global");
  }
}
