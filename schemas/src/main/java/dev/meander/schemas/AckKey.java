package dev.meander.schemas;

import java.util.Optional;

/**
 * Key of the topic {@code acks}, written {@code node/lineage}.
 *
 * @param node name of the serving node
 * @param lineage {@code model:scope}; holds no slash
 */
public record AckKey(String node, String lineage) {

  public AckKey {
    if (node.isEmpty() || lineage.isEmpty() || lineage.indexOf('/') >= 0) {
      throw new IllegalArgumentException(
          "expected a node and a lineage without '/', found \""
              + node
              + "\" and \""
              + lineage
              + "\"");
    }
  }

  /** Reads a key; empty when it is not one. */
  public static Optional<AckKey> parse(String key) {
    int slash = key.lastIndexOf('/');
    if (slash <= 0 || slash == key.length() - 1) {
      return Optional.empty();
    }
    return Optional.of(new AckKey(key.substring(0, slash), key.substring(slash + 1)));
  }

  @Override
  public String toString() {
    return node + "/" + lineage;
  }
}
