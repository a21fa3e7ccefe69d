package dev.meander.core.method;

import dev.meander.core.model.ModelSpec;
import dev.meander.core.tensor.LabelledBatch;
import dev.meander.core.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Labelled source samples in a file of fixed-size records: one byte label, then one byte per input
 * value in the order of the model's input, value / 255. For 3 x 32 x 32 inputs this is CIFAR-10's
 * binary format. A file is read once per process and shared.
 *
 * <p>Thread-safety: safe.
 */
final class SourceFile {

  private static final long BYTES_MAX = 1L << 30;
  private static final int VALUE_MAX = 255;

  private static final Map<Path, byte[]> READ = new ConcurrentHashMap<>();

  private SourceFile() {}

  /**
   * Reads a file.
   *
   * @param limit samples at most
   * @param batchSize samples of one batch; the last one may be smaller
   * @throws IllegalArgumentException saying what is wrong with it
   */
  static SourceBatches read(Path file, ModelSpec spec, int limit, int batchSize) {
    byte[] bytes = READ.computeIfAbsent(file.toAbsolutePath().normalize(), SourceFile::bytes);
    int size = spec.inputSize();
    int record = size + 1;
    if (size < 1 || bytes.length == 0 || bytes.length % record != 0) {
      throw new IllegalArgumentException(
          "method.source: expected records of 1 + "
              + size
              + " bytes in "
              + file
              + ", found "
              + bytes.length
              + " bytes");
    }
    int samples = Math.min(limit, bytes.length / record);
    List<LabelledBatch> batches = new ArrayList<>();
    for (int from = 0; from < samples; from += batchSize) {
      int rows = Math.min(batchSize, samples - from);
      float[] values = new float[rows * size];
      int[] labels = new int[rows];
      for (int i = 0; i < rows; i++) {
        int at = (from + i) * record;
        labels[i] = bytes[at] & VALUE_MAX;
        for (int d = 0; d < size; d++) {
          values[i * size + d] = (bytes[at + 1 + d] & VALUE_MAX) / (float) VALUE_MAX;
        }
      }
      int[] shape = new int[spec.inputShape().length + 1];
      shape[0] = rows;
      System.arraycopy(spec.inputShape(), 0, shape, 1, shape.length - 1);
      batches.add(new LabelledBatch(new Tensor(values, shape), labels));
    }
    return new SourceBatches(batches);
  }

  private static byte[] bytes(Path file) {
    try {
      if (Files.size(file) > BYTES_MAX) {
        throw new IllegalArgumentException(
            "method.source: expected at most "
                + BYTES_MAX
                + " bytes in "
                + file
                + ", found "
                + Files.size(file));
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new IllegalArgumentException("method.source: cannot read " + file, e);
    }
  }
}
