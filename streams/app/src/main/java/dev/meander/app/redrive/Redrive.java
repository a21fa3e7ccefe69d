package dev.meander.app.redrive;

import dev.meander.schemas.Topic;
import dev.meander.schemas.TopicNames;
import dev.meander.schemas.kafka.DeadLetter;
import dev.meander.schemas.kafka.RecordSerdes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Lists dead letters and sends them again: original key, bytes, headers and timestamp to the topic
 * they came from, with a header that counts. What was sent is committed in the transaction that
 * sends it, so a run that is repeated, or killed and repeated, sends nothing twice as long as the
 * cluster keeps the offsets of the group {@code <prefix>.redrive} (a week by default).
 *
 * <p>Thread-safety: one thread.
 */
public final class Redrive {

  /** What a letter never comes from, because only the application and the nodes write it. */
  private static final Set<Topic> WRITTEN =
      EnumSet.of(
          Topic.ADAPTERS, Topic.ALIASES, Topic.ACKS, Topic.DECISIONS, Topic.PREDICTIONS, Topic.DLQ);

  private final Map<String, Object> client;
  private final TopicNames names;
  private final RecordLineage lineage;
  private final String group;

  /**
   * Limits of a run.
   *
   * @param lettersMax most letters that are sent, or would be
   * @param redrivesMax how often one record may be sent again over all runs
   * @param again whether letters are sent that an earlier run has sent
   */
  public record Limits(int lettersMax, int redrivesMax, boolean again) {}

  /**
   * @param client settings of Kafka's clients, address included
   * @param names names of the topics
   * @param serdes reads records for their lineage; null when no registry is known
   */
  public Redrive(Map<String, Object> client, TopicNames names, @Nullable RecordSerdes serdes) {
    this.client = Map.copyOf(client);
    this.names = names;
    this.lineage = new RecordLineage(names, serdes);
    this.group = names.prefix() + ".redrive";
  }

  /** What {@link #send} would do. */
  public RedriveReport list(Selection selection, Limits limits) {
    return run(selection, limits, null);
  }

  /**
   * Sends the selected letters.
   *
   * @throws RedriveRefusedException when a topic refuses one; earlier transactions stand
   */
  public RedriveReport send(Selection selection, Limits limits) {
    try (LetterSender sender = new LetterSender(client, group)) {
      return run(selection, limits, sender);
    }
  }

  private RedriveReport run(Selection selection, Limits limits, @Nullable LetterSender sender) {
    Map<String, Object> settings = new HashMap<>(client);
    settings.put("group.id", group);
    try (LetterLog log = new LetterLog(settings, names.dlq())) {
      Set<TopicPartition> partitions = log.partitions(selection.partition());
      Run run = new Run(selection, limits, sender, log, log.sent(partitions));
      log.read(partitions, selection.from(), run::take);
      run.flush();
      return new RedriveReport(names.dlq(), run.counts, run.more, run.listed);
    }
  }

  /** One pass over the log. */
  private final class Run {

    final Map<LetterOutcome, Integer> counts = new EnumMap<>(LetterOutcome.class);
    final List<ListedLetter> listed = new ArrayList<>();
    boolean more;
    private final Selection selection;
    private final Limits limits;
    private final @Nullable LetterSender sender;
    private final LetterLog log;
    private final Map<Integer, SentOffsets> sent;
    private final Map<Integer, Long> next = new HashMap<>();
    private int taken;

    Run(
        Selection selection,
        Limits limits,
        @Nullable LetterSender sender,
        LetterLog log,
        Map<Integer, SentOffsets> sent) {
      this.selection = selection;
      this.limits = limits;
      this.sender = sender;
      this.log = log;
      this.sent = sent;
    }

    /** Returns false when the run is at its limit. */
    boolean take(Letter letter) {
      int partition = letter.record().partition();
      long offset = letter.record().offset();
      // offsets between two records belong to markers of transactions and count as dealt with
      long from = next.getOrDefault(partition, offset);
      next.put(partition, offset + 1);
      if (!selection.holds(letter, lineage)) {
        return true;
      }
      SentOffsets before = Objects.requireNonNull(sent.get(partition));
      LetterOutcome outcome = outcome(letter, before);
      boolean sends = outcome == LetterOutcome.WOULD_SEND || outcome == LetterOutcome.SENT;
      if (sends && taken == limits.lettersMax()) {
        more = true;
        return false;
      }
      counts.merge(outcome, 1, Integer::sum);
      if (outcome != LetterOutcome.SENT_BEFORE && listed.size() < limits.lettersMax()) {
        listed.add(ListedLetter.of(letter, outcome));
      }
      if (outcome != LetterOutcome.REDRIVES_MAX) {
        before.add(from, offset + 1);
      }
      if (sends) {
        taken++;
        send(letter);
      }
      return true;
    }

    private LetterOutcome outcome(Letter letter, SentOffsets before) {
      DeadLetter cause = letter.cause();
      if (cause == null) {
        return LetterOutcome.NO_ORIGIN;
      }
      if (!isInput(cause.topic())) {
        return LetterOutcome.FOREIGN_TOPIC;
      }
      LetterOutcome leftOut = letter.leftOut();
      if (leftOut != null) {
        return leftOut;
      }
      if (before.contains(letter.record().offset()) && !limits.again()) {
        return LetterOutcome.SENT_BEFORE;
      }
      if (letter.redrives() >= limits.redrivesMax()) {
        return LetterOutcome.REDRIVES_MAX;
      }
      return sender == null ? LetterOutcome.WOULD_SEND : LetterOutcome.SENT;
    }

    private boolean isInput(String topic) {
      return Arrays.stream(Topic.values())
          .filter(known -> !WRITTEN.contains(known))
          .anyMatch(known -> names.of(known).equals(topic));
    }

    private void send(Letter letter) {
      if (sender != null) {
        sender.add(letter);
        if (sender.isFull()) {
          flush();
        }
      }
    }

    void flush() {
      if (sender == null) {
        return;
      }
      Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
      sent.forEach(
          (partition, offsets) -> {
            OffsetAndMetadata position = offsets.committed();
            if (position.metadata().length() > SentOffsets.METADATA_CHARACTERS_MAX) {
              throw tooScattered(partition, position.metadata().length());
            }
            committed.put(new TopicPartition(names.dlq(), partition), position);
          });
      sender.flush(committed, log.group());
    }

    private RedriveRefusedException tooScattered(int partition, int characters) {
      return new RedriveRefusedException(
          "expected at most "
              + SentOffsets.METADATA_CHARACTERS_MAX
              + " characters to remember what was sent of partition "
              + partition
              + ", found "
              + characters
              + ": select whole ranges of offsets");
    }
  }
}
