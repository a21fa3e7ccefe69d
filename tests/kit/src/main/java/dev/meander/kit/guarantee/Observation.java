package dev.meander.kit.guarantee;

import java.util.Map;

/** One committed record of a run, as far as a law speaks of it. */
public sealed interface Observation {

  /** Whose it is. */
  String lineage();

  /**
   * A version on the adapters topic.
   *
   * @param number of the version, 1 for the first
   * @param parent version it was made from; 0 is the base model
   * @param content digest of what a node decodes
   * @param state digest of the learner's exact state behind it
   * @param partition of the samples that its offsets belong to
   * @param firstOffset first sample since the parent
   * @param lastOffset last sample that shaped it
   * @param samples of this learner so far
   */
  record Published(
      String lineage,
      long number,
      long parent,
      String content,
      String state,
      int partition,
      long firstOffset,
      long lastOffset,
      long samples)
      implements Observation {}

  /**
   * A promoted version that was not published, on the decisions topic.
   *
   * @param number of the version; no other will have it
   */
  record Held(String lineage, long number) implements Observation {}

  /**
   * A record on the aliases topic.
   *
   * @param epoch moves so far
   * @param live version that serves; 0 is the base model
   * @param rollback whether it may go back to an older version
   */
  record AliasMoved(String lineage, long epoch, long live, boolean rollback)
      implements Observation {}

  /**
   * A verdict on the decisions topic.
   *
   * @param outcome what the guard said
   * @param promoted true when the candidate was to be published
   * @param version it speaks of
   */
  record Judged(String lineage, String outcome, boolean promoted, long version)
      implements Observation {}

  /**
   * A record on the samples topic.
   *
   * @param partition where it lies
   * @param offset where it lies
   * @param trafficPartition of the event it was made from
   * @param trafficOffset of the event it was made from
   */
  record Sampled(
      String lineage, int partition, long offset, int trafficPartition, long trafficOffset)
      implements Observation {}

  /**
   * Counts of a gate on the decisions topic.
   *
   * @param partition of the traffic
   * @param counts events so far by outcome
   */
  record Counted(String lineage, int partition, Map<String, Long> counts) implements Observation {

    public Counted {
      counts = Map.copyOf(counts);
    }
  }

  /**
   * A record on the traffic topic, whatever it is.
   *
   * @param partition where it lies
   * @param offset where it lies
   * @param content digest of its bytes
   */
  record Received(int partition, long offset, String content) implements Observation {
    @Override
    public String lineage() {
      return "";
    }
  }

  /**
   * A record of the traffic topic that was laid aside on the dead-letter topic.
   *
   * @param partition where the original lies
   * @param offset where the original lies
   * @param content digest of the bytes that were laid aside
   */
  record LaidAside(int partition, long offset, String content) implements Observation {
    @Override
    public String lineage() {
      return "";
    }
  }

  /**
   * A version's record was removed from the adapters topic.
   *
   * @param number of the version
   */
  record Retired(String lineage, long number) implements Observation {}

  /**
   * A record on the commands topic.
   *
   * @param command its id
   */
  record Ordered(String lineage, String command) implements Observation {}

  /**
   * An answer on the decisions topic.
   *
   * @param command id of the command
   * @param applied true when it took effect now
   */
  record Answered(String lineage, String command, boolean applied) implements Observation {}

  /**
   * A node's acknowledgement that it serves a version.
   *
   * @param version which one; 0 is the base model
   */
  record Served(String node, String lineage, long version) implements Observation {}

  /** Nothing more comes. */
  record Ended() implements Observation {
    @Override
    public String lineage() {
      return "";
    }
  }
}
