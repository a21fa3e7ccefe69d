package dev.meander.core.method;

import dev.meander.core.memory.MemoryBank;
import dev.meander.core.memory.Window;
import dev.meander.core.objective.Rows;
import dev.meander.core.optimise.StateArrays;
import dev.meander.core.tensor.Tensor;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Any method behind a memory bank: a batch is predicted and offered to the bank, and the method
 * adapts to what the bank holds. Behind a {@link Window} that is larger than the batch, predictions
 * are made with the whole window in the pass, so that batch statistics of a few samples stand on
 * more of them. Samples in a bank weigh 1: the weights of the gate end at its door.
 */
final class Remembering implements Procedure {

  private final Procedure inner;
  private final MemoryBank bank;
  private final int every;
  private final double[] sinceUpdate = new double[1];

  /**
   * @param every samples between two updates; 0 is once per batch
   */
  Remembering(Procedure inner, MemoryBank bank, int every) {
    this.inner = inner;
    this.bank = bank;
    this.every = every;
  }

  @Override
  public MethodStep step(MethodRun run) {
    Tensor x = run.x();
    Tensor alone = inner.predict(run);
    offer(run, x, alone);
    boolean inWindow = bank instanceof Window && x.rows() < bank.capacity();
    Tensor output = alone;
    if (inWindow) {
      run.replaceBatch(bank.content().x());
      output = newest(inner.predict(run), ((Window) bank).lastRow(), x.rows());
    }
    sinceUpdate[0] += x.rows();
    if (every > 0 && sinceUpdate[0] < every) {
      return MethodStep.predicted(output);
    }
    sinceUpdate[0] = every == 0 ? 0 : sinceUpdate[0] % every;
    run.replaceBatch(bank.content().x());
    MethodStep step = inner.step(run);
    return new MethodStep(output, step.losses(), step.gradientNorm(), step.adapted());
  }

  private void offer(MethodRun run, Tensor x, Tensor logits) {
    Rows rows = Rows.of(logits);
    RandomGenerator random = run.random(21);
    for (int i = 0; i < x.rows(); i++) {
      bank.offer(x.row(i), rows.best(i), rows.entropy(i), random);
    }
  }

  /** The rows of a ring that were written last, oldest first. */
  private static Tensor newest(Tensor ring, int lastRow, int count) {
    int[] rows = new int[count];
    Arrays.setAll(rows, i -> Math.floorMod(lastRow - count + 1 + i, ring.rows()));
    return ring.rows(rows);
  }

  @Override
  public Tensor predict(MethodRun run) {
    return inner.predict(run);
  }

  @Override
  public void prepare(MethodRun run) {
    inner.prepare(run);
  }

  @Override
  public void state(StateArrays arrays) {
    inner.state(arrays);
    bank.state(arrays);
    arrays.add("bank-since-update", sinceUpdate);
  }

  @Override
  public void restart(MethodRun run) {
    inner.restart(run);
    bank.clear();
    sinceUpdate[0] = 0;
  }

  @Override
  public float[] served(float[] theta) {
    return inner.served(theta);
  }
}
