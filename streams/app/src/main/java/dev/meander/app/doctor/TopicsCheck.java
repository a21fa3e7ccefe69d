package dev.meander.app.doctor;

import dev.meander.app.topics.TopicState;
import dev.meander.schemas.PartitionRule;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The topics of the catalogue: there, kept as they should be, and with one partition number. */
final class TopicsCheck implements Check {

  @Override
  public String subject() {
    return "topics";
  }

  @Override
  public Need needs() {
    return Need.KAFKA;
  }

  @Override
  public String advice() {
    return "check what this user may do";
  }

  @Override
  public List<Finding> find(Examined examined) {
    List<TopicState> states = examined.topics().inspect();
    List<Finding> findings = new ArrayList<>();
    states.forEach(state -> findings.add(topic(state, examined)));
    partitions(states, findings);
    return findings;
  }

  private static Finding topic(TopicState state, Examined examined) {
    String subject = "topic " + state.name();
    if (state.outcome() == TopicState.Outcome.MISSING) {
      return Finding.fail(
          subject, "expected the topic, found none", "run: " + examined.command("topics create"));
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

  private static void partitions(List<TopicState> states, List<Finding> findings) {
    List<TopicState> byLineage =
        states.stream()
            .filter(state -> state.topic().partitionRule() == PartitionRule.LINEAGE)
            .filter(state -> state.outcome() != TopicState.Outcome.MISSING)
            .toList();
    TreeSet<Integer> counts =
        byLineage.stream()
            .map(TopicState::partitions)
            .collect(Collectors.toCollection(TreeSet::new));
    if (counts.size() > 1) {
      findings.add(
          Finding.warn(
              "partitions",
              "expected one number of partitions for what belongs to a lineage, found "
                  + byLineage.stream()
                      .map(state -> state.topic().suffix() + " " + state.partitions())
                      .collect(Collectors.joining(", ")),
              "create the topics anew with one number, so that a lineage has one partition"
                  + " number"));
    }
  }
}
