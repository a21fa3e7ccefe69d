package dev.meander.serving.http;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with JSON, for a client: without names of classes and switches of the library that
 * reads it.
 *
 * <p>Thread-safety: stateless.
 */
final class JsonProblem {

  private JsonProblem() {}

  /** The problem in a few words, and where it is as far as that is known. */
  static String text(JsonProcessingException failure) {
    @Nullable JsonLocation at = failure.getLocation();
    return what(failure)
        + (at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")");
  }

  private static String what(JsonProcessingException failure) {
    if (failure instanceof StreamConstraintsException) {
      return "deeper nesting, a longer number or a longer text than is read";
    }
    if (failure instanceof JsonEOFException) {
      return "Unexpected end-of-input";
    }
    String text = failure.getOriginalMessage();
    return text.contains("`") || text.contains("Feature") || text.contains("Source:")
        ? "something else"
        : Found.line(text);
  }
}
