package dev.meander.app.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.meander.app.GlyphModel;
import dev.meander.app.Meander;
import dev.meander.app.embedded.BrokerOptions;
import dev.meander.app.embedded.EmbeddedBroker;
import dev.meander.core.config.ConfigurationException;
import dev.meander.core.model.ModelProvider;
import dev.meander.kit.BadInput;
import dev.meander.kit.BadInput.Entrance;
import dev.meander.schemas.TopicNames;
import dev.meander.schemas.access.Program;
import dev.meander.schemas.access.Right;
import dev.meander.schemas.access.Rights;
import dev.meander.streams.AdaptationApplication;
import dev.meander.streams.AdaptationConfig;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.streams.KafkaStreams.State;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The lists of rights against a broker that allows what they say and nothing else. */
@Timeout(240)
class AccessTest {

  private static final TopicNames NAMES = TopicNames.standard();
  private static final String ANYBODY = "User:ANONYMOUS";
  private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

  @TempDir
  @SuppressWarnings("NullAway.Init") // set before each test
  Path folder;

  /** Closes everything but what the broker itself does, which is the same user here. */
  private static final List<AclBinding> CLOSED =
      List.of(
          binding(ResourceType.TOPIC, "*", PatternType.LITERAL, "User:nobody", AclOperation.READ),
          binding(ResourceType.GROUP, "*", PatternType.LITERAL, "User:nobody", AclOperation.READ),
          binding(
              ResourceType.TRANSACTIONAL_ID,
              "*",
              PatternType.LITERAL,
              "User:nobody",
              AclOperation.WRITE),
          binding(ResourceType.TOPIC, "__", PatternType.PREFIXED, ANYBODY, AclOperation.ALL),
          cluster(AclOperation.CLUSTER_ACTION),
          cluster(AclOperation.ALTER),
          cluster(AclOperation.DESCRIBE));

  private static AclBinding cluster(AclOperation operation) {
    return binding(
        ResourceType.CLUSTER, "kafka-cluster", PatternType.LITERAL, "User:ANONYMOUS", operation);
  }

  private static AclBinding binding(
      ResourceType type, String name, PatternType pattern, String user, AclOperation operation) {
    return new AclBinding(
        new ResourcePattern(type, name, pattern),
        new AccessControlEntry(user, "*", operation, AclPermissionType.ALLOW));
  }

  private static void grant(Admin admin, List<Right> rights) throws Exception {
    admin.deleteAcls(List.of(AclBindingFilter.ANY)).all().get(20, TimeUnit.SECONDS);
    List<AclBinding> bindings = new ArrayList<>(CLOSED);
    for (Right right : rights) {
      for (AclOperation operation : right.operations()) {
        bindings.add(binding(right.type(), right.name(), right.pattern(), ANYBODY, operation));
      }
    }
    admin.createAcls(bindings).all().get(20, TimeUnit.SECONDS);
  }

  private static List<Right> without(List<Right> rights, String name, AclOperation operation) {
    return rights.stream()
        .map(
            right ->
                right.name().equals(name)
                    ? new Right(
                        right.program(),
                        right.type(),
                        right.pattern(),
                        right.name(),
                        right.operations().stream().filter(o -> o != operation).toList())
                    : right)
        .toList();
  }

  private record Run(int code, String out, String err) {}

  private static Run run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Meander.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .setColorScheme(
                picocli.CommandLine.Help.defaultColorScheme(picocli.CommandLine.Help.Ansi.OFF))
            .execute(arguments);
    return new Run(code, out.toString(), err.toString());
  }

  private AdaptationConfig config(EmbeddedBroker broker, Path model) {
    return AdaptationConfig.read(
        "test",
        Map.of(
            "bootstrap.servers",
            broker.bootstrap(),
            "schema.registry.url",
            "mock://access",
            "model.name",
            "glyphs",
            "model.file",
            model.toString(),
            "model.input.shape",
            "3,32,32",
            "state.dir",
            folder.resolve("state").toString()));
  }

  @Test
  @BadInput(
      at = Entrance.BROKER,
      what = "one right of a program's list taken away",
      then = "a message that names topic, group or id and the right; nothing hangs")
  void shouldWorkWithTheListedRightsAndNameTheOneThatIsMissing() throws Exception {
    Map<String, String> authorizer =
        Map.of(
            "authorizer.class.name",
            "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "allow.everyone.if.no.acl.found",
            "true");
    try (EmbeddedBroker broker =
            EmbeddedBroker.start(BrokerOptions.temporary().overriding(authorizer));
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
      operator(broker, admin);
      learner(broker, admin);
    }
  }

  private static void operator(EmbeddedBroker broker, Admin admin) throws Exception {
    List<Right> rights = Rights.of(Program.OPERATOR, NAMES, "meander");
    String[] create = {"topics", "create", "--bootstrap", broker.bootstrap(), "--partitions", "2"};
    grant(admin, without(rights, "kafka-cluster", AclOperation.CREATE));
    Run notCreated = run(create);
    assertThat(notCreated.err())
        .matches(
            "expected the right CREATE on topic meander[.][a-z]+, found none;"
                + " `meander topics acls` lists the rights of each program\\R");
    assertThat(notCreated.code()).isEqualTo(1);
    grant(admin, rights);
    Run created = run(create);
    assertThat(created.err()).isEmpty();
    assertThat(created.code()).isZero();
    assertThat(run("redrive", "--bootstrap", broker.bootstrap()))
        .isEqualTo(
            new Run(0, "no dead letter on meander.dlq is selected" + System.lineSeparator(), ""));
    grant(admin, without(rights, "meander.dlq", AclOperation.READ));
    Run refused = run("redrive", "--bootstrap", broker.bootstrap());
    assertThat(refused.err()).startsWith("expected topic meander.dlq, found none: not there, or");
    assertThat(refused.code()).isEqualTo(1);
    grant(admin, without(rights, "meander.redrive", AclOperation.READ));
    assertThat(run("redrive", "--bootstrap", broker.bootstrap()).err())
        .startsWith("expected the right READ on group meander.redrive, found none; ");
    grant(admin, rights.stream().filter(right -> !right.name().equals("meander.acks")).toList());
    assertThat(run(create).err().strip())
        .isEqualTo(
            "expected topic meander.acks, found none: not there, or this user may not see it"
                + " (DESCRIBE, DESCRIBE_CONFIGS);"
                + " `meander topics acls` lists the rights of each program");
  }

  private void learner(EmbeddedBroker broker, Admin admin) throws Exception {
    List<Right> rights = Rights.of(Program.LEARNER, NAMES, "meander");
    AdaptationConfig config = config(broker, GlyphModel.unpack(folder));
    ModelProvider provider = ModelProvider.forSource(config.model());
    grant(admin, rights);
    try (AdaptationApplication application = AdaptationApplication.start(config, provider, CLOCK)) {
      application.awaitRunning(Duration.ofSeconds(60));
      assertThat(application.state()).isEqualTo(State.RUNNING);
    }
    assertMissing(
        admin,
        config,
        without(rights, "meander.dlq", AclOperation.WRITE),
        "expected topic meander.dlq, found none: not there, or this user may not see it;"
            + " `meander topics acls` lists the rights of each program");
    assertMissing(
        admin,
        config,
        without(rights, "meander.samples", AclOperation.WRITE),
        "expected the right WRITE on topic meander.samples, found none");
    assertMissing(
        admin,
        config,
        without(rights, "meander", AclOperation.READ),
        "expected the right READ on group meander, found none");
    assertMissing(
        admin,
        config,
        rights.stream().filter(right -> right.type() != ResourceType.TRANSACTIONAL_ID).toList(),
        "expected the right WRITE on the transactional ids that begin with meander-, found none");
  }

  private static void assertMissing(
      Admin admin, AdaptationConfig config, List<Right> rights, String problem) throws Exception {
    grant(admin, rights);
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(
            () ->
                AdaptationApplication.start(config, ModelProvider.forSource(config.model()), CLOCK))
        .satisfies(e -> assertThat(e.problems()).containsExactly(problem));
  }
}
