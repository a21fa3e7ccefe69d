package dev.meander.schemas.stall;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeProducersResult;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/**
 * Finds transactions that partitions hold for open and their coordinator does not know, and ends
 * them. Everything is asked twice: what has moved in between is not touched.
 *
 * <p>Thread-safety: safe. Lifetime: the admin client belongs to the caller. Every question to the
 * cluster is answered within the limit, or {@link KafkaException} is thrown.
 */
public final class HangingTransactions {

  /** A transactional id that nobody has. */
  private static final String NOBODY = "meander/asks-for-nobody";

  private static final Duration BETWEEN = Duration.ofMillis(500);

  private final Admin admin;
  private final Duration limit;
  private final Duration between;

  /**
   * @param admin asks the cluster
   * @param limit longest wait for one answer
   */
  public HangingTransactions(Admin admin, Duration limit) {
    this(admin, limit, BETWEEN);
  }

  HangingTransactions(Admin admin, Duration limit, Duration between) {
    this.admin = admin;
    this.limit = limit;
    this.between = between;
  }

  /**
   * A transaction that a partition holds for open.
   *
   * @param open as the partition has it
   * @param transactionalId its name; null when none was shown
   * @param ruling what is to be thought of it
   */
  public record Found(
      OpenTransaction open, @Nullable String transactionalId, HangingRule.Ruling ruling) {

    public boolean hangs() {
      return ruling.verdict() == HangingRule.Verdict.HANGING;
    }

    /** What was found, as one line for people. */
    public String line() {
      return open.partition()
          + ": "
          + open.line()
          + (transactionalId == null ? "" : ", of " + transactionalId)
          + ": "
          + ruling.reason();
    }
  }

  /**
   * What was found.
   *
   * @param open every open transaction, by partition
   * @param refused why a partition could not be looked into
   */
  public record Look(List<Found> open, Map<TopicPartition, String> refused) {

    /** Those that stay open for ever. */
    public List<Found> hanging() {
      return open.stream().filter(Found::hangs).toList();
    }
  }

  /**
   * Looks into {@code partitions}.
   *
   * @throws KafkaException when the cluster does not answer
   */
  public Look find(Collection<TopicPartition> partitions) throws InterruptedException {
    Look first = look(partitions);
    if (first.hanging().isEmpty()) {
      return first;
    }
    Time.SYSTEM.sleep(between.toMillis());
    Set<TopicPartition> again = new HashSet<>();
    first.hanging().forEach(found -> again.add(found.open().partition()));
    Look second = look(again);
    return new Look(
        first.open().stream().map(found -> confirmed(found, second)).toList(), first.refused());
  }

  private static Found confirmed(Found found, Look second) {
    boolean same =
        !found.hangs()
            || second.hanging().stream().anyMatch(other -> other.open().isSameAs(found.open()));
    return same
        ? found
        : new Found(
            found.open(),
            found.transactionalId(),
            new HangingRule.Ruling(
                HangingRule.Verdict.UNCLEAR, "it moved while it was looked at; look again"));
  }

  /**
   * Writes the abort marker that {@code found} lacks, after another look.
   *
   * @return false when it does not hang any more; nothing was written then
   * @throws KafkaException when the cluster does not answer, or this user may not
   */
  public boolean abort(Found found) throws InterruptedException {
    OpenTransaction open = found.open();
    boolean still =
        find(List.of(open.partition())).hanging().stream()
            .anyMatch(other -> other.open().isSameAs(open));
    if (!still) {
      return false;
    }
    await(
        admin
            .abortTransaction(
                new AbortTransactionSpec(
                    open.partition(),
                    open.producerId(),
                    (short) open.producerEpoch(),
                    Math.max(0, open.coordinatorEpoch())))
            .all());
    return true;
  }

  /** Transactions that {@code partitions} hold for open, without a look at their coordinators. */
  public Map<TopicPartition, List<OpenTransaction>> open(
      Collection<TopicPartition> partitions, Map<TopicPartition, String> refused)
      throws InterruptedException {
    DescribeProducersResult result = admin.describeProducers(partitions);
    Map<TopicPartition, List<OpenTransaction>> open = new HashMap<>();
    for (TopicPartition partition : partitions) {
      try {
        open.put(
            partition,
            await(result.partitionResult(partition)).activeProducers().stream()
                .filter(state -> state.currentTransactionStartOffset().isPresent())
                .map(state -> transaction(partition, state))
                .toList());
      } catch (KafkaException e) {
        refused.put(partition, String.valueOf(e.getMessage()));
      }
    }
    return open;
  }

  private static OpenTransaction transaction(TopicPartition partition, ProducerState state) {
    return new OpenTransaction(
        partition,
        state.producerId(),
        state.producerEpoch(),
        state.coordinatorEpoch().orElse(-1),
        state.currentTransactionStartOffset().getAsLong(),
        Instant.ofEpochMilli(state.lastTimestamp()));
  }

  private Look look(Collection<TopicPartition> partitions) throws InterruptedException {
    Map<TopicPartition, String> refused = new HashMap<>();
    List<OpenTransaction> open = new ArrayList<>();
    open(partitions, refused).values().forEach(open::addAll);
    if (open.isEmpty()) {
      return new Look(List.of(), refused);
    }
    open.sort(
        Comparator.comparing((OpenTransaction one) -> one.partition().toString())
            .thenComparingLong(OpenTransaction::startOffset));
    Map<Long, String> names = names(open);
    Map<String, TransactionDescription> coordinators = new TreeMap<>();
    for (String name : names.values()) {
      TransactionDescription description = described(name);
      if (description != null) {
        coordinators.put(name, description);
      }
    }
    boolean allShown = names.size() == distinctProducers(open) || showsAll();
    List<Found> found = new ArrayList<>();
    for (OpenTransaction one : open) {
      String name = names.get(one.producerId());
      TransactionDescription coordinator = name == null ? null : coordinators.get(name);
      found.add(new Found(one, name, HangingRule.judge(one, coordinator, allShown)));
    }
    return new Look(found, refused);
  }

  private static int distinctProducers(List<OpenTransaction> open) {
    return (int) open.stream().mapToLong(OpenTransaction::producerId).distinct().count();
  }

  /** Transactional ids by producer, of every broker; one that does not answer is a failure. */
  private Map<Long, String> names(List<OpenTransaction> open) throws InterruptedException {
    Set<Long> producers = new HashSet<>();
    open.forEach(one -> producers.add(one.producerId()));
    Map<Long, String> names = new HashMap<>();
    for (TransactionListing listing :
        await(
            admin
                .listTransactions(new ListTransactionsOptions().filterProducerIds(producers))
                .all())) {
      names.put(listing.producerId(), listing.transactionalId());
    }
    return names;
  }

  private @Nullable TransactionDescription described(String name) throws InterruptedException {
    try {
      return await(admin.describeTransactions(List.of(name)).description(name));
    } catch (TransactionalIdNotFoundException e) {
      return null;
    }
  }

  /** A name that nobody has is not found by who may see every name, and refused to others. */
  private boolean showsAll() throws InterruptedException {
    try {
      await(admin.describeTransactions(List.of(NOBODY)).description(NOBODY));
      return true;
    } catch (TransactionalIdNotFoundException e) {
      return true;
    } catch (TransactionalIdAuthorizationException e) {
      return false;
    }
  }

  private <T> T await(Future<T> future) throws InterruptedException {
    try {
      return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new org.apache.kafka.common.errors.TimeoutException(
          "no answer within " + limit.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof KafkaException cause) {
        throw cause;
      }
      throw new KafkaException(e.getCause());
    }
  }
}
