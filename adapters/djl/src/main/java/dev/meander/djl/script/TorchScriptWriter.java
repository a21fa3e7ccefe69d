package dev.meander.djl.script;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes a TorchScript archive: class text, attributes as pickle protocol 2, tensors. The file
 * loads in PyTorch 1.13 and newer, with or without Python.
 *
 * <p>Equal arguments give equal bytes.
 */
public final class TorchScriptWriter {

  private static final String FOLDER = "model/";
  private static final byte[] NO_CONSTANTS = {(byte) 0x80, 2, ')', '.'};

  private final ByteArrayOutputStream pickle = new ByteArrayOutputStream();
  private final List<byte[]> storages = new ArrayList<>();

  private TorchScriptWriter() {}

  /**
   * Creates or replaces {@code out}.
   *
   * @param root the model
   * @param classes TorchScript text of the namespace {@code __torch__}: every class that {@code
   *     root} uses
   * @return {@code out}
   */
  public static Path write(Path out, ScriptModule root, String classes) throws IOException {
    TorchScriptWriter writer = new TorchScriptWriter();
    writer.opcodes(0x80, 2);
    writer.module(root);
    writer.opcodes('.');
    try (StoredZip zip = new StoredZip(out)) {
      zip.add(FOLDER + "data.pkl", writer.pickle.toByteArray());
      zip.add(FOLDER + "code/__torch__.py", classes.getBytes(StandardCharsets.UTF_8));
      for (int i = 0; i < writer.storages.size(); i++) {
        zip.add(FOLDER + "data/" + i, writer.storages.get(i));
      }
      zip.add(FOLDER + "constants.pkl", NO_CONSTANTS);
      zip.add(FOLDER + "version", "3\n".getBytes(StandardCharsets.US_ASCII));
    }
    return out;
  }

  private void opcodes(int... bytes) {
    for (int b : bytes) {
      pickle.write(b);
    }
  }

  private void int32(int value) {
    opcodes(value, value >> 8, value >> 16, value >> 24);
  }

  private void number(long value) {
    opcodes('J');
    int32(Math.toIntExact(value));
  }

  private void text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    opcodes('X');
    int32(bytes.length);
    pickle.writeBytes(bytes);
  }

  private void global(String module, String name) {
    pickle.writeBytes(("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
  }

  private void flag(boolean value) {
    opcodes(value ? 0x88 : 0x89);
  }

  private void tuple(int[] values) {
    opcodes('(');
    for (int value : values) {
      number(value);
    }
    opcodes('t');
  }

  private void module(ScriptModule module) {
    global("__torch__", module.className());
    opcodes(')', 0x81, '}', '(');
    module
        .attributes()
        .forEach(
            (name, value) -> {
              text(name);
              value(value);
            });
    opcodes('u', 'b');
  }

  private void value(Object value) {
    if (value instanceof Boolean b) {
      flag(b);
    } else if (value instanceof Long number) {
      number(number);
    } else if (value instanceof Optional<?>) {
      opcodes('N');
    } else if (value instanceof ScriptModule module) {
      module(module);
    } else if (value instanceof ScriptTensor tensor) {
      tensor(tensor);
    } else {
      throw new IllegalStateException("a module holds flags, numbers, modules and tensors only");
    }
  }

  private void tensor(ScriptTensor tensor) {
    String key = String.valueOf(storages.size());
    storages.add(tensor.bytes());
    global("torch._utils", "_rebuild_tensor_v2");
    opcodes('(', '(');
    text("storage");
    global("torch", tensor.type().storageName());
    text(key);
    text("cpu");
    number(tensor.size());
    opcodes('t', 'Q');
    number(0); // first element in the storage
    tuple(tensor.shape());
    tuple(rowMajorStrides(tensor.shape()));
    flag(tensor.trainable());
    global("collections", "OrderedDict");
    opcodes(')', 'R', 't', 'R');
  }

  private static int[] rowMajorStrides(int[] shape) {
    int[] strides = new int[shape.length];
    int stride = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= shape[i];
    }
    return strides;
  }
}
