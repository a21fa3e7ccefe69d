package dev.meander.djl;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One object of an archive, a module for example: its class and its attributes.
 *
 * <p>Thread-safety: none; filled by {@link Unpickler}.
 */
final class ScriptObject {

  private final String className;
  private final Map<String, Object> attributes = new LinkedHashMap<>();

  /**
   * @param className full name, such as {@code __torch__.Net}
   */
  ScriptObject(String className) {
    this.className = className;
  }

  String className() {
    return className;
  }

  /** The name behind the last dot. */
  String simpleName() {
    return className.substring(className.lastIndexOf('.') + 1);
  }

  Map<String, Object> attributes() {
    return attributes;
  }
}
