package dev.meander.replay.evaluate;

import dev.meander.core.method.SourceBatches;
import dev.meander.core.tensor.LabelledBatch;
import dev.meander.replay.data.DataSet;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Batches of training images for methods that use some. */
final class SourceImages {

  private SourceImages() {}

  /**
   * The first images in whole batches; fewer than a batch are one batch.
   *
   * @param images null for none
   * @param samples at most
   */
  static SourceBatches batches(@Nullable DataSet images, int samples, int batchSize) {
    if (images == null) {
      return SourceBatches.NONE;
    }
    int count = Math.min(samples, images.size());
    int size = Math.min(batchSize, count);
    List<LabelledBatch> batches = new ArrayList<>();
    for (int from = 0; from + size <= count; from += size) {
      batches.add(images.batch(from, size));
    }
    return new SourceBatches(batches);
  }
}
