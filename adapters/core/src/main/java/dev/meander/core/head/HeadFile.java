package dev.meander.core.head;

import dev.meander.core.model.ModelRefusedException;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.AdapterWeights;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.Sha256;
import dev.meander.core.wire.SafetensorsReader;
import dev.meander.core.wire.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A head in a safetensors file: its blocks by the names of {@link HeadShape}, and in the metadata
 * {@code classes}, the names of the classes, one a line.
 *
 * <p>Reading is total: a file gives a head or a {@link ModelRefusedException} that says what was
 * expected, what was found and where.
 *
 * @param shape sizes
 * @param floats every block in the order of the shape's layout; not to be written
 * @param classNames the position is the label
 */
@SuppressWarnings("ArrayRecordComponent") // the floats are not copied; heads are not compared
public record HeadFile(HeadShape shape, float[] floats, List<String> classNames) {

  /** Largest file that is read. */
  static final long BYTES_MAX = 4L * HeadShape.FLOATS_MAX + (1 << 20);

  private static final String FORMAT = "format";
  private static final String FORMAT_NAME = "meander-head";
  private static final String CLASSES = "classes";

  public HeadFile {
    classNames = List.copyOf(classNames);
    if (floats.length != shape.layout().size() || classNames.size() != shape.classes()) {
      throw new IllegalArgumentException(
          "expected "
              + shape.layout().size()
              + " floats and "
              + shape.classes()
              + " class names, found "
              + floats.length
              + " and "
              + classNames.size());
    }
    for (String name : classNames) {
      if (name.isEmpty() || name.indexOf('\n') >= 0) {
        throw new IllegalArgumentException(
            "expected class names of one line, found \"" + name + "\"");
      }
    }
  }

  /** A head as it was read, and the digest of its file. */
  record Identified(HeadFile head, Sha256 digest) {}

  /** The bytes of the file. Equal heads give equal bytes. */
  public byte[] bytes() {
    Map<String, String> metadata = new TreeMap<>();
    metadata.put(FORMAT, FORMAT_NAME);
    metadata.put(CLASSES, String.join("\n", classNames));
    return SafetensorsWriter.write(new AdapterWeights(shape.layout(), floats), metadata);
  }

  /**
   * Reads a file.
   *
   * @throws ModelRefusedException when it is missing or no head
   */
  public static HeadFile read(Path file) {
    return identify(file).head;
  }

  static Identified identify(Path file) {
    try {
      long size = Files.size(file);
      if (size > BYTES_MAX) {
        throw new ModelRefusedException(
            "expected at most " + BYTES_MAX + " bytes in " + file + ", found " + size);
      }
      byte[] bytes = Files.readAllBytes(file);
      return new Identified(of(SafetensorsReader.read(bytes)), Sha256.of(bytes));
    } catch (NoSuchFileException e) {
      throw new ModelRefusedException("expected a model file, found none at " + file, e);
    } catch (IllegalArgumentException e) {
      throw new ModelRefusedException(e.getMessage() + " in " + file, e);
    } catch (IOException e) {
      throw new ModelRefusedException("expected to read " + file + ", found " + e, e);
    }
  }

  private static HeadFile of(SafetensorsReader.Content content) {
    Map<String, Tensor> tensors = content.tensors();
    Tensor weight = tensors.get(HeadShape.WEIGHT);
    if (weight == null || weight.shape().length != 2) {
      throw new IllegalArgumentException(
          "expected a head with "
              + HeadShape.WEIGHT
              + " [classes, features], found "
              + (weight == null
                  ? "tensors " + shortened(tensors)
                  : Arrays.toString(weight.shape())));
    }
    Tensor down = tensors.get(HeadShape.DOWN);
    int rank = down == null || down.shape().length == 0 ? 0 : down.shape()[0];
    HeadShape shape = new HeadShape(weight.shape()[1], rank, weight.shape()[0]);
    Layout layout = shape.layout();
    for (String name : tensors.keySet()) {
      if (!layout.contains(name)) {
        throw new IllegalArgumentException(
            "expected tensors "
                + layout.blocks().stream().map(Block::name).toList()
                + ", found "
                + name);
      }
    }
    float[] floats = new float[layout.size()];
    for (Block block : layout.blocks()) {
      copy(block, tensors.get(block.name()), floats, layout.offset(block));
    }
    return new HeadFile(shape, floats, classNames(content.metadata(), shape.classes()));
  }

  private static String shortened(Map<String, Tensor> tensors) {
    List<String> names = tensors.keySet().stream().limit(5).toList();
    return names + (tensors.size() > names.size() ? " and more" : "");
  }

  private static void copy(Block block, @Nullable Tensor tensor, float[] floats, int at) {
    if (tensor == null || !Arrays.equals(tensor.shape(), block.shape())) {
      throw new IllegalArgumentException(
          "expected "
              + block.name()
              + " "
              + Arrays.toString(block.shape())
              + ", found "
              + (tensor == null ? "none" : Arrays.toString(tensor.shape())));
    }
    float[] values = tensor.data();
    for (int i = 0; i < values.length; i++) {
      boolean negative = block.name().equals(HeadShape.VARIANCE) && values[i] < 0;
      if (!Float.isFinite(values[i]) || negative) {
        throw new IllegalArgumentException(
            "expected finite "
                + (negative ? "variances >= 0" : "floats")
                + " in "
                + block.name()
                + ", found "
                + values[i]
                + " at "
                + i);
      }
    }
    System.arraycopy(values, 0, floats, at, values.length);
  }

  private static List<String> classNames(Map<String, String> metadata, int classes) {
    String named = metadata.get(CLASSES);
    if (named == null) {
      return IntStream.range(0, classes).mapToObj(Integer::toString).toList();
    }
    List<String> names = List.of(named.split("\n", -1));
    if (names.size() != classes) {
      throw new IllegalArgumentException(
          "expected " + classes + " lines in the metadata classes, found " + names.size());
    }
    return names;
  }
}
