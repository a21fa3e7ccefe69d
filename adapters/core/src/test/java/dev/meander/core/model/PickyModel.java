package dev.meander.core.model;

import dev.meander.core.tensor.Tensor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A model that throws on inputs whose first float is a mark: on the way forth, on the way back, in
 * passes over several rows only, or for want of memory.
 */
public class PickyModel extends DelegatingModel {

  /** First float of an input that is not taken, forth. */
  public static final float FORTH = 1001;

  /** First float of an input that is not taken, back. */
  public static final float BACK = 1002;

  /** First float of an input that asks for more memory than there is. */
  public static final float HUGE = 1003;

  /** First float of an input that is taken alone, and not beside another one. */
  public static final float AMONG = 1004;

  private @Nullable Supplier<? extends Throwable> everything;
  private float later = Float.NaN;

  public PickyModel(AdaptableModel model) {
    super(model);
  }

  /** Throws in every pass from now on; null ends it. */
  public void throwAlways(@Nullable Supplier<? extends Throwable> thrown) {
    this.everything = thrown;
  }

  /** Throws from now on where an input has this first float, which it took before. */
  public void throwOn(float mark) {
    this.later = mark;
  }

  private static boolean holds(Tensor x, float mark) {
    for (int row = 0; row < x.rows(); row++) {
      if (Math.abs(x.row(row)[0] - mark) < 0.1) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Tape forward(Tensor x, NormMode norm, boolean gradients) {
    if (everything != null) {
      Throwable thrown = everything.get();
      if (thrown instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) thrown;
    }
    if (holds(x, FORTH) || holds(x, later)) {
      throw new IllegalStateException(
          "The following operation failed in the TorchScript interpreter.\n"
              + "Traceback of TorchScript (most recent call last):\n"
              + "RuntimeError: index out of range in self\n");
    }
    if (holds(x, HUGE)) {
      throw new OutOfMemoryError("Java heap space");
    }
    if (x.rows() > 1 && holds(x, AMONG)) {
      throw new IllegalArgumentException("expected one row");
    }
    boolean failsBack = holds(x, BACK);
    return new DelegatingTape(super.forward(x, norm, gradients)) {
      @Override
      public void backward(float @Nullable [] dLogits, float @Nullable [] dFeatures) {
        if (failsBack) {
          throw new IndexOutOfBoundsException("token 70000 of 50000");
        }
        super.backward(dLogits, dFeatures);
      }
    };
  }
}
