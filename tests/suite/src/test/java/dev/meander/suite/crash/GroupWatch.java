package dev.meander.suite.crash;

import static java.util.stream.Collectors.toSet;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.GroupState;

/** Who is in an application's group. */
final class GroupWatch implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final long ANSWER_SECONDS = 20;

  private final Admin admin;
  private final String group;

  GroupWatch(String bootstrap, String group) {
    this.admin = Admin.create(Map.of("bootstrap.servers", bootstrap));
    this.group = group;
  }

  /** Who is in the group now. */
  Set<String> members() throws Exception {
    return describe().members().stream().map(MemberDescription::consumerId).collect(toSet());
  }

  /** Waits until so many instances share the work and each has some. */
  void awaitWorking(int instances) {
    awaitWorking(instances, Set.of());
  }

  /** The same, none of them being a former one that may be dead. */
  void awaitWorking(int instances, Set<String> former) {
    await(instances + " instances of " + group + " at work")
        .atMost(LIMIT)
        .pollInterval(LOOK)
        .ignoreExceptions()
        .until(
            () -> {
              ConsumerGroupDescription found = describe();
              return found.groupState() == GroupState.STABLE
                  && found.members().size() == instances
                  && found.members().stream()
                      .noneMatch(
                          member ->
                              former.contains(member.consumerId())
                                  || member.assignment().topicPartitions().isEmpty());
            });
  }

  private ConsumerGroupDescription describe() throws Exception {
    return admin
        .describeConsumerGroups(List.of(group))
        .all()
        .get(ANSWER_SECONDS, TimeUnit.SECONDS)
        .values()
        .iterator()
        .next();
  }

  @Override
  public void close() {
    admin.close();
  }
}
