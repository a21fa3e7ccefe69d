package dev.meander.suite.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.kit.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher script, run in a made-up checkout with a Java and a Maven that only say what they
 * got.
 */
class LauncherTest {

  private record Run(int code, String out, String err) {}

  private static final String MAVEN =
      """
      if [[ $1 == -v ]]; then echo $'\\e[1mApache Maven 3.9.9 (abc)\\e[m'; exit 0; fi
      echo "mvn $*" >> "$MADE_UP/calls"
      module=${@: -2:1}
      touch "$MADE_UP/$module/target/meander-app-1.jar"
      echo some.jar > "$MADE_UP/$module/target/classpath"
      """;

  @TempDir private Path folder;
  private Path home;
  private Path bin;

  @BeforeEach
  void makeUpACheckout() throws IOException {
    home = Files.createDirectories(folder.resolve("check out"));
    bin = Files.createDirectories(folder.resolve("bin"));
    Files.copy(Repository.root().resolve("meander"), home.resolve("meander"));
    for (String module :
        List.of("schemas", "adapters", "streams/app", "connectors", "tests/bench")) {
      Files.createDirectories(home.resolve(module));
      Files.writeString(home.resolve(module).resolve("pom.xml"), "<project/>");
    }
    Files.writeString(home.resolve("pom.xml"), "<project/>");
    java("17.0.15");
    program("mvn", MAVEN);
  }

  @Test
  void shouldBuildOnFirstUseAndOnlyThen() throws Exception {
    String mvn = "mvn -q -B -DskipTests package -pl streams/app -am\n";
    Run first = run("demo", "--seed", "a b");
    assertThat(first.err()).isEqualTo("building (first use)...\n");
    assertThat(first.out())
        .isEqualTo(
            "-Xmx1g\n-Dai.djl.offline=true\n-DOPT_OUT_TRACKING=true\n-XX:+UseSerialGC\n-jar\n"
                + home
                + "/streams/app/target/meander-app-1.jar\ndemo\n--seed\na b\n");
    assertThat(home.resolve("calls")).hasContent(mvn);

    assertThat(run("demo").err()).isEmpty();
    assertThat(home.resolve("calls")).hasContent(mvn);
  }

  @Test
  void shouldBuildAgainWhenASourceIsNewer() throws Exception {
    run("demo");
    Path source = home.resolve("adapters/core/src/main/java/A.java");
    Files.createDirectories(source.getParent());
    Files.writeString(source, "class A {}");
    Path jar = home.resolve("streams/app/target/meander-app-1.jar");
    Files.setLastModifiedTime(
        source, FileTime.fromMillis(Files.getLastModifiedTime(jar).toMillis() + 2_000));
    assertThat(run("demo").err()).isEqualTo("building (sources have changed)...\n");

    Path test = home.resolve("adapters/core/src/test/java/ATest.java");
    Files.createDirectories(test.getParent());
    Files.writeString(test, "class ATest {}");
    Files.setLastModifiedTime(source, FileTime.fromMillis(0));
    assertThat(run("demo").err()).as("a test does not change the program").isEmpty();
  }

  @Test
  void shouldShowTheLogWhenTheBuildFails() throws Exception {
    program(
        "mvn",
        "if [[ $1 == -v ]]; then echo 'Apache Maven 3.8.7'; exit 0; fi; echo 'A.java: wrong'; exit 1");
    Run run = run("demo");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .isEqualTo(
            "building (first use)...\nA.java: wrong\nmeander: the build failed; its log is above and"
                + " in "
                + home
                + "/streams/app/target/build.log\n");
  }

  @Test
  void shouldBuildAgainWhenABuildWasInterrupted() throws Exception {
    run("demo");
    Files.createFile(home.resolve("streams/app/target/.building"));
    assertThat(run("demo").err()).isEqualTo("building (first use)...\n");
    assertThat(home.resolve("streams/app/target/.building")).doesNotExist();
  }

  @Test
  void shouldRefuseAnOldJava() throws Exception {
    for (String version : List.of("1.8.0_392", "11.0.2", "16-ea")) {
      java(version);
      assertThat(run("demo"))
          .isEqualTo(
              new Run(
                  2,
                  "",
                  "meander: expected Java 17 or newer, found "
                      + version
                      + " at "
                      + bin.resolve("java")
                      + "\n"));
    }
  }

  @Test
  void shouldRefuseWhenThereIsNoJava() throws Exception {
    assertThat(run(Map.of("JAVA_HOME", "/nowhere"), "demo"))
        .isEqualTo(
            new Run(
                2,
                "",
                "meander: expected Java 17 or newer, found none at /nowhere/bin/java; put java on"
                    + " the PATH or set JAVA_HOME\n"));
  }

  @Test
  void shouldRefuseAnOldMaven() throws Exception {
    for (String version : List.of("3.8.6", "3.6.3", "2.2.1")) {
      program("mvn", "echo 'Apache Maven " + version + "'");
      assertThat(run("demo").err())
          .isEqualTo(
              "meander: expected Maven 3.8.7 or newer to build with, found "
                  + version
                  + " at "
                  + bin.resolve("mvn")
                  + "\n");
    }
    program("mvn", "if [[ $1 == -v ]]; then echo 'Apache Maven 3.10.0'; exit 0; fi; exit 1");
    assertThat(run("demo").err()).startsWith("building (first use)...\n");
  }

  @Test
  void shouldAllowNativeAccessWhenJavaAsksForIt() throws Exception {
    java("22.0.1");
    assertThat(run("demo").out()).contains("--enable-native-access=ALL-UNNAMED\n-jar\n");
    java("21.0.4");
    assertThat(run("demo").out()).doesNotContain("--enable-native-access");
  }

  @Test
  void shouldPassOptionsOn() throws Exception {
    assertThat(run(Map.of("MEANDER_JAVA_OPTS", "-Xmx2g -Da=b"), "demo").out())
        .contains("\n-XX:+UseSerialGC\n-Xmx2g\n-Da=b\n-jar\n");
    assertThat(run(Map.of("MEANDER_JAVA_OPTS", "-XX:+UseZGC"), "demo").out())
        .as("two collectors would not start")
        .contains("\n-XX:+UseZGC\n-jar\n")
        .doesNotContain("Serial");
  }

  @Test
  void shouldRunTheBenchmarkFromItsClassPath() throws Exception {
    Run run = run("bench", "--json");
    assertThat(run.err()).isEqualTo("building (first use)...\n");
    assertThat(run.out())
        .endsWith(
            "-cp\n"
                + home
                + "/tests/bench/target/meander-app-1.jar:some.jar\n"
                + "dev.meander.bench.Canonical\n--json\n");
    assertThat(home.resolve("calls"))
        .hasContent("mvn -q -B -DskipTests package -pl tests/bench -am");
  }

  @Test
  void shouldReturnTheProgramsOwnExitCode() throws Exception {
    program(
        "java",
        "if [[ $1 == -version ]]; then echo 'openjdk version \"17\"' >&2; exit 0; fi; exit 3");
    assertThat(run("demo").code()).isEqualTo(3);
  }

  @Test
  void shouldFindItsFolderThroughALink() throws Exception {
    Path link = Files.createSymbolicLink(bin.resolve("meander"), home.resolve("meander"));
    Run run = run(Map.of(), link, "demo");
    assertThat(run.out()).contains(home + "/streams/app/target/meander-app-1.jar\n");
  }

  private void java(String version) throws IOException {
    program(
        "java",
        "if [[ $1 == -version ]]; then echo 'openjdk version \""
            + version
            + "\" 2025-01-01' >&2; exit 0; fi\nprintf '%s\\n' \"$@\"");
  }

  private void program(String name, String body) throws IOException {
    Path file = bin.resolve(name);
    Files.writeString(file, "#!/usr/bin/env bash\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Run run(String... arguments) throws Exception {
    return run(Map.of(), arguments);
  }

  private Run run(Map<String, String> environment, String... arguments) throws Exception {
    return run(environment, home.resolve("meander"), arguments);
  }

  private Run run(Map<String, String> environment, Path launcher, String... arguments)
      throws Exception {
    ProcessBuilder builder = new ProcessBuilder("bash", launcher.toString());
    builder.command().addAll(List.of(arguments));
    builder.environment().keySet().removeAll(List.of("JAVA_HOME", "MEANDER_JAVA_OPTS"));
    builder.environment().put("PATH", bin + ":" + System.getenv("PATH"));
    builder.environment().put("MADE_UP", home.toString());
    builder.environment().putAll(environment);
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("the launcher ends").isTrue();
    return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
  }
}
