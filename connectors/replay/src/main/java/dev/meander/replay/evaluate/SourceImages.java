package dev.meander.replay.evaluate;

import dev.meander.core.method.SourceBatches;
import dev.meander.core.tensor.LabelledBatch;
import dev.meander.core.tensor.Tensor;
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
      List<float[]> inputs = new ArrayList<>(size);
      int[] labels = new int[size];
      for (int i = 0; i < size; i++) {
        inputs.add(images.image(from + i));
        labels[i] = images.label(from + i);
      }
      batches.add(new LabelledBatch(Tensor.stack(inputs, images.inputShape()), labels));
    }
    return new SourceBatches(batches);
  }
}
