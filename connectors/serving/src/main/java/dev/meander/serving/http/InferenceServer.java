package dev.meander.serving.http;

import dev.meander.schemas.Printable;
import dev.meander.schemas.log.RateLimitedLog;
import dev.meander.serving.metrics.ServingMetrics;
import dev.meander.serving.slot.Predictor;
import dev.meander.serving.traffic.TrafficSink;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.util.JavalinBindException;
import java.io.IOException;
import java.time.Clock;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Open Inference Protocol v2 on a port. Every answer of the model carries its lineage and its
 * version, in the body and in headers.
 *
 * <p>Thread-safety: safe. Lifetime: started once, closed once; closing waits for requests in flight
 * in bounded time.
 */
public final class InferenceServer implements AutoCloseable {

  /** Request header that picks a scope, and answer headers that name what answered. */
  static final String SCOPE = "meander-scope";

  static final String LINEAGE = "meander-lineage";
  static final String VERSION = "meander-version";

  private static final Logger LOG = LoggerFactory.getLogger(InferenceServer.class);
  private static final String JSON = "application/json";
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
  private static final String ENCODING = "Content-Encoding";
  private static final String BINARY = "Inference-Header-Content-Length";

  /** Threads beside those that answer inference: acceptor, selectors, health and metrics. */
  private static final int SPARE_THREADS = 16;

  private static final int PATH_SHOWN_MAX = 200;

  private final HttpConfig config;
  private final ServedModel model;
  private final InferHandler handler;
  private final BodyReader bodies;
  private final Documents documents;
  private final ServingMetrics metrics;
  private final Supplier<Readiness> readiness;
  private final LongSupplier liveVersion;
  private final LongSupplier nanos;
  private final Semaphore inFlight;
  private final RateLimitedLog failures;
  private final Javalin server;

  /**
   * What a server works with.
   *
   * @param predictor answers
   * @param traffic takes what was answered
   * @param metrics counts, and is shown at {@code /metrics}
   * @param readiness whether the node should be asked
   * @param liveVersion version that answers in the scope {@code global}
   * @param clock wall clock, for the time of events
   * @param nanos monotonic clock in nanoseconds
   * @param ids ids for requests that have none
   */
  public record Ports(
      Predictor predictor,
      TrafficSink traffic,
      ServingMetrics metrics,
      Supplier<Readiness> readiness,
      LongSupplier liveVersion,
      Clock clock,
      LongSupplier nanos,
      Supplier<String> ids) {}

  public InferenceServer(HttpConfig config, ServedModel model, Ports ports) {
    this.config = config;
    this.model = model;
    this.handler =
        new InferHandler(
            model,
            config.rowsMax(),
            ports.predictor(),
            ports.traffic(),
            ports.metrics(),
            ports.clock(),
            ports.ids());
    this.bodies = new BodyReader(config.bodyBytesMax());
    this.documents = new Documents(model);
    this.metrics = ports.metrics();
    this.readiness = ports.readiness();
    this.liveVersion = ports.liveVersion();
    this.nanos = ports.nanos();
    this.failures = new RateLimitedLog(LOG, nanos);
    this.inFlight = new Semaphore(config.concurrentMax());
    this.server = Javalin.create(this::configure);
  }

  private void configure(JavalinConfig javalin) {
    javalin.startup.showJavalinBanner = false;
    javalin.startup.showOldJavalinVersionWarning = false;
    javalin.startup.startupWatcherEnabled = false;
    javalin.http.prefer405over404 = true;
    javalin.jetty.threadPool =
        new QueuedThreadPool(config.concurrentMax() + SPARE_THREADS, 8, 60_000);
    routes(javalin.routes);
    javalin.routes.exception(
        RequestRefusedException.class,
        (refused, ctx) -> error(ctx, refused.problem(), refused.text()));
    javalin.routes.exception(HttpResponseException.class, this::routeError);
    javalin.routes.exception(
        Exception.class,
        (failure, ctx) -> {
          failures.warn(
              failure.getClass().getName(),
              () ->
                  "no answer to %s %s"
                      .formatted(ctx.method(), Printable.shortened(ctx.path(), PATH_SHOWN_MAX)),
              failure);
          error(ctx, RequestProblem.INTERNAL, "expected an answer, found an internal failure");
        });
  }

  private void routes(RoutesConfig routes) {
    routes.get("/v2", ctx -> json(ctx, 200, documents.server()));
    routes.get("/v2/health/live", ctx -> json(ctx, 200, documents.live()));
    routes.get(
        "/v2/health/ready",
        ctx -> {
          Readiness now = readiness.get();
          json(ctx, now.ready() ? 200 : 503, documents.ready(now));
        });
    routes.get(
        "/v2/models/{model}",
        ctx -> {
          checkModel(ctx);
          json(ctx, 200, documents.model(liveVersion.getAsLong()));
        });
    routes.get(
        "/v2/models/{model}/ready",
        ctx -> {
          checkModel(ctx);
          Readiness now = readiness.get();
          json(ctx, now.ready() ? 200 : 503, documents.modelReady(now));
        });
    routes.post("/v2/models/{model}/infer", this::infer);
    routes.get("/metrics", ctx -> ctx.contentType(PROMETHEUS).result(metrics.scrape()));
  }

  private void infer(Context ctx) throws RequestRefusedException, IOException {
    long start = nanos.getAsLong();
    try {
      checkModel(ctx);
      byte[] body = body(ctx);
      Readiness now = readiness.get();
      if (!now.answering()) {
        throw new RequestRefusedException(
            RequestProblem.NOT_READY, "expected a node that is ready, found " + now.detail());
      }
      if (!inFlight.tryAcquire()) {
        throw new RequestRefusedException(
            RequestProblem.OVERLOADED,
            "expected at most " + config.concurrentMax() + " requests at once, found more");
      }
      try {
        InferHandler.Reply reply = handler.answer(body, ctx.header(SCOPE));
        ctx.header(LINEAGE, reply.version().lineage().toString());
        ctx.header(VERSION, String.valueOf(reply.version().number()));
        json(ctx, 200, reply.body());
      } finally {
        inFlight.release();
      }
    } finally {
      metrics.request(nanos.getAsLong() - start);
    }
  }

  private void checkModel(Context ctx) throws RequestRefusedException {
    String found = ctx.pathParam("model");
    if (!found.equals(model.name())) {
      throw new RequestRefusedException(
          RequestProblem.UNKNOWN_MODEL, "expected model " + model.name() + ", found " + found);
    }
  }

  private byte[] body(Context ctx) throws RequestRefusedException, IOException {
    if (ctx.header(BINARY) != null) {
      throw new RequestRefusedException(
          RequestProblem.BINARY_DATA, "expected data as JSON, found header " + BINARY);
    }
    ContentTypes.check(ctx.contentType());
    return bodies.read(ctx.bodyInputStream(), ctx.header(ENCODING));
  }

  private void routeError(HttpResponseException failure, Context ctx) {
    String found = ctx.method() + " " + ctx.path();
    if (failure.getStatus() == 405) {
      error(ctx, RequestProblem.WRONG_METHOD, "expected another method, found " + found);
    } else {
      error(ctx, RequestProblem.UNKNOWN_PATH, "expected a path under /v2, found " + found);
    }
  }

  private void error(Context ctx, RequestProblem problem, String message) {
    metrics.requestFailed(problem.name());
    if (problem == RequestProblem.UNKNOWN_ENCODING) {
      ctx.header("Accept-Encoding", BodyReader.ACCEPTED);
    }
    json(ctx, problem.status(), Documents.error(problem, message));
  }

  private static void json(Context ctx, int status, byte[] body) {
    ctx.status(status).contentType(JSON).result(body);
  }

  /**
   * Starts to listen.
   *
   * @throws IOException when the port is taken or the address is not one of this host's
   */
  public void start() throws IOException {
    try {
      server.start(config.host(), config.port());
    } catch (JavalinBindException e) {
      throw new IOException(BindProblem.text(config.host(), config.port(), e), e);
    }
    LOG.info("listening on {}:{}", config.host(), port());
  }

  /** The port it listens on. */
  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    try {
      if (!inFlight.tryAcquire(
          config.concurrentMax(), config.closeWait().toNanos(), TimeUnit.NANOSECONDS)) {
        LOG.warn("requests are still in flight after {}", config.closeWait());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    server.stop();
  }
}
