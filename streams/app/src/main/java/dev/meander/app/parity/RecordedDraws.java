package dev.meander.app.parity;

import java.util.random.RandomGenerator;

/**
 * Recorded numbers u from 0 up to 1 in the place of chance, one after the other: a number below n
 * is {@code floor(u n)}. Other draws are refused.
 *
 * <p>Thread-safety: none; belongs to one run.
 */
final class RecordedDraws implements RandomGenerator {

  private final float[] numbers;
  private int used;

  RecordedDraws(float[] numbers) {
    this.numbers = numbers.clone();
  }

  @Override
  public double nextDouble() {
    if (used == numbers.length) {
      throw new TraceRefusedException("expected more than " + used + " draws, found the end");
    }
    float number = numbers[used++];
    if (!(number >= 0 && number < 1)) {
      throw new TraceRefusedException("expected draws from 0 up to 1, found " + number);
    }
    return number;
  }

  @Override
  public int nextInt(int bound) {
    return (int) (nextDouble() * bound);
  }

  @Override
  public long nextLong() {
    throw new TraceRefusedException("expected draws of numbers and places, found one of bits");
  }
}
