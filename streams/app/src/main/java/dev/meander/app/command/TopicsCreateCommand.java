package dev.meander.app.command;

import dev.meander.app.connection.Connection;
import dev.meander.app.connection.ConnectionOptions;
import dev.meander.app.embedded.StackOptions;
import dev.meander.app.topics.SchemaAdmin;
import dev.meander.app.topics.SubjectState;
import dev.meander.app.topics.TopicAdmin;
import dev.meander.app.topics.TopicState;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code meander topics create}: creates what is missing and says where the rest differs. */
@Command(
    name = "create",
    description = {
      "Creates the missing topics and registers the schemas, each subject FULL_TRANSITIVE.",
      "What exists is left as it is; differences from the catalogue are listed.",
      "Exit codes: 0 done, 1 a schema is incompatible or a right is missing, 2 wrong use or more",
      "replicas than brokers, 3 unreachable."
    },
    mixinStandardHelpOptions = true)
final class TopicsCreateCommand implements Callable<Integer> {

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "" + StackOptions.PARTITIONS,
      description = "Partitions of a new topic; ${DEFAULT-VALUE} by default.")
  private int partitions;

  @Option(
      names = "--replication-factor",
      paramLabel = "N",
      defaultValue = "" + TopicAdmin.CLUSTER_DEFAULT,
      description = "Replicas of a new topic; the cluster's default by default.")
  private short replicationFactor;

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  /** What was found or done; printed as JSON. */
  record Report(List<TopicState> topics, List<SubjectState> subjects) {}

  @Override
  public Integer call() {
    if (partitions < 1) {
      throw wrongUse("expected --partitions >= 1, found " + partitions);
    }
    if (replicationFactor < 1 && replicationFactor != TopicAdmin.CLUSTER_DEFAULT) {
      throw wrongUse("expected --replication-factor >= 1, found " + replicationFactor);
    }
    Report report = create(connection.read());
    Output output = new Output(spec);
    if (json) {
      output.json(report);
    } else {
      report.topics().forEach(topic -> output.line(line(topic)));
      report.subjects().forEach(subject -> output.line(line(subject)));
      if (report.subjects().isEmpty()) {
        output.line("schemas were not registered: no --registry was given");
      }
    }
    boolean compatible =
        report.subjects().stream()
            .noneMatch(subject -> subject.outcome() == SubjectState.Outcome.INCOMPATIBLE);
    return (compatible ? ExitCode.DONE : ExitCode.CHECK_FAILED).code();
  }

  private Report create(Connection cluster) {
    List<TopicState> topics;
    try (TopicAdmin admin = cluster.topics()) {
      topics = admin.create(partitions, replicationFactor);
    }
    String url = cluster.registry();
    if (url == null) {
      return new Report(topics, List.of());
    }
    try (SchemaAdmin admin = cluster.schemas(url)) {
      return new Report(topics, admin.register());
    }
  }

  private static String line(TopicState topic) {
    String text =
        "%-12s %s, %d partition%s"
            .formatted(
                lower(topic.outcome()),
                topic.name(),
                topic.partitions(),
                topic.partitions() == 1 ? "" : "s");
    return topic.differences().isEmpty()
        ? text
        : text + "; " + String.join("; ", topic.differences());
  }

  private static String line(SubjectState subject) {
    String text = "%-12s %s".formatted(lower(subject.outcome()), subject.subject());
    return subject.detail().isEmpty()
        ? text + ", id " + subject.id()
        : text + ": " + subject.detail();
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private ParameterException wrongUse(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
