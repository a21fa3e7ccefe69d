package dev.meander.suite.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.meander.core.weights.AdapterVersion;
import dev.meander.core.weights.LineageId;
import dev.meander.kit.fault.ChildJvm;
import dev.meander.kit.fault.Fault;
import dev.meander.kit.fault.FaultPoint;
import dev.meander.schemas.CommandKind;
import dev.meander.serving.ServingNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Two applications on one cluster that are sent the same: one lives in this process and is left
 * alone, the other is killed again and again.
 */
final class KillRun implements AutoCloseable {

  /** Events of so many batches are sent before each kill: enough to reach every fault. */
  static final int BATCHES = 6;

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration THERE = Duration.ofSeconds(90);
  private static final String INSTANCE = "instance";

  private final CrashCluster cluster;
  private final CrashScene straight;
  private final CrashScene killed;
  private final Kills kills = new Kills();
  private final String settings;
  private @Nullable ChildJvm idle;
  private int orders;
  private final ServingNode node;

  private KillRun(
      CrashCluster cluster,
      CrashScene straight,
      CrashScene killed,
      ServingNode node,
      Map<String, String> settings) {
    this.cluster = cluster;
    this.straight = straight;
    this.killed = killed;
    this.node = node;
    this.settings = settings.toString();
  }

  /**
   * Starts the one that is left alone, and a node that follows the other.
   *
   * @param folder of the run
   * @param subject puts what is adapted into a scene's folder
   * @param settings that only the killed application has
   */
  static KillRun open(Path folder, Function<Path, Subject> subject, Map<String, String> settings)
      throws Exception {
    Deque<AutoCloseable> opened = new ArrayDeque<>();
    try {
      CrashCluster cluster = new CrashCluster(folder.resolve("broker"));
      opened.push(cluster);
      CrashScene straight = new CrashScene(cluster, "straight", folder, subject, Map.of());
      opened.push(straight);
      CrashScene killed = new CrashScene(cluster, "killed", folder, subject, settings);
      opened.push(killed);
      straight.startHere();
      return new KillRun(cluster, straight, killed, killed.startNode(), settings);
    } catch (Exception | AssertionError e) {
      for (AutoCloseable part : opened) {
        part.close();
      }
      throw e;
    }
  }

  CrashScene straight() {
    return straight;
  }

  CrashScene killed() {
    return killed;
  }

  Kills kills() {
    return kills;
  }

  /** Sends both the same. */
  void send() {
    straight.send(BATCHES);
    killed.send(BATCHES);
  }

  /** Starts an instance, and kills it at {@code fault}. */
  void killAt(Fault fault) throws Exception {
    killIdle();
    ChildJvm child = killed.start(INSTANCE, fault);
    child.awaitFault(THERE);
    String seen = killed.awaitTraces(fault.point());
    child.kill();
    kills.add(fault.toString(), seen);
  }

  /** Starts an instance, and kills it after so many milliseconds, wherever it is then. */
  void killAfter(int millis) throws InterruptedException {
    killIdle();
    ChildJvm child = killed.start(INSTANCE, null);
    assertThat(child.awaitEnd(Duration.ofMillis(millis))).as("ended").isFalse();
    child.kill();
    kills.add("after " + millis + " ms", "");
  }

  /**
   * Gives both the same command between the same two samples, and kills one while it obeys: nothing
   * but the command is under way, because the log of commands says nothing of its place among
   * samples.
   *
   * @param version it is about; null where the kind names one by itself
   * @param point that obeying it reaches
   */
  void order(CommandKind kind, @Nullable Long version, FaultPoint point) throws Exception {
    awaitIdle();
    killIdle();
    String id = kind + "-" + orders++;
    straight.order(id, kind, version);
    killed.order(id, kind, version);
    killAt(new Fault(point, 1));
    // it comes once more, as from an operator who saw no answer
    straight.order(id, kind, version);
    killed.order(id, kind, version);
    awaitIdle();
  }

  /** Lets both come to the end of what they were sent. */
  private void awaitIdle() {
    if (idle == null) {
      idle = killed.start(INSTANCE, null);
    }
    straight.awaitDone();
    killed.awaitDone();
  }

  private void killIdle() throws InterruptedException {
    if (idle != null) {
      idle.kill();
      idle = null;
      kills.add("IDLE", "");
    }
  }

  /**
   * Starts an instance, and kills it when it has uploaded a payload whose version is not committed;
   * of the payload only half stays.
   */
  void killInUpload() throws Exception {
    killAt(new Fault(FaultPoint.VERSION, 1));
    Disk.tearNewestObject(killed.folder().resolve("objects"));
    kills.note("half an upload");
  }

  /** What the dead instance had on disk is gone. */
  void loseDisk() throws IOException {
    Disk.lose(killed.folder().resolve(INSTANCE));
    kills.note("disk lost");
  }

  /**
   * Starts an instance that may live, and holds the killed application against the other.
   *
   * @return what both have committed
   */
  CommittedRun check() {
    if (idle == null) {
      killed.start(INSTANCE, null);
    }
    CommittedRun committed = CrashLaw.check(toString(), killed, straight);
    await(toString()).atMost(SOON).until(this::served, served -> served.equals(committed.live()));
    return committed;
  }

  /** Content of what the node serves by lineage. */
  private Map<String, String> served() {
    Map<String, String> served = new TreeMap<>();
    for (String lineage : killed.lineages()) {
      AdapterVersion active = node.active(LineageId.parse(lineage));
      String content = active.number() == 0 ? CommittedRun.BASE : active.content().hex();
      served.put(lineage, active.number() + " " + content);
    }
    return served;
  }

  @Override
  public String toString() {
    return kills + " of one with " + settings;
  }

  @Override
  public void close() throws Exception {
    try (cluster;
        straight) {
      killed.close();
    }
  }
}
