package dev.meander.core.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Values read for a set of options. Reading collects every problem before it refuses: missing keys,
 * values out of range, unknown keys with the nearest known one.
 *
 * <p>Thread-safety: immutable once built.
 */
public final class Settings {

  private final Map<Option<?>, Object> values;
  private final Map<String, String> passedThrough;

  private Settings(Map<Option<?>, Object> values, Map<String, String> passedThrough) {
    this.values = Map.copyOf(values);
    this.passedThrough = Map.copyOf(passedThrough);
  }

  /**
   * Reads {@code raw}.
   *
   * @param origin where the keys come from, for messages
   * @param raw keys and texts
   * @param options the keys that are known
   * @param passThrough prefixes such as {@code kafka.} whose keys belong to somebody else
   * @throws ConfigurationException with all problems
   */
  public static Settings read(
      String origin,
      Map<String, String> raw,
      Collection<Option<?>> options,
      Collection<String> passThrough) {
    List<String> problems = new ArrayList<>();
    Map<String, Option<?>> known = new TreeMap<>();
    options.forEach(option -> known.put(option.key(), option));
    Map<String, String> passed = new HashMap<>();
    new TreeMap<>(raw)
        .forEach(
            (key, value) -> {
              if (passThrough.stream().anyMatch(key::startsWith)) {
                passed.put(key, value);
              } else if (!known.containsKey(key)) {
                problems.add(unknown(key, known.keySet()));
              }
            });
    Map<Option<?>, Object> values = new HashMap<>();
    for (Option<?> option : known.values()) {
      String text = raw.getOrDefault(option.key(), option.defaultText());
      if (text == null || text.isBlank()) {
        problems.add(option.key() + ": expected a value (" + option.meaning() + "), found none");
        continue;
      }
      try {
        values.put(option, option.parser().apply(text.trim()));
      } catch (IllegalArgumentException e) {
        problems.add(option.key() + ": " + e.getMessage());
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(origin, problems);
    }
    return new Settings(values, passed);
  }

  private static String unknown(String key, Collection<String> known) {
    return "unknown key " + key + Nearest.suggestion(key, known);
  }

  /**
   * The value of {@code option}.
   *
   * @throws IllegalArgumentException when the option was not among those read
   */
  public <T> T get(Option<T> option) {
    Object value = values.get(option);
    if (value == null) {
      throw new IllegalArgumentException("expected an option that was read, found " + option.key());
    }
    @SuppressWarnings("unchecked") // put under the same option by its own parser
    T typed = (T) value;
    return typed;
  }

  /** The keys passed through under {@code prefix}, without it. */
  public Map<String, String> passedThrough(String prefix) {
    Map<String, String> found = new TreeMap<>();
    passedThrough.forEach(
        (key, value) -> {
          if (key.startsWith(prefix)) {
            found.put(key.substring(prefix.length()), value);
          }
        });
    return found;
  }

  /**
   * Builds a record whose constructor checks values against each other, and reports what it refuses
   * like any other problem.
   *
   * @throws ConfigurationException when {@code build} throws IllegalArgumentException
   */
  public static <T> T check(String origin, Supplier<T> build) {
    try {
      return build.get();
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(origin, List.of(String.valueOf(e.getMessage())));
    }
  }
}
