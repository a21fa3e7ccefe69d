package dev.meander.serving.subscribe;

import dev.meander.core.weights.AdapterVersion;
import dev.meander.core.weights.AdapterWeights;

/**
 * Where a subscriber puts a version that is to serve.
 *
 * <p>Thread-safety: called by one thread at a time.
 */
@FunctionalInterface
public interface AdapterTarget {

  /**
   * Makes {@code weights} serve, whole: a reader sees the old version or the new one. Version 0
   * comes with an empty layout and means the base model.
   *
   * @throws RuntimeException when it cannot; the old version must then still serve
   */
  void swap(AdapterVersion version, AdapterWeights weights);
}
