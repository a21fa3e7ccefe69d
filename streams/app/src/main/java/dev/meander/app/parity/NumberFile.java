package dev.meander.app.parity;

import dev.meander.core.tensor.Tensor;
import dev.meander.core.wire.SafetensorsReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tensors of a safetensors file of traces; F64 and I64 are rounded to float. */
final class NumberFile {

  private static final long BYTES_MAX = 1L << 30;

  private final Path file;
  private final Map<String, Tensor> tensors;

  private NumberFile(Path file, Map<String, Tensor> tensors) {
    this.file = file;
    this.tensors = tensors;
  }

  /**
   * Reads all tensors.
   *
   * @throws TraceRefusedException when the file is not of this format
   */
  static NumberFile read(Path file) {
    try {
      if (Files.size(file) > BYTES_MAX) {
        throw new TraceRefusedException(
            "expected at most " + BYTES_MAX + " bytes in " + file + ", found " + Files.size(file));
      }
      return new NumberFile(
          file, SafetensorsReader.readNumbers(Files.readAllBytes(file)).tensors());
    } catch (IllegalArgumentException e) {
      throw new TraceRefusedException(e.getMessage() + " in " + file, e);
    } catch (IOException e) {
      throw new TraceRefusedException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** The tensor, or null. */
  @Nullable Tensor find(String name) {
    return tensors.get(name);
  }

  /**
   * The tensor.
   *
   * @throws TraceRefusedException when there is none
   */
  Tensor get(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new TraceRefusedException("expected a tensor " + name + " in " + file + ", found none");
    }
    return tensor;
  }
}
