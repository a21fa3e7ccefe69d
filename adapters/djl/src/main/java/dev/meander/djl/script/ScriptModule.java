package dev.meander.djl.script;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One module instance of an archive: its class and its attributes in order. The class text must
 * declare each attribute, and {@code training : bool}, which every module has.
 *
 * <p>Thread-safety: none.
 */
public final class ScriptModule {

  private final String className;
  private final Map<String, Object> attributes = new LinkedHashMap<>();

  /**
   * @param className a class of the archive's text, without {@code __torch__.}
   */
  public ScriptModule(String className) {
    this.className = className;
    attributes.put("training", false);
  }

  public ScriptModule with(String name, ScriptTensor tensor) {
    return put(name, tensor);
  }

  public ScriptModule with(String name, ScriptModule module) {
    return put(name, module);
  }

  public ScriptModule with(String name, long value) {
    return put(name, value);
  }

  /** An attribute of type {@code NoneType}, or an optional one that is absent. */
  public ScriptModule withNone(String name) {
    return put(name, Optional.empty());
  }

  private ScriptModule put(String name, Object value) {
    if (attributes.put(name, value) != null) {
      throw new IllegalArgumentException(
          "expected attribute names of " + className + " once each, found " + name + " twice");
    }
    return this;
  }

  String className() {
    return className;
  }

  Map<String, Object> attributes() {
    return attributes;
  }
}
