package dev.meander.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

class KitTest {

  @Test
  void shouldNameTheRootWhenTheBuildSetIt() {
    assertThat(Repository.root()).isDirectoryContaining("glob:**pom.xml");
    assertThatThrownBy(() -> Repository.root(Map.of()))
        .hasMessage(
            "expected environment variable MEANDER_REPOSITORY (the build sets it), found none");
  }

  @Test
  void shouldFindThePackWhenItIsThere(@TempDir Path folder) throws Exception {
    Path repository = Files.createDirectories(folder.resolve("repository"));
    Path pack = Files.createDirectories(folder.resolve("shared/data"));
    Files.writeString(pack.resolve("README.md"), "pack");
    Map<String, String> byDefault = Map.of("MEANDER_REPOSITORY", repository.toString());
    Map<String, String> named =
        Map.of("MEANDER_REPOSITORY", repository.toString(), "MEANDER_DATA", pack.toString());

    assertThat(DataPack.require(byDefault)).isEqualTo(pack);
    assertThat(DataPack.require(named)).isEqualTo(pack);
    assertThat(DataPack.require(named, "README.md")).hasContent("pack");
  }

  @Test
  void shouldSkipOrFailWhenThePackIsMissing(@TempDir Path folder) {
    Map<String, String> optional =
        Map.of("MEANDER_REPOSITORY", folder.toString(), "MEANDER_DATA", "nowhere");
    Map<String, String> required =
        Map.of(
            "MEANDER_REPOSITORY",
            folder.toString(),
            "MEANDER_DATA",
            "nowhere",
            "MEANDER_DATA_REQUIRED",
            "true");

    assertThatThrownBy(() -> DataPack.require(optional))
        .isInstanceOf(TestAbortedException.class)
        .hasMessageContaining(
            "expected the data pack's folder at "
                + folder.resolve("nowhere")
                + ", found none; MEANDER_DATA says where the pack is");
    assertThatThrownBy(() -> DataPack.require(required, "models/resnet20.pt"))
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            "expected the data pack's models/resnet20.pt at "
                + folder.resolve("nowhere/models/resnet20.pt")
                + ", found none; MEANDER_DATA says where the pack is");
  }

  @Test
  void shouldStandStillWhenNobodyMovesTheClock() {
    FakeClock clock = FakeClock.at(Instant.EPOCH);
    assertThat(clock.millis()).isZero();
    clock.advance(Duration.ofSeconds(2));
    assertThat(clock.withZone(ZoneId.of("Europe/Paris")).millis()).isEqualTo(2_000);
    clock.set(Instant.ofEpochMilli(7));
    assertThat(clock.instant()).isEqualTo(Instant.ofEpochMilli(7));
  }

  @Test
  void shouldNameTheSeedWhenACheckFails() {
    assertThatThrownBy(() -> Seeds.with(42, random -> assertThat(1).isEqualTo(2)))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("seed 42 (repeat with -Dseed=42): ");
  }

  @Test
  void shouldRepeatTheStreamWhenTheSeedIsTheSame() {
    List<Long> first = new ArrayList<>();
    List<Long> second = new ArrayList<>();
    Seeds.forEach(5, random -> first.add(random.nextLong()));
    Seeds.forEach(5, random -> second.add(random.nextLong()));
    assertThat(first).isEqualTo(second).doesNotHaveDuplicates();
    assertThatThrownBy(() -> Seeds.forEach(0, random -> {}))
        .hasMessage("expected at least 1 seed, found 0");
  }

  @Test
  void shouldPrintTheLinesThatDifferWhenAGoldenFileDiffers() {
    Golden.check(KitTest.class, "sample.txt", "one\ntwo\nthree\n");
    assertThatThrownBy(
            () -> Golden.compare("sample.txt", "one\ntwo\nthree\n", "one\n2\nthree\n4\n"))
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            """
            sample.txt differs (- golden, + now); rewrite with -Dgolden.update=true
            -2: two
            +2: 2
            +4: 4
            """);
    assertThatThrownBy(() -> Golden.check(KitTest.class, "absent.txt", ""))
        .hasMessageContaining("absent.txt, found none; rewrite with -Dgolden.update=true");
  }
}
