package dev.meander.serving.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.core.weights.LineageId;
import dev.meander.kit.Seeds;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Whatever the interleaving of a valid log's two topics, a subscriber ends in the version the last
 * alias names and never goes back on the way except by a rollback.
 */
final class SubscriptionPropertyTest {

  private static final int SEEDS = 500;
  private static final int MOVES = 40;

  /** A valid log of one lineage: each topic in its order, both orders independent. */
  private static final class Log {
    final LineageId lineage;
    final Deque<HeldVersion> adapters = new ArrayDeque<>();
    final Deque<AliasMove> aliases = new ArrayDeque<>();
    final List<HeldVersion> all = new ArrayList<>();
    final List<AliasMove> handedOut = new ArrayList<>();

    Log(LineageId lineage, SplittableRandom random) {
      this.lineage = lineage;
      long newest = 0;
      long live = 0;
      for (long epoch = 1; epoch <= MOVES; epoch++) {
        boolean back = newest > 1 && random.nextInt(4) == 0;
        if (back) {
          live = random.nextLong(0, newest + 1);
        } else {
          newest += 1 + random.nextInt(2);
          live = newest;
          HeldVersion version = SubscriptionStateTest.version(lineage, newest, (float) newest);
          adapters.add(version);
          all.add(version);
        }
        live = back ? heldAtOrBelow(live) : live;
        aliases.add(new AliasMove(epoch, live, null, back));
      }
    }

    /** Version numbers have gaps; a rollback names a version that exists, or the base. */
    private long heldAtOrBelow(long number) {
      return all.stream()
          .mapToLong(version -> version.version().number())
          .filter(candidate -> candidate <= number)
          .max()
          .orElse(0);
    }

    HeldVersion at(LogPosition position) {
      return all.get((int) position.offset());
    }
  }

  /** Performs moves, and checks every swap against the aliases that were handed out. */
  private static final class Checker implements Move.Actions {
    final SubscriptionState state;
    final Map<LineageId, Log> logs = new HashMap<>();

    Checker(SubscriptionState state) {
      this.state = state;
    }

    void perform(List<Move> moves) {
      moves.forEach(move -> move.perform(this));
    }

    @Override
    public void swap(HeldVersion held) {
      LineageId lineage = held.version().lineage();
      long to = held.version().number();
      List<AliasMove> aliases = log(lineage).handedOut;
      assertThat(to)
          .as("only the newest alias is followed")
          .isEqualTo(aliases.get(aliases.size() - 1).live());
      if (to < state.live(lineage)) {
        assertThat(rolledBackSinceLive(aliases, state.live(lineage)))
            .as("back only by a rollback")
            .isTrue();
      }
      state.swapped(lineage, to);
    }

    /** A rollback may be followed by a publication that still names less than what serves. */
    private static boolean rolledBackSinceLive(List<AliasMove> moves, long live) {
      for (int i = moves.size() - 1; i >= 0 && moves.get(i).live() != live; i--) {
        if (moves.get(i).rollback()) {
          return true;
        }
      }
      return false;
    }

    private Log log(LineageId lineage) {
      return Objects.requireNonNull(logs.get(lineage));
    }

    @Override
    public void await(LineageId lineage, long version) {
      assertThat(version).isPositive();
    }

    @Override
    public void readBack(LineageId lineage, long version, LogPosition at) {
      HeldVersion read = log(lineage).at(at);
      assertThat(read.version().number()).isEqualTo(version);
      perform(state.readBack(read));
    }

    @Override
    public void refuse(LineageId lineage, long version, Refusal refusal) {
      throw new AssertionError("nothing of a valid log is refused, found " + refusal.text());
    }

    @Override
    public void ignore(LineageId lineage, Ignored why) {
      throw new AssertionError("nothing of a valid log is ignored, found " + why);
    }
  }

  @Test
  void shouldEndInTheVersionOfTheLastAliasWhateverTheInterleaving() {
    Seeds.forEach(SEEDS, SubscriptionPropertyTest::check);
  }

  private static void check(SplittableRandom random) {
    int lineages = 1 + random.nextInt(3);
    SubscriptionState state =
        new SubscriptionState(
            "m", new SubscriptionLimits(lineages, 1 + random.nextInt(8), 1_000, 1000));
    Checker checker = new Checker(state);
    Map<LineageId, AliasMove> last = new HashMap<>();
    List<Log> open = new ArrayList<>();
    for (int i = 0; i < lineages; i++) {
      LineageId lineage = new LineageId("m", "scope-" + i);
      Log log = new Log(lineage, random);
      checker.logs.put(lineage, log);
      last.put(lineage, log.aliases.getLast());
      open.add(log);
    }
    int settleAfter = random.nextInt(3 * MOVES);
    for (int step = 0; !open.isEmpty(); step++) {
      if (step == settleAfter) {
        checker.perform(state.settle());
      }
      Log log = open.get(random.nextInt(open.size()));
      checker.perform(one(log, state, random));
      if (log.adapters.isEmpty() && log.aliases.isEmpty()) {
        open.remove(log);
      }
    }
    checker.perform(state.settle());
    last.forEach((lineage, alias) -> assertThat(state.live(lineage)).isEqualTo(alias.live()));
  }

  private static List<Move> one(Log log, SubscriptionState state, SplittableRandom random) {
    boolean adapter = log.aliases.isEmpty() || (!log.adapters.isEmpty() && random.nextBoolean());
    if (adapter) {
      HeldVersion version = log.adapters.removeFirst();
      return state.adapter(version, new LogPosition(0, log.all.indexOf(version)));
    }
    AliasMove move = log.aliases.removeFirst();
    log.handedOut.add(move);
    return state.alias(log.lineage, move);
  }
}
