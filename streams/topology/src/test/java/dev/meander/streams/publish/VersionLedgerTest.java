package dev.meander.streams.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class VersionLedgerTest {

  private static VersionLedger whole(long... versions) {
    VersionLedger ledger = new VersionLedger();
    for (long version : versions) {
      ledger.add(new VersionLedger.Entry(version, 0, 0));
    }
    return ledger;
  }

  private static List<Long> surplus(VersionLedger ledger, int kept, Long... named) {
    return ledger.surplus(kept, List.of(named)).stream().map(VersionLedger.Entry::version).toList();
  }

  @Test
  void shouldGiveUpAllButTheNewestAndTheNamed() {
    VersionLedger ledger = whole(1, 2, 3, 5, 8, 9);
    assertThat(surplus(ledger, 2)).containsExactly(1L, 2L, 3L, 5L);
    assertThat(surplus(ledger, 2, 2L, -1L, 0L)).containsExactly(1L, 3L, 5L);
    assertThat(surplus(ledger, 6)).isEmpty();
  }

  @Test
  void shouldKeepEveryVersionThatAKeptOneIsAChangeAgainst() {
    VersionLedger ledger = whole(1, 2);
    ledger.add(new VersionLedger.Entry(3, 2, 0));
    ledger.add(new VersionLedger.Entry(4, 3, 0));
    ledger.add(new VersionLedger.Entry(5, 0, 0));
    assertThat(surplus(ledger, 1, 4L)).containsExactly(1L);
    assertThat(surplus(ledger, 1)).containsExactly(1L, 2L, 3L, 4L);
    assertThat(ledger.dependentOn(3)).isEqualTo(4);
    assertThat(ledger.dependentOn(5)).isEqualTo(Alias.NO_VERSION);
  }

  @Test
  void shouldNeverGiveUpWhatIsNeededAndNeverKeepMore() {
    long seed = 5;
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 2_000; round++) {
      VersionLedger ledger = new VersionLedger();
      int versions = 1 + random.nextInt(20);
      long[] bases = new long[versions + 1];
      for (int version = 1; version <= versions; version++) {
        bases[version] = random.nextInt(3) == 0 ? 0 : version - 1;
        ledger.add(new VersionLedger.Entry(version, bases[version], 0));
      }
      int kept = 1 + random.nextInt(5);
      long named = random.nextLong(versions + 1);
      TreeSet<Long> needed = new TreeSet<>();
      for (long version = versions; version > Math.max(0, versions - kept); version--) {
        for (long v = version; v > 0; v = bases[(int) v]) {
          needed.add(v);
        }
      }
      for (long v = named; v > 0; v = bases[(int) v]) {
        needed.add(v);
      }
      TreeSet<Long> gone = new TreeSet<>(surplus(ledger, kept, named));
      TreeSet<Long> expected = new TreeSet<>();
      for (long version = 1; version <= versions; version++) {
        if (!needed.contains(version)) {
          expected.add(version);
        }
      }
      assertThat(gone).as("seed %d, round %d", seed, round).isEqualTo(expected);
    }
  }

  @Test
  void shouldReadWhatItWrote() {
    VersionLedger ledger = whole(1, 4);
    ledger.add(new VersionLedger.Entry(6, 4, 3));
    VersionLedger read = VersionLedger.of("fake:a", ledger.toBytes());
    assertThat(read.size()).isEqualTo(3);
    assertThat(read.remove(6)).isEqualTo(new VersionLedger.Entry(6, 4, 3));
    assertThat(read.contains(4)).isTrue();
    assertThat(read.contains(2)).isFalse();
    assertThat(VersionLedger.of("fake:a", null).size()).isZero();
  }

  @Test
  void shouldRefuseDamagedState() {
    byte[] good = whole(1).toBytes();
    for (byte[] bad : List.of(new byte[3], new byte[8], java.util.Arrays.copyOf(good, 30))) {
      assertThatThrownBy(() -> VersionLedger.of("fake:a", bad))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "expected the versions of fake:a in format 1, found "
                  + bad.length
                  + " bytes of something else");
    }
  }
}
