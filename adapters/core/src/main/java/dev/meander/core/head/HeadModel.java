package dev.meander.core.head;

import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.ModelSpec;
import dev.meander.core.model.NormMode;
import dev.meander.core.model.Tape;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Role;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A head behind the model port. Weights are read on the way back as they are then: write no block
 * while a pass that still has to go back is open.
 *
 * <p>Thread-safety: none. One instance belongs to one thread at a time.
 */
final class HeadModel implements AdaptableModel {

  private final ModelSpec spec;
  private final HeadNetwork network;
  private final float[] base;
  private final float[] weights;
  private final Deque<HeadBuffers> idle = new ArrayDeque<>();
  private Set<Block> trainedBlocks = Set.of();
  private HeadNetwork.Trained trained = HeadNetwork.Trained.NOTHING;
  private boolean closed;

  /**
   * @param base every block in the order of the network's layout, owned from now on
   */
  HeadModel(ModelSpec spec, HeadNetwork network, float[] base) {
    this.spec = spec;
    this.network = network;
    this.base = base;
    this.weights = base.clone();
  }

  @Override
  public ModelSpec spec() {
    return spec;
  }

  HeadNetwork network() {
    return network;
  }

  /** Every block as it is now; live. */
  float[] weights() {
    return weights;
  }

  @Override
  public Tape forward(Tensor x, NormMode norm, boolean gradients) {
    if (closed) {
      throw new IllegalStateException("expected an open model, found " + spec.name() + " closed");
    }
    spec.checkBatch(x);
    int rows = x.rows();
    HeadBuffers found = idle.poll();
    HeadBuffers buffers = found == null ? new HeadBuffers(network) : found;
    buffers.fit(rows, gradients);
    Tensor features = new Tensor(new float[rows * network.features], rows, network.features);
    Tensor logits = new Tensor(new float[rows * network.classes], rows, network.classes);
    network.forward(weights, x.data(), rows, norm, buffers, features.data(), logits.data());
    boolean goesBack = gradients && !trainedBlocks.isEmpty();
    return new HeadTape(
        this,
        buffers,
        features,
        logits,
        norm,
        goesBack ? trainedBlocks : Set.of(),
        goesBack ? trained : HeadNetwork.Trained.NOTHING);
  }

  /** Takes the buffers of a closed pass back. */
  void giveBack(HeadBuffers buffers) {
    idle.push(buffers);
  }

  @Override
  public void read(Block block, float[] into) {
    network.check(block, into.length);
    System.arraycopy(weights, network.layout.offset(block), into, 0, into.length);
  }

  @Override
  public void readBase(Block block, float[] into) {
    network.check(block, into.length);
    System.arraycopy(base, network.layout.offset(block), into, 0, into.length);
  }

  @Override
  public void write(Block block, float[] from) {
    network.check(block, from.length);
    System.arraycopy(from, 0, weights, network.layout.offset(block), from.length);
  }

  @Override
  public void train(Iterable<Block> blocks) {
    Set<Block> wanted = new HashSet<>();
    for (Block block : blocks) {
      network.check(block, block.size());
      if (block.role().isStatistic()) {
        throw new IllegalArgumentException("expected a trainable block, found " + block);
      }
      wanted.add(block);
    }
    trainedBlocks = Set.copyOf(wanted);
    trained =
        HeadNetwork.Trained.of(
            any(block -> block.role().isNormAffine()),
            any(block -> block.role() == Role.WEIGHT),
            any(block -> block.role() == Role.HEAD_WEIGHT || block.role() == Role.HEAD_BIAS));
  }

  private boolean any(Predicate<Block> kind) {
    return trainedBlocks.stream().anyMatch(kind);
  }

  @Override
  public void close() {
    closed = true;
    idle.clear();
  }
}
