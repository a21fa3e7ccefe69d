package dev.meander.serving.retry;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.kit.BadInput;
import dev.meander.kit.BadInput.Entrance;
import dev.meander.kit.CannedServer;
import dev.meander.kit.CannedServer.Answer;
import dev.meander.schemas.RejectReason;
import dev.meander.schemas.kafka.Decoded;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.kafka.RegistryCheck;
import dev.meander.schemas.kafka.RegistryCheck.Problem;
import dev.meander.schemas.kafka.RegistryUnavailableException;
import dev.meander.schemas.record.AliasRecord;
import dev.meander.schemas.record.ServingAck;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What answers where a registry should be, at the start and later. */
final class RegistryCheckTest {

  private static final String SUBJECT = "meander.traffic-value";
  private static final String NO_PATH =
      "; does the address lack a path, such as /apis/ccompat/v7 of Apicurio, or does a proxy"
          + " answer?";
  private static final String NO_RIGHTS =
      ": set registry.basic.auth.credentials.source and registry.basic.auth.user.info, or give"
          + " this user its rights";

  private static Problem problem(String url) {
    return RegistryCheck.problem(Map.of(RecordSerdes.REGISTRY_URL, url), SUBJECT).orElseThrow();
  }

  private static void assertNone(Answer answer, String found) throws IOException {
    try (CannedServer server = CannedServer.always(answer)) {
      String url = "http://ann:secret@" + server.authority();
      assertThat(problem(url))
          .isEqualTo(
              new Problem(
                  false,
                  "expected a schema registry at http://ann:***@"
                      + server.authority()
                      + ", found "
                      + found));
      assertThat(server.requests()).contains("GET /subjects");
    }
  }

  @Test
  @BadInput(
      at = Entrance.REGISTRY,
      what = "a wrong path: 404 as a page, as JSON without a registry's code, or empty",
      then = "run and serve refuse to start")
  void shouldTellAWrongPathFromARegistry() throws IOException {
    String found =
        "status 404 in answer to GET /subjects without a registry's error code" + NO_PATH;
    assertNone(Answer.page(404), found);
    assertNone(Answer.json(404, "{\"error_code\":404,\"message\":\"HTTP 404 Not Found\"}"), found);
    assertNone(Answer.json(404, "{\"timestamp\":\"x\",\"path\":\"/subjects\"}"), found);
    assertNone(new Answer(404, "text/plain", ""), found);
  }

  @Test
  @BadInput(
      at = Entrance.REGISTRY,
      what = "200 with a page, an object, text, nothing; 204",
      then = "run and serve refuse to start")
  void shouldTellAPageFromARegistry() throws IOException {
    String found = "an answer to GET /subjects that is no list of subjects" + NO_PATH;
    assertNone(Answer.page(200), found);
    assertNone(Answer.json(200, "{\"hello\":1}"), found);
    assertNone(Answer.json(200, "\"text\""), found);
    assertNone(Answer.json(200, "[{\"id\":1}]"), found);
    assertNone(new Answer(200, "text/plain", ""), found);
    assertNone(new Answer(204, "text/plain", ""), found);
  }

  @Test
  @BadInput(
      at = Entrance.REGISTRY,
      what = "a redirect to a login",
      then = "run and serve refuse to start")
  void shouldTellALoginFromARegistry() throws IOException {
    try (CannedServer login = CannedServer.always(Answer.page(200))) {
      assertNone(
          new Answer(302, login.url() + "/login", ""),
          "an answer to GET /subjects that is no list of subjects" + NO_PATH);
    }
    assertNone(
        new Answer(302, "https://login.example/", ""),
        "status 302 in answer to GET /subjects without a registry's error code" + NO_PATH);
  }

  @Test
  @BadInput(
      at = Entrance.REGISTRY,
      what = "401 and 403, with or without a registry's code",
      then = "run and serve refuse to start and name the keys of the credentials")
  void shouldNameTheKeysOfTheCredentials() throws IOException {
    assertNone(Answer.page(401), "status 401 in answer to GET /subjects" + NO_RIGHTS);
    assertNone(
        Answer.json(401, "{\"error_code\":40101,\"message\":\"who?\"}"),
        "status 401 in answer to GET /subjects" + NO_RIGHTS);
    assertNone(Answer.page(403), "status 403 in answer to GET /subjects" + NO_RIGHTS);
  }

  @Test
  void shouldAcceptAUserWhoMayOnlySeeItsOwnSubjects() throws IOException {
    try (CannedServer server =
        CannedServer.of(
            request ->
                request.equals("GET /subjects")
                    ? Answer.json(403, "{\"error_code\":40301,\"message\":\"no\"}")
                    : Answer.json(404, "{\"error_code\":40401,\"message\":\"Subject\"}"))) {
      assertThat(RegistryCheck.problem(Map.of(RecordSerdes.REGISTRY_URL, server.url()), SUBJECT))
          .isEmpty();
    }
  }

  @Test
  @BadInput(
      at = Entrance.REGISTRY,
      what = "https:// to a plain port; an address without http://",
      then = "run and serve refuse to start")
  void shouldSayThatThereIsNoTls() throws IOException {
    try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String url = "https://127.0.0.1:" + plain.getLocalPort();
      Thread answering = new Thread(() -> answerPlainly(plain));
      answering.setDaemon(true);
      answering.start();
      Problem problem = problem(url);
      assertThat(problem.message())
          .startsWith("expected a schema registry at " + url + ", found no TLS that is trusted: ")
          .endsWith("; is it http:// there, or a truststore missing?");
      assertThat(problem.isRegistry()).isFalse();
    }
    assertThat(problem("localhost:8081"))
        .isEqualTo(
            new Problem(
                false,
                "expected a schema registry at localhost:8081, found unknown protocol: localhost:"
                    + " expected an address such as http://host:8081"));
  }

  private static void answerPlainly(ServerSocket server) {
    try (Socket client = server.accept()) {
      client.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII));
      client.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // the client turned away
    }
  }

  @Test
  @BadInput(
      at = Entrance.REGISTRY,
      what = "no connection, 500, 503 of a load balancer",
      then = "run and serve refuse to start; later it is waited for")
  void shouldTellASilentRegistryFromNone() throws IOException {
    int port;
    try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = unused.getLocalPort();
    }
    assertThat(problem("http://a:b@127.0.0.1:" + port))
        .isEqualTo(
            new Problem(
                true,
                "cannot reach the schema registry at http://a:***@127.0.0.1:"
                    + port
                    + ": Connection refused"));
    try (CannedServer server = CannedServer.always(Answer.page(503))) {
      assertThat(problem(server.url()))
          .isEqualTo(
              new Problem(
                  true,
                  "cannot reach the schema registry at "
                      + server.url()
                      + ": status 503 in answer to GET /subjects"));
    }
  }

  @Test
  @BadInput(
      at = Entrance.REGISTRY,
      what = "a list of addresses of which one is silent or wrong, a slash at the end, a base path",
      then = "a silent one is passed over, a wrong one is named")
  void shouldAskEveryAddressOfAList() throws IOException {
    try (CannedServer good =
            CannedServer.of(
                request ->
                    request.equals("GET /base/subjects")
                        ? Answer.json(200, "[\"a\"]")
                        : Answer.page(404));
        CannedServer silent = CannedServer.always(Answer.page(502))) {
      String base = good.url() + "/base/";
      assertThat(
              RegistryCheck.problem(
                  Map.of(RecordSerdes.REGISTRY_URL, silent.url() + ", " + base + ","), SUBJECT))
          .isEmpty();
      assertThat(problem(base + "," + good.url()).message())
          .startsWith("expected a schema registry at " + good.url() + ", found status 404");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "404|<html>secret|status 404 without a registry's error code",
        "404|{\"error_code\":404,\"message\":\"x\"}|status 404 without a registry's error code",
        "200|<html>secret|an answer that is not a registry's",
        "200|{}|an answer that is not a registry's",
        "401|<html>secret|status 401 without a registry's error code",
        "302|<html>secret|status 302 without a registry's error code",
        "405|<html>secret|status 405 without a registry's error code",
        "503|<html>secret|status 503 without a registry's error code",
        "500|{\"error_code\":50001,\"message\":\"the store\"}|status 500: the store; error code: 50001"
      })
  @BadInput(
      at = Entrance.REGISTRY,
      what = "a registry that turns into something else",
      then = "no dead letter: it is waited for")
  void shouldNeverTakeAnotherAnswerForAnUnknownSchema(int status, String body, String found)
      throws IOException {
    try (CannedServer server =
            CannedServer.always(
                new Answer(status, status == 302 ? "https://login/" : "text/html", body));
        RecordSerdes serdes = serdes(server)) {
      assertThatThrownBy(() -> decode(serdes))
          .isInstanceOf(RegistryUnavailableException.class)
          .hasMessage("cannot ask the schema registry about aliases: " + found);
      assertThatThrownBy(() -> serdes.serialize("acks", ack()))
          .isInstanceOf(RegistryUnavailableException.class)
          .hasMessageStartingWith("cannot ask the schema registry about acks: ")
          .hasMessageNotContaining("secret");
    }
  }

  @Test
  void shouldWriteNothingWithAnIdThatNoRegistryGivesAndGoOnLater() throws IOException {
    try (CannedServer server = CannedServer.always(Answer.json(200, "{}"));
        RecordSerdes serdes = serdes(server)) {
      assertThatThrownBy(() -> serdes.serialize("acks", ack()))
          .isInstanceOf(RegistryUnavailableException.class)
          .hasMessage("cannot ask the schema registry about acks: an answer without an id");
      server.answer(request -> Answer.json(200, "{\"id\":7}"));
      assertThat(ByteBuffer.wrap(serdes.serialize("acks", ack()), 1, 4).getInt()).isEqualTo(7);
    }
  }

  @Test
  void shouldStillRefuseASchemaThatARegistryDoesNotKnow() throws IOException {
    try (CannedServer server =
            CannedServer.always(
                Answer.json(404, "{\"error_code\":40403,\"message\":\"Schema 9 not found\"}"));
        RecordSerdes serdes = serdes(server)) {
      assertThat(decode(serdes))
          .isEqualTo(
              new Decoded.Refusal<AliasRecord>(
                  RejectReason.UNKNOWN_SCHEMA,
                  "expected a schema the registry knows on aliases, found id 9"));
    }
  }

  private static RecordSerdes serdes(CannedServer server) {
    return RecordSerdes.open(
        Map.of(RecordSerdes.REGISTRY_URL, server.url(), "max.retries", 0, "retries.wait.ms", 1));
  }

  private static Decoded<AliasRecord> decode(RecordSerdes serdes) {
    return serdes.decode("aliases", AliasRecord.class, ByteBuffer.allocate(9).putInt(1, 9).array());
  }

  private static ServingAck ack() {
    return ServingAck.newBuilder()
        .setNode("n")
        .setLineage("m:global")
        .setVersion(1)
        .setOutcome("LIVE")
        .setLiveAt(Instant.EPOCH)
        .build();
  }
}
