package dev.meander.app.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A schema registry with Confluent's HTTP API in this JVM, for Avro schemas without references. It
 * stores what it knows in the compacted topic {@code _schemas} of a broker and finds it there again
 * after a restart. One registry per topic: it does not watch for other writers.
 *
 * <p>Thread-safety: safe. Lifetime: answering from {@link #start} to {@link #close}.
 */
public final class EmbeddedRegistry implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedRegistry.class);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
  private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final int BODY_BYTES_MAX = 1024 * 1024;
  private static final int THREADS = 4;
  private static final int QUEUE_MAX = 256;

  private final RegistryLog log;
  private final RegistryRoutes routes;
  private final HttpServer server;
  private final ThreadPoolExecutor threads;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Starts a registry on any free port of the loopback interface. */
  public static EmbeddedRegistry start(String bootstrap) {
    return start(bootstrap, 0);
  }

  /**
   * Starts a registry.
   *
   * @param bootstrap broker that stores its topic
   * @param port port on the loopback interface, 0 for any free one
   * @throws IllegalStateException when the broker does not answer within 20 s
   */
  public static EmbeddedRegistry start(String bootstrap, int port) {
    RegistryState state = new RegistryState();
    RegistryLog log = RegistryLog.open(bootstrap, state);
    try {
      return new EmbeddedRegistry(log, new RegistryRules(state, log::append), port);
    } catch (IOException e) {
      log.close();
      throw new UncheckedIOException("cannot listen on port " + port, e);
    }
  }

  private EmbeddedRegistry(RegistryLog log, RegistryRules rules, int port) throws IOException {
    this.log = log;
    this.routes = new RegistryRoutes(rules);
    AtomicInteger number = new AtomicInteger();
    this.threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(QUEUE_MAX),
            task -> daemon(task, "meander-registry-" + number.incrementAndGet()));
    this.server =
        HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    startAsDaemon();
  }

  /** The server's own thread is a daemon if the one that starts it is. */
  private void startAsDaemon() {
    Thread starter = daemon(server::start, "meander-registry-start");
    starter.start();
    try {
      starter.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /** Address for clients. */
  public String url() {
    return "http://127.0.0.1:" + port();
  }

  /** Port it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      int status = 200;
      JsonNode answer;
      try {
        answer = routes.answer(request(exchange));
      } catch (RegistryRefusal e) {
        status = e.status();
        answer = error(e.code(), String.valueOf(e.getMessage()));
      } catch (RuntimeException e) {
        LOG.error("the registry failed on {}", exchange.getRequestURI(), e);
        status = 500;
        answer = error(50001, String.valueOf(e));
      }
      byte[] bytes = answer.toString().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", CONTENT_TYPE);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private static JsonNode error(int code, String message) {
    return RegistryState.JSON.createObjectNode().put("error_code", code).put("message", message);
  }

  private static RegistryRoutes.Request request(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readNBytes(BODY_BYTES_MAX + 1);
    if (body.length > BODY_BYTES_MAX) {
      throw RegistryRefusal.tooLarge(BODY_BYTES_MAX);
    }
    List<String> path =
        Arrays.stream(exchange.getRequestURI().getRawPath().split("/"))
            .filter(segment -> !segment.isEmpty())
            .map(EmbeddedRegistry::decoded)
            .toList();
    return new RegistryRoutes.Request(
        exchange.getRequestMethod(),
        path,
        query(exchange.getRequestURI().getRawQuery()),
        new String(body, StandardCharsets.UTF_8));
  }

  private static Map<String, String> query(@Nullable String raw) {
    Map<String, String> parameters = new HashMap<>();
    if (raw != null) {
      for (String pair : raw.split("&")) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        parameters.put(decoded(name), equals < 0 ? "" : decoded(pair.substring(equals + 1)));
      }
    }
    return parameters;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  /** Stops answering; a second call does nothing. The topic stays. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    Bounded.run(
        "stop the embedded registry",
        CLOSE_LIMIT,
        () -> {
          server.stop(0);
          threads.shutdown();
          threads.awaitTermination(1, TimeUnit.SECONDS);
          log.close();
        });
  }
}
