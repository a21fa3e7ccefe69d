package dev.meander.app.demo;

import dev.meander.app.Lifetime;
import dev.meander.app.embedded.EmbeddedStack;
import dev.meander.app.embedded.StackOptions;
import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.ModelProvider;
import dev.meander.replay.scenario.DriftStream;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.serving.ServingConfig;
import dev.meander.serving.ServingNode;
import dev.meander.serving.ServingResources;
import dev.meander.streams.AdaptationApplication;
import dev.meander.streams.AdaptationConfig;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the whole path once: embedded stack, learner application, serving nodes, drifting traffic;
 * then judges what was served.
 *
 * <p>Thread-safety: none; run once.
 */
public final class Demonstration {

  private static final Logger LOG = LoggerFactory.getLogger(Demonstration.class);
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration DRAIN = Duration.ofSeconds(60);
  private static final String APPLICATION = "meander-demo";

  private final DemoConfig config;
  private final Lifetime lifetime;
  private final DemoProgress progress;
  private final LongSupplier nanoClock;
  private double seconds;
  private int failedAnswers;

  /**
   * @param config what to demonstrate
   * @param lifetime owns everything that is started
   * @param progress told what happens
   * @param nanoClock a monotonic clock
   */
  public Demonstration(
      DemoConfig config, Lifetime lifetime, DemoProgress progress, LongSupplier nanoClock) {
    this.config = config;
    this.lifetime = lifetime;
    this.progress = progress;
    this.nanoClock = nanoClock;
  }

  /**
   * Runs it.
   *
   * @throws IllegalStateException when a part does not start in time
   */
  public DemoReport run() throws Exception {
    progress.stage("starting broker, registry, learner and nodes", 0);
    TemporaryFolder folder = lifetime.open(() -> TemporaryFolder.create(config.keep()));
    DemoScene scene = DemoScene.of(config, folder.path());
    ModelProvider provider = ModelProvider.forSource(scene.model());
    AdaptableModel judge = lifetime.open(() -> provider.open(scene.model()));
    EmbeddedStack stack =
        lifetime.open(() -> EmbeddedStack.start(StackOptions.temporary().withoutShutdownHook()));
    RecordSerdes serdes =
        lifetime.open(
            () -> RecordSerdes.open(Map.of(RecordSerdes.REGISTRY_URL, stack.registryUrl())));
    AdaptationConfig adaptation =
        AdaptationConfig.read("the demonstration", learner(scene, stack, folder.path()));
    AdaptationApplication application =
        lifetime.open(() -> AdaptationApplication.start(adaptation, provider, Clock.systemUTC()));
    List<ServingNode> nodes = startNodes(scene, stack);
    application.awaitRunning(START);
    PublishedLog log =
        lifetime.open(
            () ->
                new PublishedLog(
                    stack.bootstrap(), serdes, stack.names(), judge.spec(), nanoClock));
    log.start();
    LagWatch lag =
        lifetime.open(
            () ->
                new LagWatch(
                    new ConsumerLag(
                        stack.bootstrap(),
                        APPLICATION,
                        Set.of(stack.names().traffic(), stack.names().samples()))));
    progress.done();
    List<AnsweredEvent> answers = send(scene, nodes, lag, lagMax(adaptation));
    settle(log, nodes, application, answers.size());
    return judge(scene, judge, log, answers);
  }

  /** The batch that fills and half of another. */
  private static long lagMax(AdaptationConfig adaptation) {
    return adaptation.learner().batchSize() * 3L / 2;
  }

  private List<AnsweredEvent> send(
      DemoScene scene, List<ServingNode> nodes, LagWatch lag, long lagMax)
      throws InterruptedException {
    progress.stage("sending " + config.events() + " events", config.events());
    DriftStream stream = DriftStream.standard(scene.data(), config.events(), config.seed());
    long startNanos = nanoClock.getAsLong();
    TrafficGenerator traffic =
        new TrafficGenerator(
            stream::at,
            config.events(),
            clients(scene, nodes),
            new Pacer(config.eventsPerSecond(), lagMax, lag, nanoClock),
            () -> progress.advance(1));
    List<AnsweredEvent> answers = traffic.run();
    seconds = (nanoClock.getAsLong() - startNanos) / 1e9;
    failedAnswers = traffic.failed();
    return answers;
  }

  /** Waits until the log says what became of every event, then stops everything that writes. */
  private void settle(
      PublishedLog log, List<ServingNode> nodes, AdaptationApplication application, int answers)
      throws InterruptedException {
    progress.stage("waiting until every event is accounted for", 0);
    if (!log.awaitAccounted(answers, DRAIN)) {
      LOG.warn("{} of {} events are not accounted for", answers - log.accounted(), answers);
    }
    nodes.forEach(ServingNode::close);
    application.close();
    log.close();
  }

  private DemoReport judge(
      DemoScene scene, AdaptableModel judge, PublishedLog log, List<AnsweredEvent> answers) {
    progress.stage("judging " + answers.size() + " answers", answers.size());
    AnswerAudit audit = new AnswerAudit(judge, log.versions());
    audit.judge(answers, progress::advance);
    progress.done();
    return report(scene, log, audit);
  }

  private DemoReport report(DemoScene scene, PublishedLog log, AnswerAudit audit) {
    List<DemoReport.Segment> segments = audit.segments();
    return new DemoReport(
        scene.data().name(),
        config.method(),
        segments.stream().mapToDouble(DemoReport.Segment::errorFrozen).average().orElse(Double.NaN),
        segments.stream()
            .mapToDouble(DemoReport.Segment::errorAdapted)
            .average()
            .orElse(Double.NaN),
        segments,
        config.events(),
        log.samplesSeen(),
        log.samplesSkipped(),
        log.deadLetters(),
        log.versions().size(),
        DemoReport.Latency.of(log.publishToLiveMillis()),
        log.bytesPublished(),
        audit.torn(),
        audit.unversioned(),
        failedAnswers,
        seconds);
  }

  private List<ServingNode> startNodes(DemoScene scene, EmbeddedStack stack) throws Exception {
    List<ServingNode> nodes = new ArrayList<>();
    for (String name : DemoConfig.NODES) {
      Map<String, String> keys = shared(scene, stack);
      keys.put("node.name", name);
      keys.put("http.port", "0");
      ServingConfig serving = ServingConfig.read("the demonstration", keys);
      ServingNode node =
          lifetime.open(() -> new ServingNode(serving, ServingResources.of(serving)));
      node.start();
      nodes.add(node);
    }
    return nodes;
  }

  private static List<InferenceClient> clients(DemoScene scene, List<ServingNode> nodes) {
    HttpClient http = HttpClient.newHttpClient();
    return nodes.stream()
        .map(
            node ->
                new InferenceClient(
                    http, node.port(), scene.model().name(), scene.model().inputShape()))
        .toList();
  }

  private Map<String, String> learner(DemoScene scene, EmbeddedStack stack, Path folder) {
    Map<String, String> keys = shared(scene, stack);
    keys.put("application.id", APPLICATION);
    keys.put("method.name", config.method());
    keys.put("state.dir", folder.resolve("state").toString());
    keys.putAll(config.overrides());
    return keys;
  }

  private static Map<String, String> shared(DemoScene scene, EmbeddedStack stack) {
    Map<String, String> keys = new HashMap<>();
    keys.put("bootstrap.servers", stack.bootstrap());
    keys.put("schema.registry.url", stack.registryUrl());
    keys.put("topics.prefix", stack.names().prefix());
    keys.put("model.name", scene.model().name());
    keys.put("model.file", scene.model().file().toString());
    keys.put(
        "model.input.shape",
        Arrays.stream(scene.model().inputShape())
            .mapToObj(String::valueOf)
            .collect(Collectors.joining(",")));
    return keys;
  }
}
