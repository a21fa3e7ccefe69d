package dev.meander.replay.data;

import java.util.List;
import java.util.stream.IntStream;

/** Names of classes that have none. */
final class ClassNames {

  private ClassNames() {}

  /** {@code 0}, {@code 1} and so on. */
  static List<String> numbered(int classes) {
    return IntStream.range(0, classes).mapToObj(Integer::toString).toList();
  }
}
