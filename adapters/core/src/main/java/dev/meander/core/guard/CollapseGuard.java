package dev.meander.core.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Tells a candidate that stopped telling samples apart, whatever the method, by what it says to
 * {@link Probes} beside what the base model says to them under the same statistics:
 *
 * <ul>
 *   <li>entropy collapse: {@code mean H(p) < entropyMin * mean H(q)}, it is sure of everything;
 *   <li>class collapse: {@code H(mean p) < diversityMin * H(mean q)}, it knows few classes;
 *   <li>drift: {@code mean KL(p || q) > divergenceMax};
 *   <li>a logit that is not finite: the strongest reaction of the three, ROLLBACK at least.
 * </ul>
 *
 * The strongest reaction wins; every limit that was passed is a reason. Without a comparison it has
 * nothing to say.
 *
 * <p>Thread-safety: stateless.
 */
public final class CollapseGuard implements Guard {

  private final CollapseConfig config;

  public CollapseGuard(CollapseConfig config) {
    this.config = config;
  }

  @Override
  public Verdict judge(Candidate candidate, Evidence evidence) {
    Comparison seen = evidence.comparison();
    if (seen == null) {
      return new Verdict(Verdict.Outcome.PROMOTE, List.of(), Map.of());
    }
    if (!seen.finite()) {
      return new Verdict(
          strongest(
                  strongest(Reaction.ROLLBACK, config.onEntropy()),
                  strongest(config.onDiversity(), config.onDivergence()))
              .outcome(),
          List.of("predictions for " + seen.samples() + " probes are not finite"),
          Map.of());
    }
    List<String> reasons = new ArrayList<>();
    Reaction reaction = Reaction.NONE;
    if (config.onEntropy() != Reaction.NONE
        && seen.entropy() < config.entropyMin() * seen.baseEntropy()) {
      reaction = strongest(reaction, config.onEntropy());
      reasons.add(
          line(
              "entropy collapse: %.4f nats < guard.entropy.min %s of the base model's %.4f",
              seen.entropy(), config.entropyMin(), seen.baseEntropy()));
    }
    if (config.onDiversity() != Reaction.NONE
        && seen.diversity() < config.diversityMin() * seen.baseDiversity()) {
      reaction = strongest(reaction, config.onDiversity());
      reasons.add(
          line(
              "class collapse: %.4f nats < guard.diversity.min %s of the base model's %.4f",
              seen.diversity(), config.diversityMin(), seen.baseDiversity()));
    }
    if (config.onDivergence() != Reaction.NONE && seen.divergence() > config.divergenceMax()) {
      reaction = strongest(reaction, config.onDivergence());
      reasons.add(
          line(
              "drift of predictions: %.4f nats > guard.divergence.max %s",
              seen.divergence(), config.divergenceMax()));
    }
    return new Verdict(reaction.outcome(), reasons, numbers(seen));
  }

  private static Map<String, Double> numbers(Comparison seen) {
    Map<String, Double> numbers = new TreeMap<>();
    numbers.put("probeEntropy", seen.entropy());
    numbers.put("probeEntropyBase", seen.baseEntropy());
    numbers.put("probeDiversity", seen.diversity());
    numbers.put("probeDiversityBase", seen.baseDiversity());
    numbers.put("probeDivergence", seen.divergence());
    return numbers;
  }

  private static Reaction strongest(Reaction one, Reaction other) {
    return one.compareTo(other) >= 0 ? one : other;
  }

  private static String line(String format, Object... numbers) {
    return String.format(Locale.ROOT, format, numbers);
  }
}
