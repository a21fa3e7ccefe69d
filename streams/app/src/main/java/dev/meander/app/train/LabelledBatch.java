package dev.meander.app.train;

import dev.meander.core.tensor.Tensor;
import dev.meander.replay.data.DataSet;
import java.util.ArrayList;
import java.util.List;

/**
 * Images that a step is taken on.
 *
 * @param images {@code [b, channels, height, width]}
 * @param labels true class of each
 */
@SuppressWarnings("ArrayRecordComponent") // lives for one step; never compared
record LabelledBatch(Tensor images, int[] labels) {

  /** The images {@code from} to {@code from + size - 1} of a data set. */
  static LabelledBatch of(DataSet data, int from, int size) {
    List<float[]> images = new ArrayList<>(size);
    int[] labels = new int[size];
    for (int i = 0; i < size; i++) {
      images.add(data.image(from + i));
      labels[i] = data.label(from + i);
    }
    return new LabelledBatch(Tensor.stack(images, data.inputShape()), labels);
  }

  int size() {
    return labels.length;
  }

  /** How many rows of {@code logits} are largest at another class than the label. */
  int wrong(Tensor logits) {
    int classes = logits.rowSize();
    int wrong = 0;
    for (int row = 0; row < labels.length; row++) {
      int best = 0;
      for (int c = 1; c < classes; c++) {
        if (logits.data()[row * classes + c] > logits.data()[row * classes + best]) {
          best = c;
        }
      }
      wrong += best == labels[row] ? 0 : 1;
    }
    return wrong;
  }
}
