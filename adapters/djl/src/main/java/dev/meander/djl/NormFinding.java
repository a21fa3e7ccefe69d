package dev.meander.djl;

import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtNDManager;
import dev.meander.core.model.NormMode;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Role;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What belongs to the steered batch norms of a loaded model, whatever its tensors are called: found
 * by one pass in which every norm that is reached marks its statistics, gain and shift. All tensors
 * are put back afterwards.
 *
 * @param roles roles of the marked tensors by {@link StoredTensor#place}
 * @param steered names of the attributes that count the calls of norms that can be steered
 * @param unsteered norms that stay as they are, with the reason; sorted
 */
record NormFinding(Map<String, Role> roles, Set<String> steered, List<String> unsteered) {

  /** Code of the pass that marks; see {@link SteeredNorms}. */
  private static final int MARK = 8_000_000;

  private static final int OWN_BATCH = 1_000_000; // added to the calls of such a norm
  private static final int CALLS_MAX = 100_000;

  private static final Map<Role, Integer> BASES =
      Map.of(
          Role.RUNNING_MEAN, 1 << 20,
          Role.RUNNING_VARIANCE, 1 << 21,
          Role.GAIN, 1 << 22,
          Role.SHIFT, 1 << 23);

  /** Looks with the inputs {@code x}, two rows or more. */
  static NormFinding of(ModelFile file, TorchModule module, Tensor x) {
    SteeredNorms norms = file.patch().norms();
    Set<String> unsteered = new TreeSet<>(norms.unsteered());
    Map<ModelArchive.Entry, float[]> before = vectors(file, module);
    Map<String, Role> roles = new HashMap<>();
    Map<String, Long> calls;
    try {
      module.normalise(MARK);
      run(module, x);
      before.forEach((entry, floats) -> mark(module, entry, floats, roles));
      calls = module.calls();
    } catch (EngineException e) {
      norms.names().values().forEach(name -> unsteered.add(name + " (no pass finds it)"));
      return new NormFinding(Map.of(), Set.of(), List.copyOf(unsteered));
    } finally {
      before.forEach((entry, floats) -> module.write(entry.name(), floats));
      module.normalise(NormMode.SOURCE.code());
    }
    return sorted(norms, calls, roles, unsteered);
  }

  private static NormFinding sorted(
      SteeredNorms norms, Map<String, Long> calls, Map<String, Role> roles, Set<String> unsteered) {
    Set<String> steered = new HashSet<>();
    norms
        .names()
        .forEach(
            (attribute, name) -> {
              long called = calls.getOrDefault(attribute, 0L);
              if (called % OWN_BATCH > 0) {
                steered.add(attribute);
              }
              if (called >= OWN_BATCH) {
                unsteered.add(name + " (" + SteeredNorms.OWN_BATCH + ")");
              }
            });
    long means = roles.values().stream().filter(role -> role == Role.RUNNING_MEAN).count();
    long variances = roles.values().stream().filter(role -> role == Role.RUNNING_VARIANCE).count();
    if (means != steered.size() || variances != steered.size()) {
      steered.forEach(
          attribute ->
              unsteered.add(
                  norms.names().get(attribute) + " (running statistics that are not its own)"));
      return new NormFinding(Map.of(), Set.of(), List.copyOf(unsteered));
    }
    return new NormFinding(Map.copyOf(roles), Set.copyOf(steered), List.copyOf(unsteered));
  }

  /** Copies of everything that a norm can hold. */
  private static Map<ModelArchive.Entry, float[]> vectors(ModelFile file, TorchModule module) {
    Map<ModelArchive.Entry, float[]> vectors = new HashMap<>();
    for (ModelArchive.Entry entry : file.archive().entries()) {
      float @Nullable [] floats =
          entry.tensor().shape().length == 1 ? module.floats(entry.name()) : null;
      if (floats != null && floats.length > 0) {
        vectors.put(entry, floats);
      }
    }
    return vectors;
  }

  private static void mark(
      TorchModule module, ModelArchive.Entry entry, float[] before, Map<String, Role> roles) {
    float[] after = module.floats(entry.name());
    if (after == null || before[0] == after[0]) {
      return;
    }
    for (float value : after) {
      if (value != after[0]) {
        return;
      }
    }
    BASES.forEach(
        (role, base) -> {
          if (after[0] > base && after[0] < base + CALLS_MAX) {
            roles.put(entry.tensor().place(), role);
          }
        });
  }

  private static void run(TorchModule module, Tensor x) {
    try (EngineGate.Passage inside = EngineGate.process().enter();
        GradientMode mode = GradientMode.set(false);
        PtNDManager scope = module.newScope()) {
      module.run(ArchivePatch.ANSWER, scope, x, true);
    }
  }
}
