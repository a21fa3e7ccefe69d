package dev.meander.app.doctor;

/**
 * One line of the doctor.
 *
 * @param level how bad it is
 * @param subject what was looked at
 * @param found what was found
 * @param advice what to do; empty when there is nothing to do
 */
public record Finding(Level level, String subject, String found, String advice) {

  /** How bad it is. */
  public enum Level {
    /** As it should be. */
    OK,
    /** It works, but not as it should. */
    WARN,
    /** It will not work. */
    FAIL,
    /** It does not answer, so nothing else is known of it. */
    UNREACHABLE
  }

  public static Finding ok(String subject, String found) {
    return new Finding(Level.OK, subject, found, "");
  }

  public static Finding warn(String subject, String found, String advice) {
    return new Finding(Level.WARN, subject, found, advice);
  }

  public static Finding fail(String subject, String found, String advice) {
    return new Finding(Level.FAIL, subject, found, advice);
  }

  public static Finding unreachable(String subject, String found, String advice) {
    return new Finding(Level.UNREACHABLE, subject, found, advice);
  }

  /** True when it is as it should be. */
  boolean isOk() {
    return level == Level.OK;
  }

  /** The line for people; UNREACHABLE reads FAIL there, its exit code tells it apart. */
  public String line() {
    String word = level == Level.UNREACHABLE ? Level.FAIL.name() : level.name();
    String text = "%-5s %-26s %s".formatted(word, subject, found);
    return advice.isEmpty() ? text : text + "\n" + " ".repeat(6) + "-> " + advice;
  }
}
