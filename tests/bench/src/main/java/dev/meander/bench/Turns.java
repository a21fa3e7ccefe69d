package dev.meander.bench;

import dev.meander.core.model.ModelProvider;
import dev.meander.core.model.ModelSource;
import java.nio.file.Path;
import java.util.List;

/**
 * A workload of lineages that take turns: each gets one sample after the other, so that with more
 * of them than fit in memory every sample meets a learner that has gone to the store.
 *
 * @param source the model
 * @param provider opens it
 * @param inputs what samples hold, over and over
 * @param lineages how many
 * @param batch samples of one step
 * @param rounds steps of each lineage
 * @param liveMax learners in memory
 * @param folder of the application's stores
 */
record Turns(
    ModelSource source,
    ModelProvider provider,
    List<float[]> inputs,
    int lineages,
    int batch,
    int rounds,
    int liveMax,
    Path folder) {

  int samples() {
    return lineages * batch * rounds;
  }

  int versions() {
    return lineages * rounds;
  }

  String lineage(int number) {
    return source.name() + ":scope-" + number;
  }
}
