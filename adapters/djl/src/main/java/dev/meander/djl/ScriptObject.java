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
  private int builtAt = -1;

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

  /** Notes where the pickle has all attributes together. */
  void buildAt(int position) {
    builtAt = position;
  }

  /**
   * Where more attributes may be written into the pickle: at the opcode that gives the object its
   * attributes, which then lie in a dictionary on top of the stack; -1 when there is no such place.
   */
  int builtAt() {
    return builtAt;
  }

  Map<String, Object> attributes() {
    return attributes;
  }
}
