package dev.meander.serving.subscribe;

import dev.meander.core.weights.LineageId;

/** What a subscriber does next for one lineage. */
sealed interface Move {

  /** Tells {@code actions} which move this is. */
  void perform(Actions actions);

  /** One method per move. */
  interface Actions {

    void swap(HeldVersion held);

    void await(LineageId lineage, long version);

    void readBack(LineageId lineage, long version, LogPosition at);

    void refuse(LineageId lineage, long version, Refusal refusal);

    void ignore(LineageId lineage, Ignored why);
  }

  /** Put the version into the lineage's slot now. */
  record Swap(HeldVersion held) implements Move {
    @Override
    public void perform(Actions actions) {
      actions.swap(held);
    }
  }

  /** The version has not arrived; the old one serves until it does. */
  record Await(LineageId lineage, long version) implements Move {
    @Override
    public void perform(Actions actions) {
      actions.await(lineage, version);
    }
  }

  /** The version is older than those kept; read it from the log again. */
  record ReadBack(LineageId lineage, long version, LogPosition at) implements Move {
    @Override
    public void perform(Actions actions) {
      actions.readBack(lineage, version, at);
    }
  }

  /** Say that the version is not served; the old one stays. */
  record Refuse(LineageId lineage, long version, Refusal refusal) implements Move {
    @Override
    public void perform(Actions actions) {
      actions.refuse(lineage, version, refusal);
    }
  }

  /** Count the record and go on. */
  record Ignore(LineageId lineage, Ignored why) implements Move {
    @Override
    public void perform(Actions actions) {
      actions.ignore(lineage, why);
    }
  }

  /** Nothing to do: the right version serves, or nothing was decided yet. */
  record Keep(LineageId lineage) implements Move {
    @Override
    public void perform(Actions actions) {
      // Nothing to do is the meaning of this move.
    }
  }
}
