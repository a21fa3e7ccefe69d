package dev.meander.app.doctor;

import dev.meander.app.connection.Connection;
import dev.meander.app.topics.UnreachableException;
import dev.meander.schemas.TopicNames;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.KafkaException;

/**
 * Looks at everything a learner application or a serving node needs, in the order they need it, and
 * says what to do about what it finds. Changes nothing.
 */
public final class Doctor {

  /** What is looked at, in this order; what others need comes before them. */
  private static final List<Check> CHECKS =
      List.of(
          new JavaCheck(),
          new EngineCheck(),
          new ConfigurationCheck(),
          new ModelCheck(),
          new KafkaCheck(),
          new ClockCheck(),
          new RegistryCheck(),
          new TopicsCheck(),
          new TransactionsCheck(),
          new SchemasCheck());

  private Doctor() {}

  /**
   * Everything found, best and worst.
   *
   * @param clock of this machine
   */
  public static List<Finding> examine(Connection connection, Clock clock) {
    try (Examined examined = new Examined(connection, clock)) {
      return examine(CHECKS, examined);
    }
  }

  /**
   * What is found in this process alone.
   *
   * @param config a configuration file that does not say where the cluster is
   * @param clock of this machine
   */
  public static List<Finding> examineHere(Path config, Clock clock) {
    Connection nowhere =
        new Connection("", null, TopicNames.standard(), Map.of(), config, " --config " + config);
    try (Examined examined = new Examined(nowhere, clock)) {
      return examine(
          CHECKS.stream()
              .filter(check -> check.needs() == Check.Need.NOTHING)
              .filter(check -> check.asks() == Check.Need.NOTHING)
              .toList(),
          examined);
    }
  }

  static List<Finding> examine(List<Check> checks, Examined examined) {
    List<Finding> findings = new ArrayList<>();
    Set<Check.Need> silent = EnumSet.noneOf(Check.Need.class);
    for (Check check : checks) {
      if (silent.contains(check.needs())) {
        continue;
      }
      List<Finding> found = look(check, examined);
      findings.addAll(found);
      if (check.asks() != Check.Need.NOTHING && !found.stream().allMatch(Finding::isOk)) {
        silent.add(check.asks());
      }
    }
    return List.copyOf(findings);
  }

  private static List<Finding> look(Check check, Examined examined) {
    try {
      return check.find(examined);
    } catch (UnreachableException e) {
      return List.of(
          Finding.unreachable(check.subject(), String.valueOf(e.getMessage()), check.advice()));
    } catch (KafkaException e) {
      return List.of(Finding.fail(check.subject(), String.valueOf(e.getMessage()), check.advice()));
    }
  }
}
