package dev.meander.core.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.Role;
import dev.meander.kit.AllocatedBytes;
import dev.meander.kit.Mutations;
import dev.meander.kit.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Decoding is total: damaged payloads of every codec give floats of the layout or a named refusal,
 * within the stated allocation. {@code -Dmeander.mutations=1000000} for the whole run.
 */
class DecodingFuzzTest {

  private static final int MUTATIONS = Integer.getInteger("meander.mutations", 50_000);
  private static final int PER_SEED = 1_000;

  private final Layout layout =
      new Layout(
          List.of(
              new Block("a", Role.GAIN, 70),
              new Block("b", Role.WEIGHT, 9, 30),
              new Block("c", Role.RUNNING_VARIANCE, 3)));
  private final Map<String, Map<String, Integer>> outcomes = new TreeMap<>();

  /** Decodes a payload. */
  private interface Decoding {
    AdapterCodec.Decoded decode(byte[] payload);
  }

  /** An intact payload and how it is decoded. */
  private record Case(String name, byte[] payload, Decoding decoding) {}

  @Test
  void shouldDecodeOrRefuseWhateverTheBytes() {
    warmUp();
    Seeds.forEach(
        Math.max(1, MUTATIONS / PER_SEED),
        random -> {
          float[] parent = Seeds.gaussians(random, layout.size(), 1);
          float[] values = Seeds.gaussians(random, layout.size(), 1);
          List<Case> cases = cases(parent, values);
          float[] parentBefore = parent.clone();
          for (int i = 0; i < PER_SEED; i++) {
            Case each = cases.get(random.nextInt(cases.size()));
            Case other = random.nextInt(10) == 0 ? cases.get(random.nextInt(cases.size())) : each;
            check(each.name(), Mutations.of(other.payload(), random), each.decoding());
          }
          assertThat(parent).isEqualTo(parentBefore);
        });
    if (Long.getLong("seed") == null) {
      assertThat(outcomes.keySet())
          .hasSize(Codecs.wholeNames().size() + Codecs.deltaNames().size());
      assertThat(outcomes)
          .allSatisfy(
              (name, counts) -> assertThat(counts).as(name).containsKeys("VALUES", "WRONG_LENGTH"));
      assertThat(outcomes)
          .extractingByKeys("whole int8", "delta int8", "delta compeft", "delta xor-zstd")
          .allSatisfy(counts -> assertThat(counts).containsKey("MALFORMED"));
    }
  }

  private void check(String name, byte[] damaged, Decoding decoding) {
    AllocatedBytes.Measured<AdapterCodec.Decoded> measured;
    try {
      measured = AllocatedBytes.of(() -> decoding.decode(damaged));
    } catch (RuntimeException e) {
      throw new AssertionError(name + " threw for " + Arrays.toString(damaged), e);
    }
    String outcome;
    if (measured.result() instanceof AdapterCodec.Decoded.Values found) {
      assertThat(found.values()).as(name).hasSize(layout.size());
      outcome = "VALUES";
    } else {
      AdapterCodec.Decoded.Refused refused = (AdapterCodec.Decoded.Refused) measured.result();
      assertThat(refused.message()).as(name).startsWith("expected ").contains(", found");
      outcome = refused.reason().name();
    }
    assertThat(measured.bytes())
        .as(() -> "bytes allocated by " + name + " for " + Arrays.toString(damaged))
        .isLessThanOrEqualTo(AdapterCodec.allocationBytesMax(layout));
    outcomes.computeIfAbsent(name, key -> new TreeMap<>()).merge(outcome, 1, Integer::sum);
  }

  /** Classes are loaded, and exceptions thrown, outside what is measured. */
  private void warmUp() {
    float[] zeros = new float[layout.size()];
    SplittableRandom random = new SplittableRandom(0);
    for (Case each : cases(zeros, zeros)) {
      for (int i = 0; i < 100; i++) {
        each.decoding().decode(Mutations.of(each.payload(), random));
      }
    }
    AllocatedBytes.of(() -> "");
  }

  private List<Case> cases(float[] parent, float[] values) {
    List<Case> cases = new ArrayList<>();
    for (String name : Codecs.wholeNames()) {
      AdapterCodec codec = Codecs.whole(name).orElseThrow();
      cases.add(
          new Case(
              "whole " + name,
              codec.encode(layout, values),
              payload -> codec.decode(layout, payload)));
    }
    for (String name : Codecs.deltaNames()) {
      DeltaCodec codec = Codecs.delta(name).orElseThrow();
      cases.add(
          new Case(
              "delta " + name,
              codec.encode(layout, parent, values),
              payload -> codec.decode(layout, parent, payload)));
    }
    return cases;
  }
}
