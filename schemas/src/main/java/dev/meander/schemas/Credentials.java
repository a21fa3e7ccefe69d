package dev.meander.schemas;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Texts as people may see them: what proves who asks is replaced by {@code ***}. Every message that
 * names an address or a setting goes through here.
 *
 * <p>Thread-safety: stateless.
 */
public final class Credentials {

  /** What stands in the place of a secret. */
  public static final String HIDDEN = "***";

  /** A setting within a line, such as {@code password="x"}, or a part of a query. */
  private static final Pattern SETTING =
      Pattern.compile(
          "(?i)((?:password|passwd|passphrase|secret|token|api[-_]?key|user\\.info|credentials?"
              + "|signature|assertion)\"?\\s{0,3}=\\s{0,3})"
              + "(?!\\*\\*\\*)(?:\"[^\"]*+\"|'[^']*+'|[^\\s,;&\"'}\\])]++)");

  private static final Pattern HEADER =
      Pattern.compile("(?i)\\b((?:Bearer|Basic)\\s+)[A-Za-z0-9+/=._~-]{8,}");

  private static final Pattern PRIVATE_KEY =
      Pattern.compile("(-----BEGIN [A-Z ]*PRIVATE KEY-----).*", Pattern.DOTALL);

  /** An address without a scheme, such as {@code ann:secret@host:1}. */
  private static final Pattern BARE_ADDRESS =
      Pattern.compile("(^|[\\s\"'=,])([^\\s:@/\"'=,]+:)[^\\s/@\"',]+(?=@[\\w.\\[-])");

  private static final int SCHEME_LENGTH_MAX = 20;

  private Credentials() {}

  /**
   * {@code text} with {@code ***} for the password of every address in it, such as {@code
   * http://ann:***@host}; a name without a password may be a token and goes too. The same holds for
   * settings such as {@code password="x"} or {@code ?access_token=x}, for what stands behind {@code
   * Bearer}, and for private keys.
   */
  public static String hide(String text) {
    String shown = text;
    if (shown.contains("://")) {
      shown = withoutPasswords(shown);
    }
    if (shown.indexOf('@') >= 0) {
      shown = BARE_ADDRESS.matcher(shown).replaceAll("$1$2***");
    }
    if (shown.indexOf('=') >= 0) {
      shown = SETTING.matcher(shown).replaceAll("$1***");
    }
    shown = HEADER.matcher(shown).replaceAll("$1***");
    return shown.contains("PRIVATE KEY") ? PRIVATE_KEY.matcher(shown).replaceAll("$1***") : shown;
  }

  /** A password goes to the last '@' of its address, because people forget to encode one. */
  private static String withoutPasswords(String text) {
    StringBuilder shown = new StringBuilder();
    int at = 0;
    int end = 0;
    for (int start = text.indexOf("://"); start >= 0; start = text.indexOf("://", at)) {
      int from = start + 3;
      shown.append(text, at, from);
      end = from < end ? end : endOfAddress(text, from);
      int last = text.lastIndexOf('@', end - 1);
      if (last < from) {
        shown.append(text, from, end);
        at = end;
        continue;
      }
      int host = from;
      while (host < last && "/:,".indexOf(text.charAt(host)) < 0) {
        host++;
      }
      char stop = host == last ? '@' : text.charAt(host);
      if (stop == ':') {
        shown.append(text, from, host + 1).append(HIDDEN);
        at = last;
      } else if (stop == '@') {
        shown.append(HIDDEN);
        at = last;
      } else {
        at = from;
      }
    }
    return shown.append(text, at, text.length()).toString();
  }

  /**
   * Where an address ends: at white space, a quotation mark, or a comma before the next address.
   */
  private static int endOfAddress(String text, int from) {
    int next = text.indexOf("://", from);
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isWhitespace(c) || c == '"') {
        return i;
      }
      if (c == ',' && next > i && isScheme(text, i + 1, next)) {
        return i;
      }
    }
    return text.length();
  }

  private static boolean isScheme(String text, int from, int to) {
    if (to - from > SCHEME_LENGTH_MAX) {
      return false;
    }
    String scheme = text.substring(from, to).strip();
    return !scheme.isEmpty() && scheme.chars().allMatch(Character::isLetterOrDigit);
  }

  /**
   * The value of a setting as it may be shown: {@code ***} where the key says that it is a secret,
   * else {@link #hide(String)} of it.
   */
  public static String hide(String key, String value) {
    String name = key.toLowerCase(Locale.ROOT);
    boolean secret =
        name.contains("password")
            || name.contains("secret")
            || name.contains("jaas")
            || name.contains("user.info")
            || name.contains("credential")
            || name.endsWith("keystore.key")
            || name.endsWith("api.key")
            || name.endsWith("token");
    return secret ? HIDDEN : hide(value);
  }

  /** Settings as they may be shown, in order of their keys. */
  public static Map<String, String> hide(Map<String, ?> settings) {
    Map<String, String> shown = new TreeMap<>();
    settings.forEach((key, value) -> shown.put(key, hide(key, String.valueOf(value))));
    return shown;
  }
}
