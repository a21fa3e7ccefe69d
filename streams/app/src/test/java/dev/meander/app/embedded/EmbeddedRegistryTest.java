package dev.meander.app.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.schemas.RejectReason;
import dev.meander.schemas.kafka.Decoded;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.kafka.RegistryUnavailableException;
import dev.meander.schemas.record.AliasRecord;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaMetadata;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;

/** The registry as Confluent's own client sees it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // set before each test
class EmbeddedRegistryTest {

  private EmbeddedBroker broker;
  private EmbeddedRegistry registry;
  private SchemaRegistryClient client;
  private String subject;

  @BeforeAll
  void startBroker() {
    broker = EmbeddedBroker.start(BrokerOptions.temporary());
  }

  @AfterAll
  void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void start(TestInfo test) {
    registry = EmbeddedRegistry.start(broker.bootstrap());
    client = new CachedSchemaRegistryClient(registry.url(), 100, Map.of("max.retries", 0));
    subject = test.getDisplayName().replaceAll("\\W", "") + " a/b-value";
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    registry.close();
  }

  @Test
  void shouldRegisterAndFind() throws Exception {
    int id = client.register(subject, RegistryRulesTest.FIRST);
    assertThat(client.getId(subject, RegistryRulesTest.FIRST)).isEqualTo(id);
    assertThat(client.getVersion(subject, RegistryRulesTest.FIRST)).isEqualTo(1);
    int next = client.register(subject, RegistryRulesTest.SECOND);
    assertThat(next).isNotEqualTo(id);
    assertThat(client.getSchemaById(id)).isEqualTo(RegistryRulesTest.FIRST);
    assertThat(client.getSchemaBySubjectAndId(subject, id)).isEqualTo(RegistryRulesTest.FIRST);
    assertThat(client.getAllVersions(subject)).containsExactly(1, 2);
    assertThat(client.getAllSubjects()).contains(subject);
    assertThat(client.getAllSubjectsByPrefix(subject.substring(0, 10))).containsExactly(subject);
    assertThat(client.getAllSubjectsById(id)).contains(subject);
    assertThat(client.getAllVersionsById(id)).extracting("version").contains(1);
    SchemaMetadata latest = client.getLatestSchemaMetadata(subject);
    assertThat(latest.getVersion()).isEqualTo(2);
    assertThat(latest.getId()).isEqualTo(next);
    assertThat(client.getSchemaMetadata(subject, 1).getSchema())
        .isEqualTo(RegistryRulesTest.FIRST.canonicalString());
    assertThat(client.getMode()).isEqualTo("READWRITE");
  }

  @Test
  void shouldAnswerConflictWhenIncompatible() throws Exception {
    client.register(subject, RegistryRulesTest.FIRST);
    assertThatThrownBy(() -> client.register(subject, RegistryRulesTest.INCOMPATIBLE))
        .isInstanceOfSatisfying(
            RestClientException.class,
            e -> {
              assertThat(e.getStatus()).isEqualTo(409);
              assertThat(e.getErrorCode()).isEqualTo(409);
              assertThat(e.getMessage())
                  .contains("incompatible with an earlier schema for subject \"" + subject + "\"")
                  .contains("READER_FIELD_MISSING_DEFAULT_VALUE");
            });
    assertThat(client.testCompatibility(subject, RegistryRulesTest.INCOMPATIBLE)).isFalse();
    assertThat(client.testCompatibilityVerbose(subject, RegistryRulesTest.INCOMPATIBLE).toString())
        .contains("READER_FIELD_MISSING_DEFAULT_VALUE");
    assertThat(client.testCompatibility(subject, RegistryRulesTest.SECOND)).isTrue();
  }

  @Test
  void shouldHoldASubjectToItsOwnLevel() throws Exception {
    client.register(subject, RegistryRulesTest.FIRST);
    assertThat(client.getCompatibility(null)).isEqualTo("FULL_TRANSITIVE");
    assertCode(() -> client.getCompatibility(subject), 404, 40408);
    assertThat(client.updateCompatibility(subject, "NONE")).isEqualTo("NONE");
    assertThat(client.getCompatibility(subject)).isEqualTo("NONE");
    assertThat(client.register(subject, RegistryRulesTest.INCOMPATIBLE)).isPositive();
    assertCode(() -> client.updateCompatibility(subject, "SOMETIMES"), 422, 42203);
    client.deleteCompatibility(subject);
    assertCode(() -> client.getCompatibility(subject), 404, 40408);
  }

  @Test
  void shouldDeleteSoftlyAndThenForGood() throws Exception {
    client.register(subject, RegistryRulesTest.FIRST);
    client.register(subject, RegistryRulesTest.SECOND);
    assertThat(client.deleteSchemaVersion(subject, "2")).isEqualTo(2);
    assertThat(client.deleteSubject(subject)).containsExactly(1);
    assertThat(client.getAllSubjects()).doesNotContain(subject);
    assertThat(client.deleteSubject(subject, true)).containsExactly(1, 2);
    assertCode(() -> client.getAllVersions(subject), 404, 40401);
  }

  @Test
  void shouldNameWhatIsNotThere() {
    for (int id : new int[] {9_999, 999_999_999, 1_000_000_000, Integer.MAX_VALUE}) {
      assertCode(() -> client.getSchemaById(id), 404, 40403);
    }
    assertCode(() -> client.getLatestSchemaMetadata(subject), 404, 40401);
    assertCode(() -> client.getId(subject, RegistryRulesTest.FIRST), 404, 40401);
  }

  @Test
  void shouldAnswerWhateverIsSent() throws Exception {
    assertThat(post("/subjects/x/versions", "no json")).startsWith("422 {\"error_code\":42201");
    assertThat(post("/subjects/x/versions", "[]")).startsWith("422 {\"error_code\":42201");
    assertThat(post("/subjects/x/versions", "{\"schema\":\"{\"}")).startsWith("422 ");
    assertThat(post("/subjects/x/versions", "{\"schema\":\"x\",\"schemaType\":\"JSON\"}"))
        .contains("expected type AVRO, found JSON");
    assertThat(post("/nothing/here", "{}")).startsWith("404 {\"error_code\":404");
    assertThat(post("/subjects/x/versions", " ".repeat(1024 * 1024 + 1))).startsWith("413 ");
  }

  private String post(String path, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(registry.url() + path))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> response =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    return response.statusCode() + " " + response.body();
  }

  @Test
  void shouldFindEverythingAgainAfterARestart() throws Exception {
    int id = client.register(subject, RegistryRulesTest.FIRST);
    client.updateCompatibility(subject, "FULL");
    registry.close();
    registry = EmbeddedRegistry.start(broker.bootstrap());
    try (SchemaRegistryClient again =
        new CachedSchemaRegistryClient(registry.url(), 100, Map.of())) {
      assertThat(again.getSchemaById(id)).isEqualTo(RegistryRulesTest.FIRST);
      assertThat(again.getCompatibility(subject)).isEqualTo("FULL");
      assertThat(again.register(subject, RegistryRulesTest.FIRST)).isEqualTo(id);
      AvroSchema other = new AvroSchema("{\"type\":\"fixed\",\"name\":\"F\",\"size\":9}");
      assertThat(again.register(subject + "2", other)).isGreaterThan(id);
    }
  }

  @Test
  void shouldRefuseUnknownIdsButStopWhenItIsAway() {
    Map<String, Object> config =
        Map.of(RecordSerdes.REGISTRY_URL, registry.url(), "max.retries", 0);
    try (RecordSerdes serdes = RecordSerdes.open(config)) {
      byte[] unknown = ByteBuffer.allocate(9).putInt(1, 4_000).array();
      assertThat(serdes.decode("meander.aliases", AliasRecord.class, unknown))
          .isEqualTo(
              new Decoded.Refusal<AliasRecord>(
                  RejectReason.UNKNOWN_SCHEMA,
                  "expected a schema the registry knows on meander.aliases, found id 4000"));
      AliasRecord alias =
          AliasRecord.newBuilder()
              .setLineage("m:global")
              .setEpoch(1)
              .setLive(1)
              .setCause("PUBLISH")
              .setEventTime(Instant.EPOCH)
              .build();
      byte[] bytes = serdes.serialize("meander.aliases", alias);
      assertThat(serdes.decode("meander.aliases", AliasRecord.class, bytes))
          .isEqualTo(new Decoded.Value<>(alias));
      registry.close();
      // Its schema was asked for before, so nobody needs to be asked again.
      assertThat(serdes.decode("meander.aliases", AliasRecord.class, bytes))
          .isEqualTo(new Decoded.Value<>(alias));
      assertThatThrownBy(() -> serdes.decode("meander.aliases", AliasRecord.class, unknown))
          .isInstanceOf(RegistryUnavailableException.class);
    }
  }

  private static void assertCode(ThrowingCallable call, int status, int code) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            RestClientException.class,
            e ->
                assertThat(List.of(e.getStatus(), e.getErrorCode())).containsExactly(status, code));
  }
}
