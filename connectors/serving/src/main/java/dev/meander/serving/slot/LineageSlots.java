package dev.meander.serving.slot;

import dev.meander.core.model.AdapterSlot;
import dev.meander.core.model.ModelProvider;
import dev.meander.core.model.ModelSource;
import dev.meander.core.model.ModelSpec;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.AdapterVersion;
import dev.meander.core.weights.AdapterWeights;
import dev.meander.core.weights.LineageId;
import dev.meander.serving.subscribe.AdapterTarget;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The slots of a node. The lineage {@code global} has one from the start, so that its first version
 * is live as fast as any other; another lineage gets one with its first version. Until then, and
 * for every scope nobody adapted, one slot that is never swapped answers as the base model; it is
 * opened when the first such request comes.
 *
 * <p>Thread-safety: any number of predicting threads, one swapping thread. Lifetime: close it after
 * the last prediction returned.
 */
public final class LineageSlots implements Predictor, AdapterTarget, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LineageSlots.class);

  private final ModelProvider provider;
  private final ModelSource source;
  private final ModelSpec spec;
  private final Map<LineageId, AdapterSlot> slots = new ConcurrentHashMap<>();
  private final Object baseLock = new Object();
  private volatile @Nullable AdapterSlot base;

  /**
   * Opens the model.
   *
   * @throws dev.meander.core.model.ModelRefusedException when it cannot be used
   */
  public LineageSlots(ModelProvider provider, ModelSource source) {
    this.provider = provider;
    this.source = source;
    LineageId global = new LineageId(source.name(), LineageId.GLOBAL);
    AdapterSlot slot = provider.openSlot(source, global);
    this.spec = slot.spec();
    slots.put(global, slot);
  }

  public ModelSpec spec() {
    return spec;
  }

  @Override
  public AdapterSlot.Answer predict(LineageId lineage, Tensor x) {
    AdapterSlot slot = slots.get(lineage);
    AdapterSlot.Answer answer = (slot == null ? base() : slot).predict(x);
    return answer.version().number() == 0
        ? new AdapterSlot.Answer(answer.logits(), baseOf(lineage))
        : answer;
  }

  private AdapterSlot base() {
    AdapterSlot open = base;
    if (open != null) {
      return open;
    }
    synchronized (baseLock) {
      open = base;
      if (open == null) {
        open = provider.openSlot(source, new LineageId(source.name(), LineageId.GLOBAL));
        base = open;
      }
      return open;
    }
  }

  /** The version of {@code lineage} that answers now. */
  public AdapterVersion active(LineageId lineage) {
    AdapterSlot slot = slots.get(lineage);
    return slot == null || slot.active().number() == 0 ? baseOf(lineage) : slot.active();
  }

  private AdapterVersion baseOf(LineageId lineage) {
    return new AdapterVersion(lineage, 0, spec.baseSha256());
  }

  @Override
  public void swap(AdapterVersion version, AdapterWeights weights) {
    AdapterSlot slot = slots.get(version.lineage());
    if (slot != null) {
      slot.swap(version, weights);
      return;
    }
    AdapterSlot fresh = provider.openSlot(source, version.lineage());
    try {
      fresh.swap(version, weights);
    } catch (RuntimeException e) {
      fresh.close();
      throw e;
    }
    slots.put(version.lineage(), fresh);
  }

  @Override
  public void close() {
    slots.values().forEach(LineageSlots::closeQuietly);
    slots.clear();
    synchronized (baseLock) {
      AdapterSlot open = base;
      if (open != null) {
        closeQuietly(open);
        base = null;
      }
    }
  }

  private static void closeQuietly(AdapterSlot slot) {
    try {
      slot.close();
    } catch (RuntimeException e) {
      LOG.warn("a slot did not close", e);
    }
  }
}
