package dev.meander.streams.publish;

/** What a command does to the versions of a lineage. */
sealed interface Ruling {

  /**
   * The alias moves.
   *
   * @param cause of the alias record
   */
  record Move(Alias to, String cause) implements Ruling {}

  /** A version goes from the log. */
  record Remove(long version) implements Ruling {}

  /** All is as the command wants it already. */
  record Nothing(String note) implements Ruling {}

  /** The command is not followed. */
  record Refuse(String reason) implements Ruling {}
}
