package dev.meander.core.normalise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.core.normalise.SampleDomains.Assignment;
import dev.meander.core.optimise.StateArrays;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.Role;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SampleDomainsTest {

  private static final Layout LAYOUT =
      new Layout(
          List.of(
              new Block("bn.running_mean", Role.RUNNING_MEAN, 2),
              new Block("bn.running_var", Role.RUNNING_VARIANCE, 2)));
  private static final float[] SOURCE = {0, 0, 1, 1};

  /** The source, one brighter, one of more contrast in its second channel. */
  private static final float[][] MIDDLES = {{0, 0, 1, 1}, {6, 6, 1, 1}, {0, 0, 1, 400}};

  private final SplittableRandom random = new SplittableRandom(3);
  private final SampleDomains domains = new SampleDomains(LAYOUT, SOURCE, 3, 128, 16);

  private float[] sample(int kind) {
    float[] own = MIDDLES[kind].clone();
    own[0] += (float) random.nextGaussian() * .5f;
    own[1] += (float) random.nextGaussian() * .5f;
    own[3] *= (float) Math.exp(random.nextGaussian() * .3);
    return own;
  }

  private float[][] samples(int... kinds) {
    return Arrays.stream(kinds).mapToObj(this::sample).toArray(float[][]::new);
  }

  private int[] mixed(int size) {
    return random.ints(size, 0, 3).toArray();
  }

  private Assignment next(int... kinds) {
    Assignment assignment = domains.assign(samples(kinds));
    domains.absorb(assignment);
    return assignment;
  }

  @Test
  void shouldTellDomainsApartWhenABatchMixesThem() {
    next(mixed(60));
    next(mixed(60));
    int[] kinds = mixed(60);
    Assignment assignment = next(kinds);
    int[] domainOfKind = new int[3];
    for (int kind = 0; kind < 3; kind++) {
      int wanted = kind;
      int[] found =
          IntStream.range(0, kinds.length)
              .filter(i -> kinds[i] == wanted)
              .map(i -> assignment.domains()[i])
              .distinct()
              .toArray();
      assertThat(found).hasSize(1);
      domainOfKind[kind] = found[0];
    }
    assertThat(Arrays.stream(domainOfKind).distinct().count()).isEqualTo(3);
    // the first domain starts at the source
    assertThat(domainOfKind[0]).isZero();
  }

  @Test
  void shouldKnowADomainAgainWhenItReturns() {
    int first = next(0, 1, 2, 0, 1, 2).domains()[1];
    next(0, 0, 0, 0, 0, 0);
    Assignment back = next(1, 1, 1, 1, 1, 1);
    assertThat(back.domains()).containsOnly(first);
    assertThat(back.opened()).containsOnly(false);
    assertThat(back.rows(first)).containsExactly(0, 1, 2, 3, 4, 5);
  }

  @Test
  void shouldOpenADomainAnewWhenItsMassIsForgotten() {
    for (int i = 0; i < 4; i++) {
      next(0, 1, 2, 0, 1, 2);
    }
    float[][] alike = {SOURCE, SOURCE, SOURCE, SOURCE};
    for (int i = 0; i < 200; i++) {
      domains.absorb(domains.assign(alike));
    }
    Assignment after = next(2, 2, 2, 2, 2, 2);
    int domain = after.domains()[0];
    assertThat(after.domains()).containsOnly(domain);
    assertThat(after.opened()[domain]).isTrue();
  }

  @Test
  void shouldLeaveItselfAloneWhenABatchIsNotTakenIn() {
    next(mixed(30));
    float[][] batch = samples(mixed(30));
    Assignment once = domains.assign(batch);
    Assignment twice = domains.assign(batch);
    assertThat(twice.domains()).isEqualTo(once.domains());
    assertThat(twice.masses()).isEqualTo(once.masses());
  }

  @Test
  void shouldCountLessWhatSourceSamplesDifferInWhenItLearnedFromThem() {
    SampleDomains learned = new SampleDomains(LAYOUT, SOURCE, 2, 128, 16);
    // the first mean varies by 10, the second by .1
    for (int i = 0; i < 200; i++) {
      learned.learn(new float[] {i % 2 == 0 ? 10 : -10, i % 4 < 2 ? .1f : -.1f, 1, 1});
    }
    float[][] batch = new float[40][];
    for (int i = 0; i < batch.length; i++) {
      batch[i] = new float[] {i % 2 == 0 ? 10 : -10, i < 20 ? 8 : -8, 1, 1};
    }
    int[] found = learned.assign(batch).domains();
    assertThat(Arrays.copyOf(found, 20)).containsOnly(found[0]);
    assertThat(Arrays.copyOfRange(found, 20, 40)).containsOnly(found[20]);
    assertThat(found[0]).isNotEqualTo(found[20]);
    int[] untaught = new SampleDomains(LAYOUT, SOURCE, 2, 128, 16).assign(batch).domains();
    assertThat(untaught[0]).isNotEqualTo(untaught[1]);
  }

  @Test
  void shouldGiveEverySampleADomainWhenStatisticsOverflow() {
    float infinite = Float.POSITIVE_INFINITY;
    next(mixed(30));
    float[][] batch = {
      sample(1), {1e30f, -1e30f, infinite, 1e38f}, {Float.NaN, infinite, Float.NaN, 0}, sample(2)
    };
    Assignment odd = domains.assign(batch);
    assertThat(Arrays.stream(odd.domains())).allMatch(domain -> domain >= 0 && domain < 3);
    domains.absorb(odd);
    for (float[] centre : odd.centres()) {
      for (float entry : centre) {
        assertThat(entry).isFinite();
      }
    }
    // what they left is forgotten, and what follows told apart
    for (int i = 0; i < 20; i++) {
      next(mixed(30));
    }
    Assignment after = next(0, 0, 1, 1);
    assertThat(after.domains()[0]).isEqualTo(after.domains()[1]);
    assertThat(after.domains()[2]).isEqualTo(after.domains()[3]).isNotEqualTo(after.domains()[0]);
  }

  @Test
  void shouldPutAllInOneDomainWhenSamplesAreAlikeOrOne() {
    float[][] alike = {SOURCE.clone(), SOURCE.clone(), SOURCE.clone()};
    assertThat(domains.assign(alike).domains()).containsOnly(0);
    assertThat(domains.assign(samples(2)).domains()).hasSize(1);
  }

  @Test
  void shouldGoOnAlikeWhenItsStateIsCopied() {
    domains.learn(sample(0));
    domains.learn(sample(0));
    next(mixed(40));
    SampleDomains other = new SampleDomains(LAYOUT, SOURCE, 3, 128, 16);
    StateArrays from = new StateArrays();
    StateArrays into = new StateArrays();
    domains.state(from);
    other.state(into);
    from.floats()
        .forEach(
            (name, values) ->
                System.arraycopy(values, 0, into.floats().get(name), 0, values.length));
    from.doubles()
        .forEach(
            (name, values) ->
                System.arraycopy(values, 0, into.doubles().get(name), 0, values.length));
    float[][] batch = samples(mixed(40));
    assertThat(other.assign(batch).domains()).isEqualTo(domains.assign(batch).domains());
    assertThat(other.assign(batch).centres()).isDeepEqualTo(domains.assign(batch).centres());
    domains.restart();
    assertThat(domains.assign(batch).opened()).containsExactly(false, true, true);
  }
}
