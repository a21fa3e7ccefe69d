package dev.meander.schemas.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.schemas.TopicNames;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.junit.jupiter.api.Test;

final class MissingRightTest {

  private static final List<Right> LEARNER =
      Rights.of(Program.LEARNER, TopicNames.standard(), "plates");

  @Test
  void shouldNameTheRightThatIsMissing() {
    assertThat(
            MissingRight.of(
                new ExecutionException(new TopicAuthorizationException(Set.of("m.b", "m.a")))))
        .contains(
            "expected topics m.a, m.b, found none: not there, or this user may not see them;"
                + " `meander topics acls` lists the rights of each program");
    assertThat(MissingRight.of(GroupAuthorizationException.forGroupId("plates")))
        .contains(
            "expected the right READ on group plates, found none;"
                + " `meander topics acls` lists the rights of each program");
    assertThat(MissingRight.of(new TransactionalIdAuthorizationException("x")))
        .contains(
            "expected the right WRITE on the transactional ids that begin with application.id,"
                + " found none; `meander topics acls` lists the rights of each program");
    assertThat(MissingRight.of(new ClusterAuthorizationException("no create")))
        .contains(
            "expected a right on the cluster, found none: no create;"
                + " `meander topics acls` lists the rights of each program");
    assertThat(MissingRight.of(new IllegalStateException("x"))).isEmpty();
  }

  @Test
  void shouldCompareWhatIsNeededWithWhatTheBrokersAllow() {
    assertThat(
            MissingRight.missing(
                LEARNER,
                Map.of(
                    "meander.samples", Set.of(AclOperation.DESCRIBE, AclOperation.READ),
                    "meander.traffic", Set.of(AclOperation.READ),
                    "meander.acks", Set.of())))
        .containsExactly("expected the right WRITE on topic meander.samples, found none");
  }

  @Test
  void shouldPrintRightsForPeopleAndForKafkasTool() {
    assertThat(LEARNER.get(1).line())
        .isEqualTo("learner   topic             meander.samples              READ, WRITE");
    assertThat(LEARNER.stream().map(right -> right.command("b:1", "User:x")).toList())
        .contains(
            "kafka-acls --bootstrap-server b:1 --add --allow-principal User:x --operation Read"
                + " --operation Write --topic meander.samples",
            "kafka-acls --bootstrap-server b:1 --add --allow-principal User:x --operation Read"
                + " --group plates",
            "kafka-acls --bootstrap-server b:1 --add --allow-principal User:x --operation Write"
                + " --transactional-id plates- --resource-pattern-type prefixed");
    assertThat(Rights.of(Program.OPERATOR, TopicNames.standard(), "plates"))
        .extracting(right -> right.command("b:1", "User:x"))
        .contains(
            "kafka-acls --bootstrap-server b:1 --add --allow-principal User:x --operation Create"
                + " --cluster");
  }
}
