package dev.meander.serving.http;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which bodies may be JSON in UTF-8, going by their Content-Type. Clients such as curl send a type
 * of forms by default, so only those are refused that cannot be.
 *
 * <p>Thread-safety: stateless.
 */
final class ContentTypes {

  private static final Pattern CHARSET = Pattern.compile("charset\\s*=\\s*\"?([^\";\\s]+)");

  private ContentTypes() {}

  /** Refuses a body of parts, and one in another charset. */
  static void check(@Nullable String contentType) throws RequestRefusedException {
    String lower = contentType == null ? "" : contentType.toLowerCase(Locale.ROOT);
    Matcher charset = CHARSET.matcher(lower);
    boolean utf8 =
        !charset.find() || charset.group(1).equals("utf-8") || charset.group(1).equals("us-ascii");
    if (!utf8 || lower.startsWith("multipart/")) {
      throw new RequestRefusedException(
          RequestProblem.UNKNOWN_CONTENT_TYPE,
          "expected Content-Type application/json in UTF-8, found " + Found.text(contentType));
    }
  }
}
