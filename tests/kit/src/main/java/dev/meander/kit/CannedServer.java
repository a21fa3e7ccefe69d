package dev.meander.kit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/**
 * An HTTP server on a free port that gives whatever answer a test wants, such as the page of a
 * proxy where a registry should be.
 *
 * <p>Thread-safety: safe.
 */
public final class CannedServer implements AutoCloseable {

  private final HttpServer server;
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private volatile Function<String, Answer> answers;

  /**
   * One answer.
   *
   * @param status HTTP status
   * @param type content type; a redirect's target where the status is 3xx
   * @param body text of the body
   */
  public record Answer(int status, String type, String body) {

    /** JSON. */
    public static Answer json(int status, String body) {
      return new Answer(status, "application/vnd.schemaregistry.v1+json", body);
    }

    /** A page for people. */
    public static Answer page(int status) {
      return new Answer(
          status, "text/html", "<html><body>secret page of " + status + "</body></html>");
    }
  }

  private CannedServer(HttpServer server, Function<String, Answer> answers) {
    this.server = server;
    this.answers = answers;
  }

  /** A server that gives {@code answer} to everything. */
  public static CannedServer always(Answer answer) throws IOException {
    return of(request -> answer);
  }

  /**
   * A server that answers.
   *
   * @param answers answer to a request such as {@code GET /subjects}
   */
  public static CannedServer of(Function<String, Answer> answers) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    CannedServer canned = new CannedServer(server, answers);
    server.createContext("/", canned::handle);
    server.start();
    return canned;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String request = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
      requests.add(request);
      exchange.getRequestBody().readAllBytes();
      Answer answer = answers.apply(request);
      byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
      boolean redirect = answer.status() / 100 == 3;
      exchange.getResponseHeaders().set(redirect ? "Location" : "Content-Type", answer.type());
      exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /** Other answers from now on. */
  public void answer(Function<String, Answer> next) {
    answers = next;
  }

  /** What was asked so far, such as {@code GET /subjects}. */
  public List<String> requests() {
    synchronized (requests) {
      return List.copyOf(requests);
    }
  }

  /** Its address without a path. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Its host and port. */
  public String authority() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
