package dev.meander.suite.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.core.method.Methods;
import dev.meander.kit.Golden;
import dev.meander.kit.Repository;
import dev.meander.suite.tidy.SourceTree.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents say what is there: tables made from code, paths that exist, links that resolve. */
class ReadmeTest {

  private static final Pattern LINK = Pattern.compile("\\[[^\\]\\n]*\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+)$");
  private static final Pattern CODE_BLOCK = Pattern.compile("(?s)```.*?```");
  private static final Pattern FIRST_CELL = Pattern.compile("(?m)^\\| `([^`]+)` \\|");

  private final Path root = Repository.root();
  private final Path readme = root.resolve("README.md");

  @ParameterizedTest
  @ValueSource(strings = {"config", "topics", "metrics", "meters"})
  void shouldShowWhatTheCodeSays(String name) throws IOException {
    String table = table(name);
    assertThat(table.lines()).hasSizeGreaterThan(4);
    String text = Files.readString(readme);
    if (Golden.updating()) {
      Files.writeString(readme, replaceBlock(text, name, table));
      return;
    }
    Golden.compare("README.md, " + name, block(text, name), table);
  }

  private static String table(String name) {
    return switch (name) {
      case "config" -> ReadmeTables.config(SourceTree.java());
      case "topics" -> ReadmeTables.topics();
      case "metrics" -> ReadmeTables.metrics();
      default -> ReadmeTables.meters();
    };
  }

  @Test
  void shouldSayHowToWriteARow() {
    assertThat(table("config"))
        .contains("| `batch.size` | `64` | 1 to 4096 | Samples of one step. |\n")
        .contains("| `gate.entropy.max.fraction` |", "| `guard.drift.max` |", "(required)");
    assertThat(table("topics"))
        .contains("| `<prefix>.aliases` | lineage | `AliasRecord` | compact |");
  }

  @Test
  void shouldNameEveryMethod() throws IOException {
    String text = Files.readString(readme);
    int section = text.indexOf("\n## Methods\n");
    String methods = text.substring(section, text.indexOf("\n## ", section + 1));
    assertThat(FIRST_CELL.matcher(methods).results().map(match -> match.group(1)))
        .containsExactlyInAnyOrderElementsOf(Methods.names());
  }

  @Test
  void shouldPointToPathsThatExistAndLeaveNoModuleOut() throws IOException {
    List<String> paths =
        FIRST_CELL
            .matcher(block(Files.readString(readme), "where"))
            .results()
            .map(match -> match.group(1))
            .toList();
    assertThat(paths).isNotEmpty().allMatch(path -> Files.exists(root.resolve(path)));
    List<String> modules =
        Pattern.compile("<module>([^<]+)</module>")
            .matcher(Files.readString(root.resolve("pom.xml")))
            .results()
            .map(match -> match.group(1))
            .toList();
    assertThat(paths).containsAll(modules);
  }

  @Test
  void shouldLinkOnlyToWhatIsThere() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Source document :
        SourceTree.texts().stream().filter(s -> s.path().endsWith(".md")).toList()) {
      String text = CODE_BLOCK.matcher(document.text()).replaceAll("");
      Matcher link = LINK.matcher(text);
      while (link.find()) {
        String target = link.group(1);
        if (!target.matches("https?://.*") && !resolves(document, target)) {
          broken.add(document.path() + ": " + target);
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  private boolean resolves(Source document, String target) throws IOException {
    String[] parts = target.split("#", 2);
    Path file = root.resolve(document.path());
    if (!parts[0].isEmpty()) {
      file = file.resolveSibling(parts[0]).normalize();
    }
    return Files.exists(file) && (parts.length == 1 || anchors(file).contains(parts[1]));
  }

  private static List<String> anchors(Path file) throws IOException {
    return HEADING
        .matcher(Files.readString(file))
        .results()
        .map(
            heading ->
                heading
                    .group(1)
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{Alnum}\\- ]", "")
                    .replace(' ', '-'))
        .toList();
  }

  private static MatchResult find(String text, String name) {
    Matcher block =
        Pattern.compile("(?s)<!-- " + name + ":begin -->\n(.*?)<!-- " + name + ":end -->")
            .matcher(text);
    assertThat(block.find()).as("README.md has a block %s", name).isTrue();
    return block.toMatchResult();
  }

  private static String block(String text, String name) {
    return find(text, name).group(1);
  }

  private static String replaceBlock(String text, String name, String content) {
    MatchResult block = find(text, name);
    return text.substring(0, block.start(1)) + content + text.substring(block.end(1));
  }
}
