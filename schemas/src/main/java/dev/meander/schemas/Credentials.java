package dev.meander.schemas;

import java.util.regex.Pattern;

/**
 * Addresses as people may see them: what stands before the host to prove who asks is replaced by
 * {@code ***}. Every message that names an address goes through here.
 *
 * <p>Thread-safety: stateless.
 */
public final class Credentials {

  /** A password goes to the last '@' of its address, because people forget to encode one. */
  private static final Pattern PASSWORD =
      Pattern.compile("(://[^/\\s@:,]*:)(?:(?!,\\s*\\w+://)\\S)*@");

  private static final Pattern TOKEN = Pattern.compile("(://)[^/\\s@:,]+@");

  private Credentials() {}

  /**
   * {@code text} with {@code ***} for the password of every address in it, such as {@code
   * http://ann:***@host}; a name without a password may be a token and goes too.
   */
  public static String hide(String text) {
    return TOKEN.matcher(PASSWORD.matcher(text).replaceAll("$1***@")).replaceAll("$1***@");
  }
}
