package dev.meander.app.doctor;

import dev.meander.app.ProgramFile;
import dev.meander.core.config.ConfigurationException;
import dev.meander.streams.AdaptationConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What both programs make of one configuration file.
 *
 * @param adaptation what {@code run} reads; null when it refuses the file
 * @param problems what {@code run} or {@code serve} refuse, each once
 */
record Configured(@Nullable AdaptationConfig adaptation, List<String> problems) {

  /** What says of which key a problem is; its suggestion depends on which keys are known. */
  private static final Pattern UNKNOWN_KEY = Pattern.compile("(unknown key [^,]+).*");

  Configured {
    problems = List.copyOf(problems);
  }

  /** Reads {@code file} as {@code run} and as {@code serve} do. */
  static Configured read(Path file) {
    Map<String, String> problems = new LinkedHashMap<>();
    AdaptationConfig adaptation = read(file, ProgramFile::adaptation, problems);
    read(file, ProgramFile::serving, problems);
    return new Configured(adaptation, new ArrayList<>(problems.values()));
  }

  private static <T> @Nullable T read(
      Path file, Function<Path, T> program, Map<String, String> problems) {
    try {
      return program.apply(file);
    } catch (ConfigurationException e) {
      e.problems()
          .forEach(
              problem ->
                  problems.merge(
                      UNKNOWN_KEY.matcher(problem).replaceFirst("$1"),
                      problem,
                      Configured::better));
      return null;
    }
  }

  /** The one that suggests something; both say the same otherwise. */
  private static String better(String one, String other) {
    return one.contains("did you mean") ? one : other;
  }
}
