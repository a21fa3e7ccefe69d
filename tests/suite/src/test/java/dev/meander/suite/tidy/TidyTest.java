package dev.meander.suite.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.suite.tidy.BannedCalls.Allowed;
import dev.meander.suite.tidy.BannedCalls.Ban;
import dev.meander.suite.tidy.SourceTree.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules of this repository that no compiler knows. */
class TidyTest {

  private static final int METHOD_LINES_MAX = 70;
  private static final int FILE_LINES_MAX = 400;
  private static final int LONG_FILE_LINES_MAX = 600;

  /** Kernels and wire codecs, which may be longer because they are one thing. */
  private static final Set<String> LONG_FILES = Set.of();

  private static final List<Allowed> PERMISSIONS =
      List.of(
          new Allowed("serving/ServingResources.java", Ban.CLOCK, "puts a node together"),
          new Allowed("serving/ServingResources.java", Ban.CHANCE, "names requests without an id"),
          new Allowed("app/command/DemoCommand.java", Ban.CLOCK, "puts a program together"),
          new Allowed("app/command/OrderOptions.java", Ban.CLOCK, "stamps what a person orders"),
          new Allowed("app/command/OrderOptions.java", Ban.CHANCE, "names what a person orders"),
          new Allowed("app/command/VersionsCommand.java", Ban.CLOCK, "says what 2h ago was"),
          new Allowed("app/command/HistoryCommand.java", Ban.CLOCK, "says what 2h ago was"),
          new Allowed("app/command/RunCommand.java", Ban.CLOCK, "puts a program together"),
          new Allowed("app/command/DoctorCommand.java", Ban.CLOCK, "compares it to the cluster's"),
          new Allowed("app/command/SweepCommand.java", Ban.CLOCK, "puts a program together"),
          new Allowed("app/command/EvaluateCommand.java", Ban.CLOCK, "puts a program together"),
          new Allowed(
              "app/demo/Demonstration.java", Ban.CLOCK, "puts the learner application together"),
          new Allowed("meander/bench/Canonical.java", Ban.CLOCK, "measures time, its only purpose"),
          new Allowed("meander/bench/Canonical.java", Ban.PRINT, "is a program; prints its result"),
          new Allowed(
              "meander/bench/Workload.java", Ban.CLOCK, "puts the learner application together"),
          new Allowed(
              "meander/bench/TurnsRun.java", Ban.CLOCK, "puts the learner application together"),
          new Allowed(
              "integration/PathRig.java", Ban.CLOCK, "runs the application on a real broker"),
          new Allowed("kit/fault/FaultSwitch.java", Ban.PRINT, "tells the parent where it stands"),
          new Allowed(
              "crash/CrashCluster.java", Ban.CLOCK, "runs the application on a real broker"),
          new Allowed("bench/PublishCost.java", Ban.CLOCK, "measures time, its only purpose"),
          new Allowed("bench/PublishCost.java", Ban.PRINT, "is a program; prints its result"),
          new Allowed(
              "integration/LargeAdapterPathTest.java", Ban.CLOCK, "runs a subscriber on a broker"),
          new Allowed(
              "integration/OrdersTest.java", Ban.CLOCK, "measures how soon an order is served"),
          new Allowed(
              "remote/RemoteClusterTest.java", Ban.CLOCK, "measures how soon an order is served"),
          new Allowed(
              "integration/ReplayOfOrdersTest.java", Ban.CLOCK, "gives orders on a real broker"),
          new Allowed("demo/DemonstrationTest.java", Ban.CLOCK, "runs a real demonstration"),
          new Allowed(
              "djl/EngineGateTest.java", Ban.PRINT, "a child process tells that it is ready"),
          new Allowed("app/demo/Pacer.java", Ban.SLEEP, "spreads the demo's events over time"));

  private static final Pattern VAGUE_NAME =
      Pattern.compile("\\w*(Manager|Helper|Helpers|Util|Utils|Utility|Info|Data)\\.java");

  private static final Pattern UNFINISHED =
      Pattern.compile("\\b(TO" + "DO|FIX" + "ME|TB" + "D|X" + "XX)\\b");

  private static final Pattern WORKPLACE =
      Pattern.compile("(?<![\\w.-])/(wo" + "rk|ro" + "ot|ho" + "me)/\\w");

  private static final Pattern REGISTRY_HOST =
      Pattern.compile(
          "\\b(repo\\d?|packages|nexus|artifactory|mirrors?|oss|central|plugins|registry(-\\d)?)"
              + "\\.[a-z0-9.-]*\\b(apache|maven|confluent|sonatype|gradle|docker|spring|jfrog|google)"
              + "[a-z0-9.-]*\\.(com|org|io|net)\\b");

  private final List<Source> texts = SourceTree.texts();
  private final List<Source> java = SourceTree.java();

  @Test
  void shouldSeeTheRepository() {
    assertThat(java).hasSizeGreaterThan(50);
    assertThat(texts.stream().map(Source::path))
        .contains("pom.xml", "adapters/core/src/main/java/dev/meander/core/math/Softmax.java")
        .noneMatch(path -> path.contains("target/"));
  }

  @Test
  void shouldKeepFilesShort() {
    assertThat(
            java.stream()
                .filter(
                    source ->
                        source.lines() > (isLong(source) ? LONG_FILE_LINES_MAX : FILE_LINES_MAX))
                .map(source -> source.path() + " has " + source.lines() + " lines"))
        .isEmpty();
    assertThat(LONG_FILES)
        .as("long files exist and are long")
        .allMatch(
            name ->
                java.stream().anyMatch(s -> s.path().endsWith(name) && s.lines() > FILE_LINES_MAX));
  }

  private static boolean isLong(Source source) {
    return LONG_FILES.stream().anyMatch(source.path()::endsWith);
  }

  @Test
  void shouldKeepMethodsShort() {
    assertThat(
            java.stream()
                .flatMap(
                    source ->
                        JavaText.bodies(source.text()).stream()
                            .filter(body -> body.lines() > METHOD_LINES_MAX)
                            .map(body -> source.path() + ": " + body)))
        .isEmpty();
  }

  @Test
  void shouldNotReadClocksNorRollDiceNorSleepNorPrint() {
    assertThat(BannedCalls.find(java, PERMISSIONS)).isEmpty();
    assertThat(PERMISSIONS).allMatch(allowed -> allowed.reason().length() > 10);
    assertThat(Ban.values()).as("bans").hasSize(5);
  }

  @Test
  void shouldDescribeEveryPackage() {
    Set<String> packages = new TreeSet<>();
    java.stream()
        .map(Source::path)
        .filter(path -> path.contains("/src/main/java/"))
        .forEach(path -> packages.add(path.substring(0, path.lastIndexOf('/'))));
    List<String> wrong = new ArrayList<>();
    for (String folder : packages) {
      String description =
          java.stream()
              .filter(source -> source.path().equals(folder + "/package-info.java"))
              .map(Source::text)
              .findFirst()
              .orElse("");
      if (!description.contains("@NullMarked\npackage ") || !description.startsWith("/**")) {
        wrong.add(folder + ": expected package-info.java with a sentence and @NullMarked");
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(packages).hasSizeGreaterThan(15);
  }

  @Test
  void shouldAssertSomethingInEveryTestClass() {
    Pattern test = Pattern.compile("@(Test|ParameterizedTest|RepeatedTest|ArchTest)\\b");
    Pattern assertion = Pattern.compile("\\b(assert\\w+\\(|fail\\(|Golden\\.)|\\bArchRule\\b");
    assertThat(
            java.stream()
                .filter(source -> test.matcher(JavaText.code(source.text())).find())
                .filter(source -> !assertion.matcher(JavaText.code(source.text())).find())
                .map(Source::path))
        .isEmpty();
  }

  @Test
  void shouldUseNamesThatSaySomething() {
    assertThat(java.stream().map(Source::name).filter(name -> VAGUE_NAME.matcher(name).matches()))
        .isEmpty();
  }

  @Test
  void shouldLeaveNothingUnfinished() {
    assertThat(matches(UNFINISHED)).isEmpty();
  }

  @Test
  void shouldNotMentionThePlaceItWasWrittenIn() {
    assertThat(matches(WORKPLACE)).isEmpty();
  }

  @Test
  void shouldNotNameAnyRegistry() {
    assertThat(matches(REGISTRY_HOST)).isEmpty();
    assertThat(
            texts.stream()
                .filter(source -> source.name().equals("pom.xml"))
                .filter(
                    source ->
                        Stream.of(
                                "<repositories>",
                                "<pluginRepositories>",
                                "<distributionManagement>")
                            .anyMatch(source.text()::contains))
                .map(Source::path))
        .isEmpty();
  }

  private List<String> matches(Pattern pattern) {
    List<String> found = new ArrayList<>();
    for (Source source : texts) {
      Matcher matcher = pattern.matcher(source.text());
      while (matcher.find()) {
        found.add(
            source.path()
                + " line "
                + JavaText.line(source.text(), matcher.start())
                + ": "
                + matcher.group());
      }
    }
    return found;
  }
}
