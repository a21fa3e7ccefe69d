package dev.meander.suite.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Calls that are banned, and the files that may make them because it is their job. */
final class BannedCalls {

  /** What is banned. */
  enum Ban {
    CLOCK(
        "inject java.time.Clock or a LongSupplier",
        "System\\s*(\\.|::)\\s*(currentTimeMillis|nanoTime)\\b"
            + "|\\b(Instant|LocalDate|LocalDateTime|ZonedDateTime|OffsetDateTime)\\s*"
            + "(\\.\\s*now\\s*\\(\\s*\\)|::\\s*now\\b)"
            + "|\\bClock\\s*(\\.|::)\\s*(system|tick)\\w*"),
    CHANCE(
        "use java.util.SplittableRandom from an explicit seed",
        "\\bnew\\s+(Random|SecureRandom)\\s*\\(|\\bnew\\s+SplittableRandom\\s*\\(\\s*\\)"
            + "|\\bMath\\s*(\\.|::)\\s*random\\b|\\bThreadLocalRandom\\b|\\brandomUUID\\b"),
    SLEEP(
        "wait for a condition, with a bound",
        "\\bThread\\s*(\\.|::)\\s*sleep\\b|\\bTimeUnit\\s*\\.\\s*\\w+\\s*\\.\\s*sleep\\b"
            + "|\\bLockSupport\\s*\\.\\s*parkNanos\\b"),
    PRINT(
        "log through SLF4J",
        "\\bSystem\\s*(\\.|::)\\s*(out|err)\\b|\\.printStackTrace\\s*\\(\\s*\\)"),
    LOGGING("log through SLF4J", "\\bjava\\s*\\.\\s*util\\s*\\.\\s*logging\\b");

    private final String instead;
    private final Pattern pattern;

    Ban(String instead, String pattern) {
      this.instead = instead;
      this.pattern = Pattern.compile(pattern);
    }
  }

  /**
   * A permission.
   *
   * @param path end of the file's path
   * @param ban what it may do
   * @param reason why
   */
  record Allowed(String path, Ban ban, String reason) {}

  /** A broken rule, or a permission that nobody uses. */
  record Finding(String path, String text) {}

  private BannedCalls() {}

  /** Every banned call that no permission covers, then every permission without a use. */
  static List<Finding> find(List<SourceTree.Source> sources, List<Allowed> allowed) {
    List<Finding> findings = new ArrayList<>();
    List<Allowed> unused = new ArrayList<>(allowed);
    for (SourceTree.Source source : sources) {
      String code = JavaText.code(source.text());
      for (Ban ban : Ban.values()) {
        List<Allowed> covering =
            allowed.stream()
                .filter(a -> a.ban() == ban && source.path().endsWith(a.path()))
                .toList();
        Matcher match = ban.pattern.matcher(code);
        while (match.find()) {
          if (covering.isEmpty()) {
            int line = JavaText.line(code, match.start());
            String call = match.group().replaceAll("\\s", "");
            findings.add(
                new Finding(
                    source.path(), "line " + line + ": " + call + " is banned: " + ban.instead));
          }
          unused.removeAll(covering);
        }
      }
    }
    unused.forEach(
        a -> findings.add(new Finding(a.path(), "has a permission it does not use: " + a.ban())));
    return findings;
  }
}
