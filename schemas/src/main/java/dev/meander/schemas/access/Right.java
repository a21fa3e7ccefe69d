package dev.meander.schemas.access;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;

/**
 * What one program must be allowed to do with one thing of a cluster.
 *
 * @param program who
 * @param type kind of the thing
 * @param pattern whether {@code name} is the whole name or the start of several
 * @param name of the thing
 * @param operations what it does; some allow others, as READ and WRITE allow DESCRIBE
 */
public record Right(
    Program program,
    ResourceType type,
    PatternType pattern,
    String name,
    List<AclOperation> operations) {

  public Right {
    operations = List.copyOf(operations);
  }

  /** One line for people: program, kind, name, operations. */
  public String line() {
    String shown = pattern == PatternType.PREFIXED ? name + "*" : name;
    return String.format(
        Locale.ROOT,
        "%-9s %-17s %-28s %s",
        program.text(),
        words(type),
        shown,
        operations.stream().map(AclOperation::name).collect(Collectors.joining(", ")));
  }

  /**
   * The command that grants it.
   *
   * @param bootstrap brokers
   * @param principal such as {@code User:learner}
   */
  public String command(String bootstrap, String principal) {
    return "kafka-acls --bootstrap-server "
        + bootstrap
        + " --add --allow-principal "
        + principal
        + operations.stream()
            .map(operation -> " --operation " + camel(operation.name()))
            .collect(Collectors.joining())
        + (type == ResourceType.CLUSTER ? " --cluster" : " --" + words(type) + " " + name)
        + (pattern == PatternType.PREFIXED ? " --resource-pattern-type prefixed" : "");
  }

  private static String words(ResourceType type) {
    return type.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** As Kafka's tools write it: DESCRIBE_CONFIGS is DescribeConfigs. */
  private static String camel(String name) {
    StringBuilder text = new StringBuilder();
    for (String word : name.split("_", -1)) {
      text.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return text.toString();
  }
}
