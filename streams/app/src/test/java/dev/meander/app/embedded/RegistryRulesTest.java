package dev.meander.app.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confluent.kafka.schemaregistry.CompatibilityLevel;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class RegistryRulesTest {

  static final AvroSchema FIRST =
      new AvroSchema(
          """
          {"type":"record","name":"R","fields":[{"name":"a","type":"long","default":0}]}
          """);
  static final AvroSchema SECOND =
      new AvroSchema(
          """
          {"type":"record","name":"R","fields":[{"name":"a","type":"long","default":0},
           {"name":"b","type":"string","default":""}]}
          """);
  static final AvroSchema INCOMPATIBLE =
      new AvroSchema(
          """
          {"type":"record","name":"R","fields":[{"name":"c","type":"long"}]}
          """);

  private final List<RegistryState.Entry> log = new ArrayList<>();
  private final RegistryRules rules = new RegistryRules(new RegistryState(), log::add);

  @Test
  void shouldGiveTheSameIdToTheSameSchemaEverywhere() {
    int id = rules.register("x", FIRST);
    assertThat(id).isEqualTo(1);
    assertThat(rules.register("x", FIRST)).isEqualTo(1);
    assertThat(rules.register("y", FIRST)).isEqualTo(1);
    assertThat(rules.register("x", SECOND)).isEqualTo(2);
    assertThat(rules.version("x", "latest", false).version()).isEqualTo(2);
    assertThat(rules.usesOf(1, false))
        .extracting(RegisteredSchema::subject)
        .containsExactly("x", "y");
    assertThat(log).hasSize(3);
  }

  @Test
  void shouldRefuseASchemaThatBreaksTheLevel() {
    rules.register("x", FIRST);
    assertRefusal(() -> rules.register("x", INCOMPATIBLE), 409, 409);
    assertThat(rules.check("x", INCOMPATIBLE)).isNotEmpty();
    assertThat(rules.check("x", SECOND)).isEmpty();
    assertThat(rules.check("none", FIRST, "latest")).isEmpty();
    rules.setLevel("x", CompatibilityLevel.NONE);
    assertThat(rules.register("x", INCOMPATIBLE)).isEqualTo(2);
    assertThat(rules.removeLevel("x")).isEqualTo(CompatibilityLevel.NONE);
    assertThat(rules.level("x", true)).isEqualTo(CompatibilityLevel.FULL_TRANSITIVE);
    assertRefusal(() -> rules.level("x", false), 404, 40408);
  }

  @Test
  void shouldNameWhatIsNotThere() {
    assertRefusal(() -> rules.existing("x", false), 404, 40401);
    assertRefusal(() -> rules.lookUp("x", FIRST, false), 404, 40401);
    assertRefusal(() -> rules.schema(9), 404, 40403);
    rules.register("x", FIRST);
    assertRefusal(() -> rules.lookUp("x", SECOND, false), 404, 40403);
    assertRefusal(() -> rules.version("x", "7", false), 404, 40402);
    assertRefusal(() -> rules.version("x", "newest", false), 422, 42202);
    assertRefusal(() -> rules.version("x", "0", false), 422, 42202);
  }

  @Test
  void shouldDeleteSoftlyFirstAndThenForGood() {
    int id = rules.register("x", FIRST);
    assertRefusal(() -> rules.delete("x", true), 404, 40405);
    assertRefusal(() -> rules.delete("x", "1", true), 404, 40407);
    assertThat(rules.delete("x", false)).containsExactly(1);
    assertRefusal(() -> rules.delete("x", false), 404, 40404);
    assertRefusal(() -> rules.delete("x", "1", false), 404, 40406);
    assertThat(rules.subjects("", false)).isEmpty();
    assertThat(rules.subjects("", true)).containsExactly("x");
    assertThat(rules.schema(id)).isEqualTo(FIRST);
    assertThat(rules.register("x", FIRST)).isEqualTo(id);
    assertThat(rules.version("x", "latest", false).version()).isEqualTo(2);
    assertThat(rules.delete("x", "2", false)).isEqualTo(2);
    assertThat(rules.delete("x", true)).containsExactly(1, 2);
    assertThat(rules.subjects("", true)).isEmpty();
    rules.register("x", SECOND);
    assertThat(rules.version("x", "latest", false).version()).isEqualTo(3);
  }

  @Test
  void shouldBeTheSameAfterReplayingItsLog() {
    rules.register("x", FIRST);
    rules.register("x", SECOND);
    rules.register("y", FIRST);
    rules.delete("y", false);
    rules.setLevel(null, CompatibilityLevel.BACKWARD);
    rules.setLevel("x", CompatibilityLevel.FULL);
    RegistryState state = new RegistryState();
    log.forEach(state::apply);
    RegistryRules replayed = new RegistryRules(state, entry -> {});
    assertThat(replayed.existing("x", true)).isEqualTo(rules.existing("x", true));
    assertThat(replayed.existing("y", true)).isEqualTo(rules.existing("y", true));
    assertThat(replayed.level()).isEqualTo(CompatibilityLevel.BACKWARD);
    assertThat(replayed.level("x", false)).isEqualTo(CompatibilityLevel.FULL);
    assertThat(replayed.register("z", INCOMPATIBLE)).isEqualTo(3);
  }

  @Test
  void shouldNotChangeWhenTheLogRefuses() {
    RegistryRules failing =
        new RegistryRules(
            new RegistryState(),
            entry -> {
              throw RegistryRefusal.storage("no broker");
            });
    assertRefusal(() -> failing.register("x", FIRST), 500, 50001);
    assertThat(failing.subjects("", true)).isEmpty();
  }

  private static void assertRefusal(ThrowingCallable call, int status, int code) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            RegistryRefusal.class,
            refusal -> {
              assertThat(refusal.status()).isEqualTo(status);
              assertThat(refusal.code()).isEqualTo(code);
            });
  }
}
