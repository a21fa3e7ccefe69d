package dev.meander.suite.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.suite.tidy.BannedCalls.Allowed;
import dev.meander.suite.tidy.BannedCalls.Ban;
import dev.meander.suite.tidy.BannedCalls.Finding;
import dev.meander.suite.tidy.JavaText.Body;
import dev.meander.suite.tidy.SourceTree.Source;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules themselves: what they see, and what they must not see. */
class TidyRulesTest {

  private static final String SAMPLE =
      """
      package x;
      /* class Comment { void f() { } } */
      final class Sample {
        private static final int[] NUMBERS = {1, 2};
        private final String text = "void g() { // }";
        private final char brace = '{';

        @SuppressWarnings("unused")
        int long_(int a,
            int b) {
          Runnable r = new Runnable() {
            public void run() { }
          };
          if (a > b) {
            return '}';
          }
          return 1;
        }

        record Pair(int a, int b) {
          Pair {
            check(a);
          }
        }

        enum Colour {
          RED("r") {
            @Override
            int value() {
              return 1;
            }
          },
          GREEN("g");

          Colour(String s) {}
        }
      }
      """;

  @Test
  void shouldFindBodiesAndMeasureThem() {
    assertThat(JavaText.bodies(SAMPLE))
        .containsExactly(
            new Body("initialiser", 4, 1),
            new Body("long_", 8, 11),
            new Body("initialiser", 21, 3),
            new Body("value", 28, 4),
            new Body("Colour", 35, 1));
  }

  @Test
  void shouldBlankCommentsAndLiteralsButKeepLines() {
    String code =
        JavaText.code("a // b\n\"c\\\"d\" + '\\'' /* e\n f */ + \"\"\"\n g \"h\" \"\"\" + i");
    assertThat(code.replaceAll("[ ]+", " ")).isEqualTo("a \n + \n + \n + i");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "System.currentTimeMillis()",
        "System.nanoTime()",
        "LongSupplier now = System::nanoTime",
        "Instant.now()",
        "Supplier<Instant> now = Instant::now",
        "LocalDate.now( )",
        "Clock.systemUTC()",
        "Clock\n    .systemDefaultZone()",
        "new Random(7)",
        "new SplittableRandom()",
        "Math.random()",
        "ThreadLocalRandom.current()",
        "UUID.randomUUID()",
        "Thread.sleep(1)",
        "TimeUnit.SECONDS.sleep(1)",
        "System.out.println()",
        "System.err.println()",
        "e.printStackTrace()",
        "import java.util.logging.Logger"
      })
  void shouldSeeABannedCall(String call) {
    assertThat(BannedCalls.find(List.of(new Source("A.java", call + ";")), List.of())).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Instant.now(clock)",
        "new SplittableRandom(seed)",
        "// Thread.sleep(1)",
        "\"System.out\"",
        "clock.millis()",
        "System.exit(2)",
        "e.printStackTrace(err)",
        "random.nextInt()"
      })
  void shouldNotSeeWhatIsAllowed(String call) {
    assertThat(BannedCalls.find(List.of(new Source("A.java", call + ";")), List.of())).isEmpty();
  }

  @Test
  void shouldSayWhereAndWhatInstead() {
    assertThat(
            BannedCalls.find(
                List.of(new Source("a/A.java", "\n\nMath.random();"), new Source("b/B.java", "")),
                List.of(new Allowed("b/B.java", Ban.PRINT, "the command line"))))
        .containsExactly(
            new Finding(
                "a/A.java",
                "line 3: Math.random is banned: use java.util.SplittableRandom from an explicit seed"),
            new Finding("b/B.java", "has a permission it does not use: PRINT"));
  }
}
