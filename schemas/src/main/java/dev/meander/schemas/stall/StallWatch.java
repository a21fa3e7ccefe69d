package dev.meander.schemas.stall;

import dev.meander.schemas.time.ClusterClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches partitions on a thread of its own, and says which of them stand still. It never stops
 * what it watches for: a cluster that does not answer is asked again at the next look.
 *
 * <p>Thread-safety: safe. Lifetime: from {@link #start} to {@link #close}, which returns within
 * seconds.
 */
public final class StallWatch implements Stalls {

  private static final Logger LOG = LoggerFactory.getLogger(StallWatch.class);
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final Duration LOOK_MIN = Duration.ofMillis(500);
  private static final Duration LOOK_MAX = Duration.ofSeconds(15);
  private static final Duration SAID_AGAIN = Duration.ofMinutes(5);

  private static final int COMPLAINTS_MAX = 100;

  private final Settings settings;
  private final Supplier<Admin> admins;
  private final Clock clock;
  private final ClusterClock cluster;
  private final StallRule rule;
  private final Map<TopicPartition, Instant> said = new HashMap<>();
  private final Set<String> complaints = new HashSet<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;
  private volatile List<Stall> stalls = List.of();

  /**
   * What to watch.
   *
   * @param who is watching, for the thread's name
   * @param topics those whose partitions are watched
   * @param patience how long a last stable offset may stand: the longest a transaction may be open
   * @param ends whether transactions that hang are ended
   */
  public record Settings(String who, Predicate<String> topics, Duration patience, boolean ends) {}

  /**
   * @param admins opens a client, which the watch closes
   * @param clock says since when; one of a cluster is measured every minute
   */
  public StallWatch(Settings settings, Supplier<Admin> admins, Clock clock) {
    this.settings = settings;
    this.admins = admins;
    this.clock = clock;
    this.cluster = ClusterClock.of(clock);
    this.rule = new StallRule(settings.patience());
    this.thread = new Thread(this::run, settings.who() + "-stall-watch");
    thread.setDaemon(true);
  }

  /** Starts the thread. */
  public StallWatch start() {
    thread.start();
    return this;
  }

  @Override
  public List<Stall> stalls() {
    return stalls;
  }

  private Duration pause() {
    Duration quarter = settings.patience().dividedBy(4);
    return quarter.compareTo(LOOK_MIN) < 0
        ? LOOK_MIN
        : quarter.compareTo(LOOK_MAX) > 0 ? LOOK_MAX : quarter;
  }

  private void run() {
    try {
      do {
        watch();
      } while (!closing.await(pause().toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Looks again and again with one client, until that fails. */
  private void watch() throws InterruptedException {
    try {
      Admin admin = admins.get();
      try {
        cluster.measure(admin);
        while (!closing.await(pause().toMillis(), TimeUnit.MILLISECONDS)) {
          cluster.measure(admin);
          look(admin);
        }
      } finally {
        admin.close(Duration.ZERO);
      }
    } catch (KafkaException e) {
      // brokers come and go; what stood still is still said
      LOG.debug("could not look for transactions that hang", e);
    } catch (RuntimeException e) {
      complain("could not look for transactions that hang: " + e);
      LOG.debug("could not look for transactions that hang", e);
    }
  }

  private void look(Admin admin) throws InterruptedException {
    StableOffsets offsets = new StableOffsets(admin, ANSWER);
    Set<TopicPartition> partitions = offsets.partitions(settings.topics());
    if (partitions.isEmpty()) {
      return;
    }
    rule.retain(partitions);
    List<Stall> found = rule.observe(offsets.ends(partitions), clock.instant());
    goneOn(found);
    stalls = List.copyOf(found);
    if (found.isEmpty()) {
      return;
    }
    HangingTransactions transactions = new HangingTransactions(admin, ANSWER);
    say(found, transactions);
    if (settings.ends()) {
      end(found, transactions);
    }
  }

  private void goneOn(List<Stall> found) {
    Set<TopicPartition> still = new HashSet<>();
    found.forEach(stall -> still.add(stall.partition()));
    for (TopicPartition partition : List.copyOf(said.keySet())) {
      if (!still.contains(partition)) {
        said.remove(partition);
        LOG.info("partition {} goes on", partition);
      }
    }
  }

  private void say(List<Stall> found, HangingTransactions transactions)
      throws InterruptedException {
    Instant now = clock.instant();
    List<Stall> due =
        found.stream()
            .filter(
                stall -> {
                  Instant last = said.get(stall.partition());
                  return last == null || Duration.between(last, now).compareTo(SAID_AGAIN) >= 0;
                })
            .toList();
    if (due.isEmpty()) {
      return;
    }
    Map<TopicPartition, String> refused = new HashMap<>();
    Map<TopicPartition, List<OpenTransaction>> open =
        transactions.open(due.stream().map(Stall::partition).toList(), refused);
    for (Stall stall : due) {
      said.put(stall.partition(), now);
      LOG.warn("{}", warning(stall, open.getOrDefault(stall.partition(), List.of())));
    }
    refused.forEach(
        (partition, why) ->
            complain(
                "cannot see whose transactions are open in " + partition.topic() + ": " + why));
  }

  /** What is said of {@code stall}. */
  static String warning(Stall stall, List<OpenTransaction> open) {
    long first = stall.ends().stable();
    String whose =
        open.stream()
            .filter(one -> one.startOffset() <= first)
            .map(one -> "; it waits for " + one.line())
            .findFirst()
            .orElse("");
    return stall.line()
        + whose
        + "; `meander doctor` says whether it hangs, `meander doctor --abort-hanging` ends it";
  }

  private void end(List<Stall> found, HangingTransactions transactions)
      throws InterruptedException {
    HangingTransactions.Look look =
        transactions.find(found.stream().map(Stall::partition).toList());
    for (HangingTransactions.Found one : look.hanging()) {
      try {
        if (transactions.abort(one)) {
          LOG.warn("ended a transaction that hung: {}", one.line());
        }
      } catch (org.apache.kafka.common.errors.AuthorizationException e) {
        complain(
            "cannot end transactions that hang: expected the right ALTER on the cluster: "
                + e.getMessage());
      }
    }
  }

  /** Says something once. */
  private void complain(String what) {
    if (complaints.size() < COMPLAINTS_MAX && complaints.add(what)) {
      LOG.warn("{}", what);
    }
  }

  @Override
  public void close() {
    closing.countDown();
    thread.interrupt();
    try {
      thread.join(ANSWER.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
