package dev.meander.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.meander.core.config.ConfigurationException;
import dev.meander.kit.BadInput;
import dev.meander.kit.BadInput.Entrance;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PropertiesFileTest {

  private static final String BOM = "\ufeff";

  @TempDir
  @SuppressWarnings("NullAway.Init") // set before each test
  Path folder;

  private Path file(byte[] bytes) throws Exception {
    return Files.write(folder.resolve("m.properties"), bytes);
  }

  private Path file(String text, Charset charset) throws Exception {
    return file(text.getBytes(charset));
  }

  private Path file(String text) throws Exception {
    return file(text, StandardCharsets.UTF_8);
  }

  private static void assertProblems(Path file, String... problems) {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> PropertiesFile.read(file))
        .satisfies(e -> assertThat(e.problems()).containsExactly(problems));
  }

  @Test
  @BadInput(
      at = Entrance.CONFIGURATION,
      what = "a file with a byte order mark: UTF-8, UTF-16 of both orders",
      then = "read")
  void shouldReadFilesOfEditorsThatMarkThem() throws Exception {
    String text = "a.b=größe\r\nc.d=2\r\n";
    for (Charset charset :
        List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
      assertThat(PropertiesFile.read(file(BOM + text, charset)))
          .as(charset.name())
          .containsOnly(Map.entry("a.b", "größe"), Map.entry("c.d", "2"));
    }
  }

  @Test
  @BadInput(
      at = Entrance.CONFIGURATION,
      what = "a file in Latin-1, UTF-16 without a mark, or UTF-32",
      then = "refused with line and byte")
  void shouldRefuseOtherEncodingsInWords() throws Exception {
    assertProblems(
        file("a=1\nb=größe\n", StandardCharsets.ISO_8859_1),
        "line 2: expected text in UTF-8, found the byte f6: save the file as UTF-8");
    assertProblems(
        file("a=1\n", StandardCharsets.UTF_16LE),
        "line 1: expected text in UTF-8, found the byte 00, as in UTF-16: save the file as UTF-8");
    assertProblems(
        file(BOM + "a=1\n", Charset.forName("UTF-32LE")),
        "expected text in UTF-8, found UTF-32: save the file as UTF-8");
    assertProblems(
        file(new byte[] {(byte) 0xff, (byte) 0xfe, 'a', 0, 0, (byte) 0xdc}),
        "line 1: expected text in UTF-16, found the byte 00");
  }

  @Test
  @BadInput(
      at = Entrance.CONFIGURATION,
      what = "a key given twice",
      then = "refused, every one with its lines")
  void shouldNameEveryKeyThatComesTwice() throws Exception {
    assertProblems(
        file("b=1\na=1\n# b=2\nb=1\n\na:2\na 3\nc=1\n"),
        "a: expected the key once, found it in lines 2, 6, 7",
        "b: expected the key once, found it in lines 1, 4");
  }

  @Test
  void shouldReadEveryFormOfALine() throws Exception {
    assertThat(
            PropertiesFile.read(
                file(
                    "! comment\n"
                        + "  a = 1 \n"
                        + "b: 2\t\n"
                        + "c 3\n"
                        + "d\n"
                        + "e=x\\\n"
                        + "   y\n"
                        + "kafka.p=1 \n"
                        + "f=\\u00e4\\\\b\\:\n")))
        .containsOnly(
            Map.entry("a", "1"),
            Map.entry("b", "2"),
            Map.entry("c", "3"),
            Map.entry("d", ""),
            Map.entry("e", "xy"),
            Map.entry("kafka.p", "1 "),
            Map.entry("f", "ä\\b:"));
  }

  @Test
  @BadInput(
      at = Entrance.CONFIGURATION,
      what = "backslashes of a path, also at the end of a line",
      then = "refused: each would vanish or join two lines")
  void shouldRefuseBackslashesThatWouldVanish() throws Exception {
    assertProblems(
        file("model.file=C:\\models\\net.pt\nstate.dir=C:\\temp\nx=\\u12\n"),
        "line 1: expected \\\\ for a backslash, found \"\\m\"",
        "line 2: expected \\\\ for a backslash, found the control character in \"C:\\temp\"",
        "line 3: expected \\\\ for a backslash, found \"\\u\"");
    assertProblems(
        file("state.dir=C:\\\\state\\\nbatch.size=3\n"),
        "line 2: expected the rest of line 1, which ends with a backslash, found a key");
    assertThat(
            PropertiesFile.read(
                file("kafka.sasl.jaas.config=Plain required \\\n  username=\"a\" \\\n  x=y;\n")))
        .containsEntry("kafka.sasl.jaas.config", "Plain required username=\"a\" x=y;");
  }

  @Test
  @BadInput(
      at = Entrance.CONFIGURATION,
      what = "a key with characters that cannot be seen",
      then = "refused, shown escaped")
  void shouldShowWhatCannotBeSeenInKeys() throws Exception {
    assertProblems(
        file("\u200bbatch.size=3\nbatch.size\u00a0=3\n=4\n" + BOM + "x=1\n"),
        "line 1: expected a key of characters that can be seen, found \"\\u200bbatch.size\"",
        "line 2: expected a key of characters that can be seen, found \"batch.size\\u00a0\"",
        "line 3: expected a key of characters that can be seen, found \"\"",
        "line 4: expected a key of characters that can be seen, found \"\\ufeffx\"");
  }

  @Test
  @BadInput(
      at = Entrance.CONFIGURATION,
      what = "no file, a folder, a file of 10 MB",
      then = "refused in words")
  void shouldRefuseWhatIsNoConfigurationFile() throws Exception {
    assertProblems(folder.resolve("none"), "expected a key=value file, found no file of this name");
    assertProblems(folder, "expected a key=value file, found a folder");
    assertProblems(
        file(new byte[10 << 20]), "expected a key=value file of at most 1 MB, found a larger one");
    assertThat(PropertiesFile.read(file(""))).isEmpty();
  }
}
