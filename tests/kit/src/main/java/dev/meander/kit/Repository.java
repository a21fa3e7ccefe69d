package dev.meander.kit;

import java.nio.file.Path;
import java.util.Map;

/** Where the checkout lies that a test runs in. */
public final class Repository {

  static final String ROOT = "MEANDER_REPOSITORY";

  private Repository() {}

  /**
   * The repository root, absolute.
   *
   * @throws IllegalStateException when the build did not say where it is
   */
  public static Path root() {
    return root(System.getenv());
  }

  static Path root(Map<String, String> environment) {
    String root = environment.get(ROOT);
    if (root == null || root.isBlank()) {
      throw new IllegalStateException(
          "expected environment variable " + ROOT + " (the build sets it), found none");
    }
    return Path.of(root).toAbsolutePath().normalize();
  }
}
