package dev.meander.schemas.access;

import dev.meander.schemas.Topic;
import dev.meander.schemas.TopicNames;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;

/** Every right that the programs need, and no other. */
public final class Rights {

  /** What the group and the transactional id of {@code meander redrive} end with. */
  private static final String REDRIVE = ".redrive";

  private static final String CLUSTER = "kafka-cluster";
  private static final AclOperation[] READ = {AclOperation.READ};
  private static final AclOperation[] WRITE = {AclOperation.WRITE};
  private static final AclOperation[] BOTH = {AclOperation.READ, AclOperation.WRITE};

  private Rights() {}

  /**
   * The rights of one program.
   *
   * @param application value of {@code application.id}
   */
  public static List<Right> of(Program program, TopicNames names, String application) {
    List<Right> rights = new ArrayList<>();
    topics(program)
        .forEach(
            (topic, operations) ->
                rights.add(
                    right(
                        program,
                        ResourceType.TOPIC,
                        PatternType.LITERAL,
                        names.of(topic),
                        operations)));
    switch (program) {
      case LEARNER -> {
        rights.add(
            right(
                program,
                ResourceType.TOPIC,
                PatternType.PREFIXED,
                application + "-",
                AclOperation.CREATE,
                AclOperation.READ,
                AclOperation.WRITE,
                AclOperation.DESCRIBE_CONFIGS));
        rights.add(
            right(
                program, ResourceType.GROUP, PatternType.LITERAL, application, AclOperation.READ));
        rights.add(
            right(
                program,
                ResourceType.TRANSACTIONAL_ID,
                PatternType.PREFIXED,
                application + "-",
                AclOperation.WRITE));
      }
      case NODE -> {
        return List.copyOf(rights);
      }
      case OPERATOR -> {
        rights.add(
            right(
                program, ResourceType.CLUSTER, PatternType.LITERAL, CLUSTER, AclOperation.CREATE));
        rights.add(
            right(
                program,
                ResourceType.GROUP,
                PatternType.LITERAL,
                names.prefix() + REDRIVE,
                AclOperation.READ));
        rights.add(
            right(
                program,
                ResourceType.TRANSACTIONAL_ID,
                PatternType.LITERAL,
                names.prefix() + REDRIVE,
                AclOperation.WRITE));
      }
    }
    return List.copyOf(rights);
  }

  /** What a program does with each topic, in order of the catalogue. */
  private static Map<Topic, AclOperation[]> topics(Program program) {
    Map<Topic, AclOperation[]> topics = new EnumMap<>(Topic.class);
    switch (program) {
      case LEARNER -> {
        topics.put(Topic.TRAFFIC, READ);
        topics.put(Topic.SAMPLES, BOTH);
        topics.put(Topic.ADAPTERS, WRITE);
        topics.put(Topic.ALIASES, WRITE);
        topics.put(Topic.DECISIONS, WRITE);
        topics.put(Topic.PREDICTIONS, WRITE);
        topics.put(Topic.COMMANDS, READ);
        topics.put(Topic.DLQ, WRITE);
      }
      case NODE -> {
        topics.put(Topic.TRAFFIC, WRITE);
        topics.put(Topic.ADAPTERS, READ);
        topics.put(Topic.ALIASES, READ);
        topics.put(Topic.ACKS, WRITE);
      }
      case OPERATOR -> {
        for (Topic topic : Topic.values()) {
          boolean written =
              topic == Topic.COMMANDS || topic == Topic.TRAFFIC || topic == Topic.SAMPLES;
          topics.put(
              topic,
              written
                  ? new AclOperation[] {
                    AclOperation.READ, AclOperation.WRITE, AclOperation.DESCRIBE_CONFIGS
                  }
                  : new AclOperation[] {AclOperation.READ, AclOperation.DESCRIBE_CONFIGS});
        }
      }
    }
    return topics;
  }

  private static Right right(
      Program program,
      ResourceType type,
      PatternType pattern,
      String name,
      AclOperation... operations) {
    return new Right(program, type, pattern, name, List.of(operations));
  }
}
