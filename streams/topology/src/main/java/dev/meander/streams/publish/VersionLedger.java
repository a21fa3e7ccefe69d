package dev.meander.streams.publish;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The versions of one lineage whose records are on the log, with what is needed to remove them.
 *
 * <p>Thread-safety: none.
 */
final class VersionLedger {

  private static final int FORMAT = 1;
  private static final int HEADER_BYTES = 2 * Integer.BYTES;
  private static final int ENTRY_BYTES = 2 * Long.BYTES + Integer.BYTES;

  private final TreeMap<Long, Entry> entries = new TreeMap<>();

  /**
   * One version on the log.
   *
   * @param version its number
   * @param base version it is written as a change against; 0 for one that is written whole
   * @param chunks records of its payload, beside its own
   */
  record Entry(long version, long base, int chunks) {}

  void add(Entry entry) {
    entries.put(entry.version(), entry);
  }

  /** Forgets a version that was removed from the log; null when it was not there. */
  @Nullable Entry remove(long version) {
    return entries.remove(version);
  }

  boolean contains(long version) {
    return entries.containsKey(version);
  }

  /** A version that is written as a change against {@code version}, or {@link Alias#NO_VERSION}. */
  long dependentOn(long version) {
    return entries.values().stream()
        .filter(entry -> entry.base() == version)
        .mapToLong(Entry::version)
        .findFirst()
        .orElse(Alias.NO_VERSION);
  }

  /**
   * Versions that are to go: all but the newest {@code kept}, those that {@code named} holds, and
   * those that one of these is written as a change against, however far back.
   *
   * @return oldest first
   */
  List<Entry> surplus(int kept, Collection<Long> named) {
    Set<Long> needed = new HashSet<>();
    entries.descendingKeySet().stream().limit(kept).forEach(version -> need(version, needed));
    named.forEach(version -> need(version, needed));
    return entries.values().stream().filter(entry -> !needed.contains(entry.version())).toList();
  }

  private void need(long version, Set<Long> needed) {
    Entry entry = entries.get(version);
    while (entry != null && needed.add(entry.version())) {
      entry = entries.get(entry.base());
    }
  }

  int size() {
    return entries.size();
  }

  byte[] toBytes() {
    ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + entries.size() * ENTRY_BYTES);
    bytes.putInt(FORMAT).putInt(entries.size());
    for (Entry entry : entries.values()) {
      bytes.putLong(entry.version()).putLong(entry.base()).putInt(entry.chunks());
    }
    return bytes.array();
  }

  /**
   * @param stored what {@link #toBytes} gave; null for a lineage without versions
   * @throws IllegalStateException when the bytes are damaged
   */
  static VersionLedger of(String lineage, byte @Nullable [] stored) {
    VersionLedger ledger = new VersionLedger();
    if (stored == null) {
      return ledger;
    }
    ByteBuffer bytes = ByteBuffer.wrap(stored);
    if (stored.length < HEADER_BYTES
        || bytes.getInt() != FORMAT
        || (stored.length - HEADER_BYTES) != (long) ENTRY_BYTES * bytes.getInt()) {
      throw new IllegalStateException(
          "expected the versions of "
              + lineage
              + " in format "
              + FORMAT
              + ", found "
              + stored.length
              + " bytes of something else");
    }
    List<Entry> read = new ArrayList<>();
    while (bytes.hasRemaining()) {
      read.add(new Entry(bytes.getLong(), bytes.getLong(), bytes.getInt()));
    }
    read.forEach(ledger::add);
    return ledger;
  }
}
