package dev.meander.app.demo;

import dev.meander.core.config.ConfigurationException;
import dev.meander.core.method.MethodNeeds;
import dev.meander.core.model.ModelSpec;
import dev.meander.serving.ServingConfig;
import dev.meander.streams.AdaptationConfig;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Configurations of the programs that a demonstration starts.
 *
 * @param config what to demonstrate
 * @param scene images and model
 * @param folder where the learner application's stores lie
 */
record ProgramKeys(DemoConfig config, DemoScene scene, Path folder) {

  /** Consumer group of the learner application. */
  static final String APPLICATION = "meander-demo";

  private static final String ORIGIN = "command line";

  /** Stands for the cluster that is not there yet. */
  private static final Place NOT_STARTED =
      new Place("127.0.0.1:9092", "http://127.0.0.1:8081", "meander");

  /**
   * Where the programs find the cluster.
   *
   * @param bootstrap Kafka brokers
   * @param registryUrl address of the registry
   * @param prefix first part of the topics' names
   */
  record Place(String bootstrap, String registryUrl, String prefix) {}

  /**
   * Says what is wrong before anything is started.
   *
   * @throws ConfigurationException with all problems
   */
  void check() {
    TreeSet<String> ours = new TreeSet<>(learnerKeys(NOT_STARTED).keySet());
    ours.retainAll(config.overrides().keySet());
    if (!ours.isEmpty()) {
      throw new ConfigurationException(
          ORIGIN,
          List.of(
              "--set: expected keys that the demonstration leaves open, found "
                  + String.join(", ", ours)));
    }
    learner(NOT_STARTED);
  }

  /**
   * Says what the method misses in the model before anything is started.
   *
   * @throws ConfigurationException when it misses something
   */
  void check(ModelSpec model) {
    List<String> problems = MethodNeeds.problems(learner(NOT_STARTED).learner().method(), model);
    if (!problems.isEmpty()) {
      throw new ConfigurationException(ORIGIN, problems);
    }
  }

  /**
   * The learner application's configuration.
   *
   * @throws ConfigurationException with all problems
   */
  AdaptationConfig learner(Place place) {
    Map<String, String> keys = learnerKeys(place);
    keys.putAll(config.overrides());
    return AdaptationConfig.read(ORIGIN, keys);
  }

  private Map<String, String> learnerKeys(Place place) {
    Map<String, String> keys = shared(place);
    keys.put("application.id", APPLICATION);
    keys.put("method.name", config.method());
    keys.put("state.dir", folder.resolve("state").toString());
    return keys;
  }

  /** Configuration of the serving node of this name, on any free port. */
  ServingConfig node(String name, Place place) {
    Map<String, String> keys = shared(place);
    keys.put("node.name", name);
    keys.put("http.port", "0");
    return ServingConfig.read(ORIGIN, keys);
  }

  private Map<String, String> shared(Place place) {
    Map<String, String> keys = new HashMap<>();
    keys.put("bootstrap.servers", place.bootstrap());
    keys.put("schema.registry.url", place.registryUrl());
    keys.put("topics.prefix", place.prefix());
    keys.put("model.name", scene.model().name());
    keys.put("model.file", scene.model().file().toString());
    keys.put(
        "model.input.shape",
        Arrays.stream(scene.model().inputShape())
            .mapToObj(String::valueOf)
            .collect(Collectors.joining(",")));
    return keys;
  }
}
