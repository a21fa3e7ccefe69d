package dev.meander.core.model;

import dev.meander.core.tensor.Tensor;

/** A model that counts the passes nobody closed. */
public final class CountingModel extends DelegatingModel {

  private int tapesOpen;

  public CountingModel(AdaptableModel model) {
    super(model);
  }

  /** Passes that were not closed. */
  public int tapesOpen() {
    return tapesOpen;
  }

  @Override
  public Tape forward(Tensor x, NormMode norm, boolean gradients) {
    Tape tape = super.forward(x, norm, gradients);
    tapesOpen++;
    return new CountedTape(tape);
  }

  private final class CountedTape extends DelegatingTape {

    private boolean open = true;

    CountedTape(Tape tape) {
      super(tape);
    }

    @Override
    public void close() {
      super.close();
      tapesOpen -= open ? 1 : 0;
      open = false;
    }
  }
}
