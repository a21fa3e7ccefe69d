package dev.meander.streams.publish;

import dev.meander.schemas.AdapterKey;
import dev.meander.schemas.record.AliasRecord;
import dev.meander.streams.metric.Meters;
import dev.meander.streams.metric.Metric;
import dev.meander.streams.path.Outlet;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * What the publisher remembers of each lineage, and the alias records and tombstones that go with
 * it: memory and log change together.
 *
 * <p>Thread-safety: none; belongs to one processor.
 */
final class LineageLog {

  private final KeyValueStore<String, byte[]> aliases;
  private final KeyValueStore<String, byte[]> versions;
  private final Outlet aliasOutlet;
  private final Outlet adapterOutlet;
  private final Meters meters;
  private final Clock clock;
  private final int versionsKept;

  /**
   * @param aliases store of what each lineage serves
   * @param versions store of the versions of each lineage on the log
   * @param versionsKept newest versions of a lineage that stay on the log
   */
  LineageLog(
      KeyValueStore<String, byte[]> aliases,
      KeyValueStore<String, byte[]> versions,
      Outlet aliasOutlet,
      Outlet adapterOutlet,
      Meters meters,
      Clock clock,
      int versionsKept) {
    this.aliases = aliases;
    this.versions = versions;
    this.aliasOutlet = aliasOutlet;
    this.adapterOutlet = adapterOutlet;
    this.meters = meters;
    this.clock = clock;
    this.versionsKept = versionsKept;
  }

  Alias alias(String lineage) {
    return Alias.of(lineage, aliases.get(lineage));
  }

  VersionLedger ledger(String lineage) {
    return VersionLedger.of(lineage, versions.get(lineage));
  }

  /**
   * Remembers {@code now} and writes {@code record} where it is a move.
   *
   * @param record without what {@code now} says
   */
  void move(String lineage, Alias former, Alias now, AliasRecord.Builder record, long timeMillis) {
    aliases.put(lineage, now.toBytes());
    if (now.epoch() == former.epoch()) {
      return;
    }
    record
        .setLineage(lineage)
        .setEpoch(now.epoch())
        .setLive(now.live())
        .setPrevious(now.previous() == Alias.NO_VERSION ? null : now.previous())
        .setPinned(now.pinned())
        .setPaused(now.paused())
        .setEventTime(Instant.ofEpochMilli(timeMillis));
    byte[] bytes = aliasOutlet.encode(record.build());
    aliasOutlet.send(lineage, bytes, timeMillis, publishedNow());
  }

  /** Remembers that {@code entry} is on the log, and removes what is too much there. */
  void added(String lineage, VersionLedger.Entry entry, Alias alias, long timeMillis) {
    VersionLedger ledger = ledger(lineage);
    ledger.add(entry);
    for (VersionLedger.Entry old :
        ledger.surplus(versionsKept, List.of(alias.live(), alias.previous()))) {
      tombstones(lineage, old, timeMillis);
      ledger.remove(old.version());
    }
    versions.put(lineage, ledger.toBytes());
  }

  /** Removes {@code version} from the log. */
  void remove(String lineage, long version, long timeMillis) {
    VersionLedger ledger = ledger(lineage);
    VersionLedger.Entry entry = ledger.remove(version);
    if (entry != null) {
      tombstones(lineage, entry, timeMillis);
      versions.put(lineage, ledger.toBytes());
    }
  }

  /** The version's own record goes first: without it nobody asks for its chunks. */
  private void tombstones(String lineage, VersionLedger.Entry entry, long timeMillis) {
    AdapterKey key = AdapterKey.of(lineage, entry.version());
    adapterOutlet.remove(key.toString(), timeMillis);
    for (int chunk = 0; chunk < entry.chunks(); chunk++) {
      adapterOutlet.remove(key.chunk(chunk).toString(), timeMillis);
    }
    meters.count(Metric.VERSIONS, "RETIRED");
  }

  /** Header that says when a record was published. */
  Headers publishedNow() {
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
    return new RecordHeaders()
        .add(
            PublishStage.PUBLISHED_AT_MICROS,
            String.valueOf(micros).getBytes(StandardCharsets.UTF_8));
  }
}
