package dev.meander.app.doctor;

import dev.meander.app.connection.Connection;
import dev.meander.app.topics.SchemaAdmin;
import dev.meander.app.topics.SubjectState;
import dev.meander.app.topics.TopicAdmin;
import dev.meander.app.topics.TopicState;
import dev.meander.app.topics.UnreachableException;
import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.ModelProvider;
import dev.meander.core.model.ModelRefusedException;
import dev.meander.core.model.ModelSource;
import dev.meander.schemas.PartitionRule;
import dev.meander.schemas.Topic;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;

/**
 * Looks at everything a learner application or a serving node needs, in the order they need it, and
 * says what to do about what it finds. Changes nothing.
 */
public final class Doctor {

  private static final int JAVA_MIN = 17;
  private static final Pattern SHAPE = Pattern.compile("[1-9][0-9]{0,6}(,[1-9][0-9]{0,6}){0,7}");

  private final Connection connection;
  private final List<Finding> findings = new ArrayList<>();

  private Doctor(Connection connection) {
    this.connection = connection;
  }

  /** Everything found, best and worst. */
  public static List<Finding> examine(Connection connection) {
    Doctor doctor = new Doctor(connection);
    doctor.java();
    doctor.engine();
    doctor.cluster();
    doctor.registry();
    return List.copyOf(doctor.findings);
  }

  private void java() {
    int feature = Runtime.version().feature();
    findings.add(
        feature >= JAVA_MIN
            ? Finding.ok("java", Runtime.version().toString())
            : Finding.fail(
                "java",
                "expected Java " + JAVA_MIN + " or newer, found " + feature,
                "install a newer Java and set JAVA_HOME"));
  }

  private void engine() {
    List<String> engines;
    try {
      engines =
          ServiceLoader.load(ModelProvider.class).stream()
              .map(provider -> provider.get().engine())
              .sorted()
              .toList();
    } catch (ServiceConfigurationError e) {
      findings.add(
          Finding.fail(
              "engine", String.valueOf(e.getMessage()), "rebuild the program, a jar is damaged"));
      return;
    }
    if (engines.isEmpty()) {
      findings.add(
          Finding.fail(
              "engine",
              "expected an engine on the class path, found none",
              "add a jar such as meander-djl"));
      return;
    }
    findings.add(Finding.ok("engine", String.join(", ", engines)));
    model();
  }

  private void model() {
    String file = connection.file().get("model.file");
    if (file == null) {
      return;
    }
    String shape = connection.file().getOrDefault("model.input.shape", "").replace(" ", "");
    if (!SHAPE.matcher(shape).matches()) {
      findings.add(
          Finding.fail(
              "model",
              "expected sizes >= 1 separated by commas, found \"" + shape + "\"",
              "set model.input.shape to the shape of one input, such as 3,32,32"));
      return;
    }
    int[] sizes = Arrays.stream(shape.split(",")).mapToInt(Integer::parseInt).toArray();
    String name = connection.file().getOrDefault("model.name", "model");
    ModelSource source = new ModelSource(name, Path.of(file), 1, sizes);
    try (AdaptableModel model = ModelProvider.forSource(source).open(source)) {
      findings.add(
          Finding.ok(
              "model",
              "%s, %d classes, %s".formatted(file, model.spec().classes(), model.spec().engine())));
    } catch (ModelRefusedException e) {
      findings.add(
          Finding.fail("model", String.valueOf(e.getMessage()), "correct model.file or the model"));
    }
  }

  private void cluster() {
    try (TopicAdmin admin = connection.topics()) {
      findings.add(Finding.ok("kafka", admin.cluster() + " at " + connection.bootstrap()));
      List<TopicState> states = admin.inspect();
      states.forEach(state -> findings.add(topic(state)));
      partitions(states);
    } catch (UnreachableException e) {
      findings.add(
          Finding.unreachable(
              "kafka",
              String.valueOf(e.getMessage()),
              "start the brokers, or correct bootstrap.servers and the kafka.* security keys"));
    } catch (KafkaException e) {
      findings.add(
          Finding.fail(
              "kafka",
              String.valueOf(e.getMessage()),
              "check the kafka.* keys and what this user may do"));
    }
  }

  private Finding topic(TopicState state) {
    String subject = "topic " + state.name();
    if (state.outcome() == TopicState.Outcome.MISSING) {
      return Finding.fail(subject, "expected the topic, found none", create());
    }
    if (state.differences().isEmpty()) {
      return Finding.ok(
          subject, state.partitions() + (state.partitions() == 1 ? " partition" : " partitions"));
    }
    String found = String.join("; ", state.differences());
    boolean cleanedWrongly =
        state.differences().stream().anyMatch(text -> text.startsWith("cleanup.policy"));
    return cleanedWrongly
        ? Finding.fail(subject, found, "set cleanup.policy with kafka-configs, or records get lost")
        : Finding.warn(subject, found, "set it with kafka-configs, unless it is meant so");
  }

  private void partitions(List<TopicState> states) {
    String byTopic =
        states.stream()
            .filter(state -> state.topic().partitionRule() == PartitionRule.LINEAGE)
            .filter(state -> state.outcome() != TopicState.Outcome.MISSING)
            .map(state -> state.topic().suffix() + " " + state.partitions())
            .collect(Collectors.joining(", "));
    TreeSet<Integer> counts =
        states.stream()
            .filter(state -> state.topic().partitionRule() == PartitionRule.LINEAGE)
            .filter(state -> state.outcome() != TopicState.Outcome.MISSING)
            .map(TopicState::partitions)
            .collect(Collectors.toCollection(TreeSet::new));
    if (counts.size() > 1) {
      findings.add(
          Finding.warn(
              "partitions",
              "expected one number of partitions for what belongs to a lineage, found " + byTopic,
              "create the topics anew with one number, so that a lineage has one partition"
                  + " number"));
    }
  }

  private void registry() {
    String url = connection.registry();
    if (url == null) {
      findings.add(
          Finding.warn(
              "registry",
              "expected the address of a schema registry, found none",
              "pass --registry, or set schema.registry.url"));
      return;
    }
    try (SchemaAdmin admin = connection.schemas(url)) {
      List<SubjectState> states = admin.inspect();
      findings.add(Finding.ok("registry", url));
      states.forEach(state -> findings.add(subject(state)));
      levels(admin);
    } catch (UnreachableException e) {
      findings.add(
          Finding.unreachable(
              "registry",
              String.valueOf(e.getMessage()),
              "start the registry, or correct schema.registry.url and the registry.* keys"));
    }
  }

  private Finding subject(SubjectState state) {
    String subject = "schema " + state.subject();
    return switch (state.outcome()) {
      case REGISTERED, EXISTING -> Finding.ok(subject, "id " + state.id());
      case MISSING -> Finding.warn(subject, "expected the schema, found none", create());
      case INCOMPATIBLE ->
          Finding.fail(
              subject,
              state.detail(),
              "run the build that wrote the newest version, or another topics.prefix");
    };
  }

  private void levels(SchemaAdmin admin) {
    List<String> other = new ArrayList<>();
    for (Topic topic : Topic.values()) {
      if (topic.valueSchema().isPresent()) {
        String level = admin.compatibility(topic);
        if (!level.equals(SchemaAdmin.COMPATIBILITY)) {
          other.add(topic.suffix() + " " + level);
        }
      }
    }
    if (!other.isEmpty()) {
      findings.add(
          Finding.warn(
              "compatibility",
              "expected " + SchemaAdmin.COMPATIBILITY + ", found " + String.join(", ", other),
              create()));
    }
  }

  private String create() {
    String url = connection.registry();
    return "run: meander topics create --bootstrap "
        + connection.bootstrap()
        + (url == null ? "" : " --registry " + url)
        + " --prefix "
        + connection.names().prefix();
  }
}
