package dev.meander.kit.guarantee;

import dev.meander.kit.guarantee.Observation.Answered;
import dev.meander.kit.guarantee.Observation.Ended;
import dev.meander.kit.guarantee.Observation.Ordered;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Every command record is answered once, and however often one command is sent, it acts once. */
public final class CommandsActOnce implements Guarantee {

  private final Map<String, Integer> ordered = new TreeMap<>();
  private final Map<String, Integer> answered = new TreeMap<>();
  private final Set<String> applied = new HashSet<>();

  @Override
  public String law() {
    return "every command is answered, and acts once";
  }

  @Override
  public void observe(Observation seen) {
    if (seen instanceof Ordered order) {
      ordered.merge(order.command() + " of " + order.lineage(), 1, Integer::sum);
    } else if (seen instanceof Answered answer) {
      String command = answer.command() + " of " + answer.lineage();
      answered.merge(command, 1, Integer::sum);
      if (answer.applied() && !applied.add(command)) {
        throw new Violation("expected command " + command + " to act once, found it twice");
      }
    } else if (seen instanceof Ended && !ordered.equals(answered)) {
      throw new Violation("expected answers to " + ordered + ", found them to " + answered);
    }
  }
}
