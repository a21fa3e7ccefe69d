package dev.meander.suite.tidy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.kit.BadInput.Entrance;
import dev.meander.kit.Golden;
import dev.meander.kit.Repository;
import dev.meander.suite.tidy.SourceTree.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The page of bad inputs says what the tests say. */
class BadInputsTest {

  private static final String PATH = "a/src/test/java/SomeTest.java";

  @Test
  void shouldListEveryKindThatATestTries() throws IOException {
    List<BadInputs.Row> rows = BadInputs.rows(SourceTree.java());
    assertThat(rows.stream().map(BadInputs.Row::at).distinct()).containsExactly(Entrance.values());
    assertThat(rows.stream().map(row -> row.at() + row.what())).doesNotHaveDuplicates();
    Path page = Repository.root().resolve("tests/suite/BAD_INPUTS.md");
    if (Golden.updating()) {
      Files.writeString(page, BadInputs.page(rows));
      return;
    }
    Golden.compare("BAD_INPUTS.md", Files.readString(page), BadInputs.page(rows));
  }

  @Test
  void shouldReadTextsThatAreSplitAndNameTheTest() {
    String text =
        """
        class SomeTest {
          @Test
          @%1$s(at = Entrance.RECORD, what = "a key|of " + "3 MB", then = "a dead \\"letter\\"")
          @%1$s(
              at = BadInput.Entrance.DATA,
              what = "no rows",
              then =
                  "refused")
          void shouldDoBoth(int size) {}
        """
            .formatted("BadInput");
    assertThat(BadInputs.rows(List.of(new Source(PATH, text))))
        .containsExactly(
            new BadInputs.Row(
                Entrance.RECORD, "a key\\|of 3 MB", "a dead \"letter\"", "SomeTest.shouldDoBoth"),
            new BadInputs.Row(Entrance.DATA, "no rows", "refused", "SomeTest.shouldDoBoth"));
  }

  @Test
  void shouldRefuseAnAnnotationThatItCannotRead() {
    String text =
        "  @%s(what = WHAT, at = Entrance.DATA)\n  void shouldX() {}\n".formatted("BadInput");
    assertThatThrownBy(() -> BadInputs.rows(List.of(new Source(PATH, text))))
        .hasMessageContaining("found 1 otherwise in " + PATH);
  }
}
