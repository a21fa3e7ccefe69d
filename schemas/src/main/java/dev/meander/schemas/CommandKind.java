package dev.meander.schemas;

import java.util.Optional;

/**
 * What a command orders. Written by name into the field {@code kind}, which is text, because a
 * reader of today must be able to read a kind of tomorrow and lay it aside; names never change.
 */
public enum CommandKind {
  /** Makes an older version live and pins it. */
  ROLLBACK,
  /** Makes a newer version live. */
  PROMOTE,
  /** Keeps the live version while learning and publishing go on. */
  PIN,
  /** Lets the next published version become live. */
  UNPIN,
  /** Stops learning; what is served stays and may be moved. */
  PAUSE,
  /** Lets learning go on with the next sample. */
  RESUME,
  /** Puts the learner back to the base model; version numbers go on. */
  RESET,
  /** Removes a version from the log. */
  RETIRE;

  /** True when a learner has to execute it before the alias follows. */
  public boolean isForTheLearner() {
    return this == PAUSE || this == RESUME || this == RESET;
  }

  /** The kind of this name; empty when there is none. */
  public static Optional<CommandKind> ofName(String name) {
    for (CommandKind kind : values()) {
      if (kind.name().equals(name)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }
}
