package dev.meander.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.core.model.FakeProvider;
import dev.meander.kit.FakeClock;
import dev.meander.schemas.access.Program;
import dev.meander.schemas.access.Right;
import dev.meander.schemas.access.Rights;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.streams.TopologyDescription;
import org.apache.kafka.streams.TopologyDescription.Processor;
import org.apache.kafka.streams.TopologyDescription.Sink;
import org.apache.kafka.streams.TopologyDescription.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The learner's list of rights against what its topology reads, writes and keeps. */
class TopologyRightsTest {

  private static boolean allows(List<Right> rights, String topic, AclOperation operation) {
    return rights.stream()
        .filter(right -> right.type() == ResourceType.TOPIC)
        .filter(
            right ->
                right.pattern() == PatternType.PREFIXED
                    ? topic.startsWith(right.name())
                    : topic.equals(right.name()))
        .anyMatch(right -> right.operations().contains(operation));
  }

  @Test
  void shouldListEveryTopicThatTheTopologyReadsWritesAndRestores(@TempDir Path folder) {
    AdaptationConfig config = PathDriver.config(folder, Map.of("predictions.enabled", "true"));
    BaseModel base = BaseModel.check(config.model(), new FakeProvider(), config.learner());
    TopologyDescription path =
        new AdaptationTopology(config, base, FakeClock.at(Instant.EPOCH)).build().describe();
    Set<String> read = new TreeSet<>();
    Set<String> written = new TreeSet<>();
    Set<String> changelogs = new TreeSet<>();
    path.subtopologies()
        .forEach(
            part ->
                part.nodes()
                    .forEach(
                        node -> {
                          if (node instanceof Source source) {
                            read.addAll(source.topicSet());
                          } else if (node instanceof Sink sink) {
                            written.add(sink.topic());
                          } else if (node instanceof Processor processor) {
                            processor
                                .stores()
                                .forEach(
                                    store ->
                                        changelogs.add(
                                            config.applicationId() + "-" + store + "-changelog"));
                          }
                        }));
    List<Right> rights = Rights.of(Program.LEARNER, config.topics(), config.applicationId());

    assertThat(changelogs)
        .contains(config.applicationId() + "-learner-configurations-changelog")
        .allMatch(topic -> allows(rights, topic, AclOperation.READ))
        .allMatch(topic -> allows(rights, topic, AclOperation.WRITE))
        .allMatch(topic -> allows(rights, topic, AclOperation.CREATE));
    assertThat(read).hasSize(3).allMatch(topic -> allows(rights, topic, AclOperation.READ));
    assertThat(written).hasSize(6).allMatch(topic -> allows(rights, topic, AclOperation.WRITE));
    assertThat(rights)
        .filteredOn(right -> right.type() == ResourceType.TOPIC)
        .filteredOn(right -> right.pattern() == PatternType.LITERAL)
        .as("nothing that it does not need")
        .allSatisfy(
            right ->
                right
                    .operations()
                    .forEach(
                        operation ->
                            assertThat(operation == AclOperation.READ ? read : written)
                                .contains(right.name())));
  }
}
