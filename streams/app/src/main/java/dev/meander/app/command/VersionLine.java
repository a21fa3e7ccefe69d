package dev.meander.app.command;

import dev.meander.app.versions.StoredVersion;
import dev.meander.app.versions.VersionLog;
import dev.meander.app.versions.VersionRefusedException;
import dev.meander.core.learner.Pause;
import dev.meander.core.wire.AdapterReader;
import dev.meander.schemas.record.AdapterRecord;
import dev.meander.schemas.record.AliasRecord;
import dev.meander.schemas.record.Provenance;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One version for people and programs.
 *
 * @param aliases what names it: live, previous, canary, pinned
 * @param bytes of the encoded payload
 * @param relativeError how far what nodes serve is from what the learner holds, as a share of the
 *     learner's distance from the base model
 * @param pauses samples since its learner was at the base model that it does not depend on
 * @param samples offsets on the samples topic since its parent, first and last
 */
record VersionLine(
    long version,
    List<String> aliases,
    long parent,
    String frame,
    String codec,
    long bytes,
    int chunks,
    double relativeError,
    String content,
    String state,
    String base,
    String layout,
    String method,
    String config,
    long seed,
    long step,
    long samplesSeen,
    int samplesPartition,
    List<Long> samples,
    List<Pause> pauses,
    String engine,
    int engineThreads,
    String jvm,
    String platform,
    Map<String, Double> metrics,
    String createdAt) {

  /**
   * What {@code stored} says of itself.
   *
   * @throws VersionRefusedException when it is malformed
   */
  static VersionLine of(StoredVersion stored, @Nullable AliasRecord alias) {
    try {
      return read(stored, alias);
    } catch (IllegalArgumentException e) {
      throw new VersionRefusedException(
          "version " + stored.number() + " is malformed: " + e.getMessage());
    }
  }

  private static VersionLine read(StoredVersion stored, @Nullable AliasRecord alias) {
    AdapterRecord record = stored.record();
    Provenance from = record.getProvenance();
    return new VersionLine(
        record.getVersion(),
        aliases(record.getVersion(), alias),
        record.getParent(),
        record.getFrame(),
        record.getCodec(),
        stored.bytes(),
        record.getChunkCount(),
        record.getRelativeError(),
        VersionLog.sha256(record.getContentSha256()).hex(),
        VersionLog.sha256(record.getStateSha256()).hex(),
        VersionLog.sha256(record.getBaseSha256()).hex(),
        VersionLog.sha256(record.getLayoutSha256()).hex(),
        from.getMethod(),
        VersionLog.sha256(from.getConfigSha256()).hex(),
        from.getSeed(),
        from.getStep(),
        from.getSamples(),
        from.getSamplesPartition(),
        List.of(from.getFirstOffset(), from.getLastOffset()),
        AdapterReader.pauses(from),
        from.getEngine(),
        from.getEngineThreads(),
        from.getJvm(),
        from.getPlatform(),
        new TreeMap<>(record.getMetrics()),
        record.getCreatedAt().toString());
  }

  private static List<String> aliases(long version, @Nullable AliasRecord alias) {
    List<String> names = new ArrayList<>();
    if (alias == null) {
      return names;
    }
    if (alias.getLive() == version) {
      names.add("live");
      if (alias.getPinned()) {
        names.add("pinned");
      }
    }
    if (alias.getPrevious() != null && alias.getPrevious() == version) {
      names.add("previous");
    }
    if (alias.getCanary() != null && alias.getCanary() == version) {
      names.add("canary");
    }
    return names;
  }

  /** The first twelve digits of the content's digest, as messages show it. */
  String shortContent() {
    return content.substring(0, 12);
  }
}
