package dev.meander.serving.subscribe;

import dev.meander.core.weights.AdapterVersion;
import dev.meander.core.weights.AdapterWeights;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.LineageId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A verified version, decoded and ready to swap in.
 *
 * @param publishedAtMicros wall clock of the publisher; null when the record did not say
 */
record HeldVersion(
    AdapterVersion version, AdapterWeights weights, @Nullable Long publishedAtMicros) {

  /** Version 0: no block is changed, so that the base model answers. */
  static HeldVersion base(LineageId lineage) {
    AdapterWeights none = new AdapterWeights(new Layout(List.of()), new float[0]);
    return new HeldVersion(new AdapterVersion(lineage, 0, none.contentHash()), none, null);
  }
}
