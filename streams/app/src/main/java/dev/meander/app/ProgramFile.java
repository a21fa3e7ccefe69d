package dev.meander.app;

import dev.meander.core.config.Option;
import dev.meander.serving.ServingConfig;
import dev.meander.streams.AdaptationConfig;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One configuration file for both programs: each reads its own keys and leaves the other's alone. A
 * key that neither knows stays, so that the program that reads the file refuses it.
 */
public final class ProgramFile {

  private ProgramFile() {}

  /** The learner application's configuration. */
  public static AdaptationConfig adaptation(Path file) {
    return AdaptationConfig.read(
        file.toString(),
        without(PropertiesFile.read(file), ServingConfig.OPTIONS, AdaptationConfig.OPTIONS));
  }

  /**
   * The learner application's configuration with some keys replaced.
   *
   * @param file where the keys are
   * @param changes a file whose keys win
   */
  public static AdaptationConfig adaptation(Path file, Path changes) {
    Map<String, String> keys = new HashMap<>(PropertiesFile.read(file));
    keys.putAll(PropertiesFile.read(changes));
    return AdaptationConfig.read(
        changes.toString(), without(keys, ServingConfig.OPTIONS, AdaptationConfig.OPTIONS));
  }

  /** A serving node's configuration. */
  public static ServingConfig serving(Path file) {
    return ServingConfig.read(
        file.toString(),
        without(PropertiesFile.read(file), AdaptationConfig.OPTIONS, ServingConfig.OPTIONS));
  }

  /** {@code raw} without the keys that are only in {@code others}. */
  static Map<String, String> without(
      Map<String, String> raw, Collection<Option<?>> others, Collection<Option<?>> own) {
    Set<String> ownKeys = own.stream().map(Option::key).collect(Collectors.toSet());
    Map<String, String> kept = new HashMap<>(raw);
    others.stream().map(Option::key).filter(key -> !ownKeys.contains(key)).forEach(kept::remove);
    return kept;
  }
}
