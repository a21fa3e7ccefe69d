package dev.meander.replay.scenario;

import dev.meander.core.weights.Sha256;
import dev.meander.replay.corruption.Corruption;
import dev.meander.replay.corruption.Corruptor;
import dev.meander.replay.data.DataSet;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A clean data set and every corruption of it, made on demand. Like the published archive it is one
 * fixed set: which noise an image gets depends on the image's index, never on the order of a run.
 *
 * <p>Corrupted images are kept, a byte a value, until they fill {@code cacheBytes}; later ones are
 * made anew each time. That changes time, not results.
 */
public final class GeneratedDomains implements Domains {

  private static final long CORRUPTION_SEED = 1;

  private final DataSet clean;
  private final @Nullable DataSet source;
  private final Corruptor corruptor;
  private final AtomicLong cacheLeft;
  private final Map<String, DataSet> corrupted = new ConcurrentHashMap<>();

  /**
   * @param clean images of 0 to 1
   * @param source images of the training data, if there are any
   * @param corruptor makes the others
   * @param cacheBytes memory for corrupted images
   */
  public GeneratedDomains(
      DataSet clean, @Nullable DataSet source, Corruptor corruptor, long cacheBytes) {
    this.clean = clean;
    this.source = source;
    this.corruptor = corruptor;
    this.cacheLeft = new AtomicLong(cacheBytes);
  }

  @Override
  public String name() {
    return clean.name();
  }

  @Override
  public Sha256 digest() {
    String text =
        "corrupted %d %s %s %s"
            .formatted(
                CORRUPTION_SEED,
                corruptor.digest().hex(),
                clean.digest().hex(),
                source == null ? "" : source.digest().hex());
    return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public List<String> corruptions() {
    return Corruption.STANDARD.stream().map(Corruption::label).toList();
  }

  @Override
  public DataSet corrupted(String corruption, int severity) {
    return corrupted.computeIfAbsent(
        corruption + "/" + severity,
        key ->
            new CorruptedDataSet(
                clean,
                new CorruptedDataSet.Cause(
                    corruptor, Corruption.of(corruption), severity, CORRUPTION_SEED),
                cacheLeft));
  }

  @Override
  public DataSet original() {
    return clean;
  }

  @Override
  public @Nullable DataSet source() {
    return source;
  }
}
