package dev.meander.core.memory;

import dev.meander.core.config.Option;
import dev.meander.core.config.Settings;
import java.util.List;

/**
 * A bank between the stream and a method that has none of its own.
 *
 * @param kind which bank
 * @param size samples it holds
 * @param every samples between two updates from it; 0 is once per batch
 */
public record MemoryConfig(Kind kind, int size, int every) {

  /** Banks by name. */
  public enum Kind {
    /** The method sees the batch itself. */
    NONE,
    /** {@link Window}. */
    WINDOW,
    /** {@link CategoryBalanced}. */
    CATEGORY_BALANCED,
    /** {@link BalancedReservoir}. */
    BALANCED_RESERVOIR
  }

  /** No bank. */
  public static final MemoryConfig NONE = new MemoryConfig(Kind.NONE, 64, 0);

  public static final Option<Kind> KIND =
      Option.oneOf(
          "method.memory",
          Kind.NONE,
          Kind.class,
          "Bank that a method adapts on instead of a batch.");
  public static final Option<Integer> SIZE =
      Option.count("method.memory.size", 64, 1, 65_536, "Samples that the bank holds.");
  public static final Option<Integer> EVERY =
      Option.count(
          "method.memory.every", 0, 0, 65_536, "Samples between two updates; 0 is once per batch.");

  /** Every option, in the order of the README table. */
  public static final List<Option<?>> OPTIONS = List.of(KIND, SIZE, EVERY);

  /** Reads the bank's keys. */
  public static MemoryConfig from(Settings settings) {
    return new MemoryConfig(settings.get(KIND), settings.get(SIZE), settings.get(EVERY));
  }

  /**
   * A fresh bank.
   *
   * @throws IllegalStateException when the kind is NONE
   */
  public MemoryBank create(int classes, int[] inputShape) {
    return switch (kind) {
      case NONE -> throw new IllegalStateException("expected a kind of bank, found none");
      case WINDOW -> new Window(size, inputShape);
      case CATEGORY_BALANCED -> new CategoryBalanced(size, classes, inputShape, 1, 1);
      case BALANCED_RESERVOIR -> new BalancedReservoir(size, classes, inputShape);
    };
  }
}
