package dev.meander.app.connection;

import dev.meander.app.PropertiesFile;
import dev.meander.core.config.ConfigurationException;
import dev.meander.schemas.Credentials;
import dev.meander.schemas.TopicNames;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Options of a command that talks to a cluster: given one by one or in a configuration file, where
 * an option wins over the file.
 */
public final class ConnectionOptions {

  private static final String BOOTSTRAP = "bootstrap.servers";
  private static final String REGISTRY = "schema.registry.url";
  private static final String PREFIX = "topics.prefix";

  /** Words that no shell changes. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_.,:/@%+=-]+");

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Configuration file; the options below win over it.")
  private @Nullable Path config;

  @Option(
      names = "--bootstrap",
      paramLabel = "HOST:PORT",
      description = "Kafka brokers, separated by commas.")
  private @Nullable String bootstrap;

  @Option(names = "--registry", paramLabel = "URL", description = "Address of the schema registry.")
  private @Nullable String registry;

  @Option(
      names = "--prefix",
      paramLabel = "NAME",
      description =
          "First part of every topic's name; " + TopicNames.DEFAULT_PREFIX + " by default.")
  private @Nullable String prefix;

  /**
   * The connection they describe.
   *
   * @throws ConfigurationException with all problems
   */
  public Connection read() {
    Map<String, String> file = config == null ? Map.of() : PropertiesFile.read(config);
    List<String> problems = new ArrayList<>();
    String brokers = bootstrap == null ? file.get(BOOTSTRAP) : bootstrap;
    if (brokers == null || brokers.isBlank()) {
      problems.add("expected --bootstrap, or --config with " + BOOTSTRAP + ", found neither");
    }
    String url = registry == null ? file.get(REGISTRY) : registry;
    if (url != null && !url.matches("https?://.+")) {
      problems.add(
          "expected a registry address http://host:port, found \"" + Credentials.hide(url) + "\"");
    }
    String first = prefix == null ? file.getOrDefault(PREFIX, TopicNames.DEFAULT_PREFIX) : prefix;
    TopicNames names = TopicNames.standard();
    try {
      names = new TopicNames(first);
    } catch (IllegalArgumentException e) {
      problems.add(String.valueOf(e.getMessage()));
    }
    if (!problems.isEmpty() || brokers == null) {
      throw new ConfigurationException(
          config == null ? "the options" : config.toString(), problems);
    }
    return new Connection(brokers, url, names, file, config, given());
  }

  /** The configuration file that was named; null when none was. */
  public @Nullable Path config() {
    return config;
  }

  /** True when any of them was given. */
  public boolean isGiven() {
    return !given().isEmpty();
  }

  private String given() {
    StringBuilder text = new StringBuilder();
    add(text, "--config", config);
    add(text, "--bootstrap", bootstrap);
    add(text, "--registry", registry);
    add(text, "--prefix", prefix);
    return text.toString();
  }

  private static void add(StringBuilder text, String option, @Nullable Object value) {
    if (value != null) {
      text.append(' ')
          .append(option)
          .append(' ')
          .append(quoted(Credentials.hide(value.toString())));
    }
  }

  /** A word as a shell reads it. */
  private static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
