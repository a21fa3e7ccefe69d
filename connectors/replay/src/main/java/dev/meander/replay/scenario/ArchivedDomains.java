package dev.meander.replay.scenario;

import dev.meander.core.weights.Sha256;
import dev.meander.replay.corruption.Corruption;
import dev.meander.replay.data.CorruptionArchive;
import dev.meander.replay.data.DataSet;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A published set of corrupted images, in the order of its files. */
final class ArchivedDomains implements Domains {

  private final CorruptionArchive archive;
  private final @Nullable DataSet clean;
  private final @Nullable DataSet source;
  private final Sha256 digest;

  /**
   * @param clean the images without a corruption, where they lie beside the archive
   * @param source training images that lie beside it; null for none
   */
  ArchivedDomains(CorruptionArchive archive, @Nullable DataSet clean, @Nullable DataSet source) {
    this.archive = archive;
    this.clean = clean;
    this.source = source;
    String text =
        archive.digest().hex()
            + (clean == null ? "" : " " + clean.digest().hex())
            + (source == null ? "" : " trained on " + source.digest().hex());
    this.digest = Sha256.of(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String name() {
    return archive.name();
  }

  @Override
  public Sha256 digest() {
    return digest;
  }

  /** Those of the standard fifteen that are there, in the standard order. */
  @Override
  public List<String> corruptions() {
    List<String> there = archive.corruptions();
    return Corruption.STANDARD.stream().map(Corruption::label).filter(there::contains).toList();
  }

  @Override
  public DataSet corrupted(String corruption, int severity) {
    return archive.images(corruption, severity);
  }

  @Override
  public DataSet original() {
    if (clean == null) {
      throw new IllegalArgumentException(
          "expected clean images in test_batch.bin or test.bin beside the corrupted ones, found"
              + " none");
    }
    return clean;
  }

  @Override
  public @Nullable DataSet source() {
    return source;
  }

  @Override
  public List<String> notes() {
    return archive.notes();
  }

  @Override
  public List<String> classNames() {
    return archive.classNames();
  }

  @Override
  public int[] inputShape() {
    return archive.images(archive.corruptions().get(0), CorruptionArchive.SEVERITIES).inputShape();
  }
}
