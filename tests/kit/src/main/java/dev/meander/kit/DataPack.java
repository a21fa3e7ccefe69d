package dev.meander.kit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/**
 * The data pack that some tests read: data sets, trained models, golden traces. It is no part of
 * the repository, so a test that needs it is skipped where it is missing, unless {@code
 * MEANDER_DATA_REQUIRED=true} says that it must be there.
 */
public final class DataPack {

  static final String LOCATION = "MEANDER_DATA";
  static final String REQUIRED = "MEANDER_DATA_REQUIRED";
  static final String DEFAULT_LOCATION = "../shared/data";

  private DataPack() {}

  /**
   * The root of the data pack. Without one the calling test is skipped, or fails where the pack is
   * required.
   */
  public static Path require() {
    return require(System.getenv());
  }

  /** A file or folder of the pack; skips or fails like {@link #require()} when it is missing. */
  public static Path require(String relative) {
    return require(System.getenv(), relative);
  }

  static Path require(Map<String, String> environment) {
    return require(environment, "");
  }

  static Path require(Map<String, String> environment, String relative) {
    Path found = location(environment).resolve(relative);
    if (Files.exists(found)) {
      return found;
    }
    String message =
        "expected the data pack's "
            + (relative.isEmpty() ? "folder" : relative)
            + " at "
            + found
            + ", found none; "
            + LOCATION
            + " says where the pack is";
    if (Boolean.parseBoolean(environment.get(REQUIRED))) {
      throw new AssertionError(message);
    }
    return Assumptions.abort(message);
  }

  /** Where the pack should be; a relative location counts from the repository root. */
  private static Path location(Map<String, String> environment) {
    String location = environment.getOrDefault(LOCATION, "");
    return Repository.root(environment)
        .resolve(location.isBlank() ? DEFAULT_LOCATION : location)
        .normalize();
  }
}
