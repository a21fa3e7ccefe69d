package dev.meander.djl.script;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Element types of stored tensors and the storage names that archives give them. */
public enum ScalarType {
  FLOAT32("FloatStorage", 4),
  FLOAT64("DoubleStorage", 8),
  FLOAT16("HalfStorage", 2),
  BFLOAT16("BFloat16Storage", 2),
  INT64("LongStorage", 8),
  INT32("IntStorage", 4),
  INT16("ShortStorage", 2),
  INT8("CharStorage", 1),
  UINT8("ByteStorage", 1),
  BOOL("BoolStorage", 1);

  private final String storageName;
  private final int bytes;

  ScalarType(String storageName, int bytes) {
    this.storageName = storageName;
    this.bytes = bytes;
  }

  /** Class name in an archive, such as {@code FloatStorage}. */
  public String storageName() {
    return storageName;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** True for types that could hold weights. */
  public boolean isFloating() {
    return this == FLOAT32 || this == FLOAT64 || this == FLOAT16 || this == BFLOAT16;
  }

  /** The type of a storage class; empty for one that is not known. */
  public static Optional<ScalarType> ofStorage(String storageName) {
    return Arrays.stream(values()).filter(t -> t.storageName.equals(storageName)).findFirst();
  }

  /** PyTorch's name, such as {@code float32}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
