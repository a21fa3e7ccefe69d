package dev.meander.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Block;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One copy of a patched model in native memory, with a direct view of every float tensor.
 * Everything else in this package reaches the engine through it.
 *
 * <p>Thread-safety: {@link #run} may be called by several threads while nobody writes.
 */
final class TorchModule implements AutoCloseable {

  private static final String CALL = "module_method:";

  private final PtNDManager manager;
  private final PtSymbolBlock module;
  private final Map<String, PtNDArray> tensors = new HashMap<>();
  private final Map<String, FloatBuffer> views = new HashMap<>();
  private final Map<String, LongBuffer> codes = new HashMap<>(); // by the name of the calls
  private final Map<String, LongBuffer> calls = new HashMap<>();
  private MemoryOrder order = MemoryOrder.AS_SHAPED;
  private int normCode = -1;
  private boolean closed;

  /**
   * Loads a patched archive; nothing requires gradients at first.
   *
   * @param patched file that may be deleted afterwards
   */
  TorchModule(Path patched) {
    try (EngineGate.Passage inside = EngineGate.process().enter()) {
      manager = (PtNDManager) NDManager.newBaseManager();
      try {
        // trainable from the start: inference tensors could never be written or differentiated
        module = JniUtils.loadModule(manager, patched, true, new String[0], new String[0], true);
        JniUtils.enableInferenceMode(module);
        for (NDArray array : JniUtils.moduleGetParams(module, manager)) {
          PtNDArray tensor = (PtNDArray) array;
          tensors.put(tensor.getName(), tensor);
          view(tensor);
        }
      } catch (RuntimeException e) {
        manager.close();
        throw e;
      }
    }
  }

  private void view(PtNDArray tensor) {
    if (tensor.getDataType() == DataType.FLOAT32) {
      tensor.setRequiresGradient(false);
      views.put(tensor.getName(), bytes(tensor).asFloatBuffer());
    } else if (tensor.getName().contains(SteeredNorms.CODE)) {
      String name = tensor.getName().replace(SteeredNorms.CODE, SteeredNorms.CALLS);
      codes.put(name, bytes(tensor).asLongBuffer());
    } else if (tensor.getName().contains(SteeredNorms.CALLS)) {
      calls.put(tensor.getName(), bytes(tensor).asLongBuffer());
    }
  }

  private static ByteBuffer bytes(PtNDArray tensor) {
    ByteBuffer direct = JniUtils.getByteBuffer(tensor, true);
    if (!direct.isDirect()) {
      throw new IllegalStateException(
          "expected direct access to " + tensor.getName() + ", found a copy");
    }
    return direct.order(ByteOrder.nativeOrder());
  }

  boolean has(Block block) {
    FloatBuffer view = views.get(block.name());
    return view != null && view.capacity() == block.size();
  }

  private FloatBuffer view(Block block) {
    FloatBuffer view = views.get(block.name());
    if (closed || view == null) {
      throw new IllegalStateException("expected an open module with " + block + ", found none");
    }
    return view;
  }

  void read(Block block, float[] into) {
    view(block).get(0, into);
  }

  void write(Block block, float[] from, int offset) {
    view(block).put(0, from, offset, block.size());
  }

  /** A copy of a float tensor; null when the engine has none of the name. */
  float @Nullable [] floats(String name) {
    FloatBuffer view = views.get(name);
    if (view == null) {
      return null;
    }
    float[] floats = new float[view.capacity()];
    view.get(0, floats);
    return floats;
  }

  /** Replaces a float tensor that {@link #floats} gave. */
  void write(String name, float[] floats) {
    FloatBuffer view = views.get(name);
    if (view != null) {
      view.put(0, floats);
    }
  }

  /**
   * Sets what every batch norm normalises with in the next pass, whose calls are counted anew.
   *
   * @param code see {@link SteeredNorms}
   */
  void normalise(int code) {
    if (code != normCode) {
      codes.values().forEach(each -> each.put(0, code));
      normCode = code;
    }
    if (code != SteeredNorms.SOURCE) {
      calls.values().forEach(each -> each.put(0, 0));
    }
  }

  /** How often each steered norm was called in the last pass, by the name of its attribute. */
  Map<String, Long> calls() {
    Map<String, Long> counts = new HashMap<>();
    calls.forEach((name, count) -> counts.put(name, count.get(0)));
    return counts;
  }

  /** Leaves all norms but these at their running statistics for good. */
  void steerOnly(Set<String> norms) {
    normalise(SteeredNorms.SOURCE);
    codes.keySet().retainAll(norms);
  }

  /** Sets how inputs lie in memory from now on. */
  void takeInputs(MemoryOrder wanted) {
    order = wanted;
  }

  void requireGradient(Block block, boolean required) {
    tensor(block).setRequiresGradient(required);
  }

  /** Copies the accumulated gradient and clears it; zeros when nothing was accumulated. */
  void takeGradient(Block block, float[] into) {
    PtNDArray tensor = tensor(block);
    @Nullable PtNDArray gradient = JniUtils.getGradient(tensor);
    if (gradient == null) {
      Arrays.fill(into, 0);
      return;
    }
    try (gradient) {
      bytes(gradient).asFloatBuffer().get(into);
    }
    JniUtils.zeroGrad(tensor);
  }

  private PtNDArray tensor(Block block) {
    PtNDArray tensor = tensors.get(block.name());
    if (tensor == null) {
      throw new IllegalStateException("expected a tensor of the module, found " + block);
    }
    return tensor;
  }

  /** Native memory of one pass; everything made in it is freed with it. */
  PtNDManager newScope() {
    return (PtNDManager) manager.newSubManager();
  }

  /**
   * Calls a method of the model with one tensor.
   *
   * @param recording whether the engine may record what gradients need
   * @return its results, in {@code scope}
   */
  NDList run(String method, PtNDManager scope, Tensor x, boolean recording) {
    NDArray input = order.create(scope, x);
    NDArray call = scope.create(0f);
    call.setName(CALL + method);
    return IValueUtils.forward(module, new NDList(input, call), recording);
  }

  /** Copies a result out of native memory. */
  static Tensor tensor(NDArray array) {
    int[] shape = Arrays.stream(array.getShape().getShape()).mapToInt(Math::toIntExact).toArray();
    return new Tensor(array.toFloatArray(), shape);
  }

  /** Arrays that the module's own scope holds, those of passes excluded. */
  int arraysHeld() {
    return manager.getManagedArrays().size();
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      try (EngineGate.Passage inside = EngineGate.process().enter()) {
        module.close();
        manager.close();
      }
    }
  }
}
