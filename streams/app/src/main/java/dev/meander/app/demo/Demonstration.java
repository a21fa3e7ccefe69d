package dev.meander.app.demo;

import dev.meander.app.Lifetime;
import dev.meander.app.embedded.EmbeddedStack;
import dev.meander.app.embedded.StackOptions;
import dev.meander.app.replay.ClusterReplay;
import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.ModelProvider;
import dev.meander.core.weights.LineageId;
import dev.meander.replay.recorded.Equality;
import dev.meander.replay.recorded.ReplayRange;
import dev.meander.replay.recorded.ReplayReport;
import dev.meander.replay.scenario.DriftStream;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.serving.ServingConfig;
import dev.meander.serving.ServingNode;
import dev.meander.serving.ServingResources;
import dev.meander.streams.AdaptationApplication;
import dev.meander.streams.AdaptationConfig;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
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
   * @throws dev.meander.core.config.ConfigurationException when it cannot be run as asked; nothing
   *     was started
   * @throws Lifetime.StoppedException when the process was told to stop meanwhile
   * @throws IllegalStateException when a part does not start in time
   */
  public DemoReport run() throws Exception {
    TemporaryFolder folder = lifetime.open(() -> TemporaryFolder.create(config.keep()));
    DemoScene scene = DemoScene.of(config, folder.path());
    ProgramKeys keys = new ProgramKeys(config, scene, folder.path());
    keys.check();
    ModelProvider provider = ModelProvider.forSource(scene.model());
    AdaptableModel judge = lifetime.open(() -> provider.open(scene.model()));
    keys.check(judge.spec());
    progress.stage("starting broker, registry, learner and nodes", 0);
    EmbeddedStack stack =
        lifetime.open(() -> EmbeddedStack.start(StackOptions.temporary().withoutShutdownHook()));
    ProgramKeys.Place place =
        new ProgramKeys.Place(stack.bootstrap(), stack.registryUrl(), stack.names().prefix());
    RecordSerdes serdes =
        lifetime.open(
            () -> RecordSerdes.open(Map.of(RecordSerdes.REGISTRY_URL, stack.registryUrl())));
    AdaptationConfig adaptation = keys.learner(place);
    AdaptationApplication application =
        lifetime.open(() -> AdaptationApplication.start(adaptation, provider, Clock.systemUTC()));
    List<ServingNode> nodes = startNodes(keys, place);
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
                        ProgramKeys.APPLICATION,
                        Set.of(stack.names().traffic(), stack.names().samples()))));
    progress.done();
    List<AnsweredEvent> answers = send(scene, nodes, lag, lagMax(adaptation));
    settle(log, nodes, application, answers.size());
    DemoReport.Recomputed replay = replay(adaptation, provider);
    return judge(scene, judge, log, answers, replay);
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
            lifetime::isStopping,
            () -> progress.advance(1),
            nanoClock);
    List<AnsweredEvent> answers = traffic.run();
    lifetime.checkOpen();
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

  /** Recomputes every version from the samples on the log, as {@code meander replay} does. */
  private DemoReport.Recomputed replay(AdaptationConfig adaptation, ModelProvider provider) {
    progress.stage("reading every version of the log", 0);
    LineageId lineage = new LineageId(adaptation.model().name(), LineageId.GLOBAL);
    try (ClusterReplay replay =
        ClusterReplay.open(
            lineage, adaptation, provider, lifetime::checkOpen, () -> progress.advance(1))) {
      progress.stage(
          "recomputing every version",
          (int) Math.min(Integer.MAX_VALUE, replay.samples(version -> true)));
      ReplayReport report = replay.run(version -> true, ReplayRange.ALL, Map.of());
      report.versions().stream()
          .filter(check -> check.verdict() != Equality.EQUAL)
          .forEach(
              check ->
                  LOG.warn(
                      "version {} is {}: {}", check.version(), check.verdict(), check.reasons()));
      return new DemoReport.Recomputed(report.equal(), report.versions().size() - report.equal());
    } finally {
      progress.done();
    }
  }

  private DemoReport judge(
      DemoScene scene,
      AdaptableModel judge,
      PublishedLog log,
      List<AnsweredEvent> answers,
      DemoReport.Recomputed replay) {
    progress.stage("judging " + answers.size() + " answers", answers.size());
    AnswerAudit audit = new AnswerAudit(judge, log.versions());
    audit.judge(answers, progress::advance);
    progress.done();
    return report(scene, log, audit, replay);
  }

  private DemoReport report(
      DemoScene scene, PublishedLog log, AnswerAudit audit, DemoReport.Recomputed replay) {
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
        seconds,
        replay);
  }

  private List<ServingNode> startNodes(ProgramKeys keys, ProgramKeys.Place place) throws Exception {
    List<ServingNode> nodes = new ArrayList<>();
    for (String name : DemoConfig.NODES) {
      ServingConfig serving = keys.node(name, place);
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
}
