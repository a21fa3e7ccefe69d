package dev.meander.kit.guarantee;

import dev.meander.kit.guarantee.Observation.Counted;
import dev.meander.kit.guarantee.Observation.Ended;
import dev.meander.kit.guarantee.Observation.LaidAside;
import dev.meander.kit.guarantee.Observation.Received;
import dev.meander.kit.guarantee.Observation.Sampled;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Every record of the traffic is judged and counted, or laid aside once with its original bytes;
 * none is both, and none is neither.
 */
public final class NothingIsLost implements Guarantee {

  private static final String DEAD_LETTER = "DEAD_LETTER";

  private final Map<String, String> received = new HashMap<>();
  private final Map<String, String> laidAside = new TreeMap<>();
  private final Set<String> sampled = new HashSet<>();
  private final Map<String, Long> judged = new HashMap<>();

  @Override
  public String law() {
    return "every record is judged or laid aside as it came";
  }

  @Override
  public void observe(Observation seen) {
    if (seen instanceof Received event) {
      received.put(place(event.partition(), event.offset()), event.content());
    } else if (seen instanceof LaidAside letter) {
      laidAside(letter);
    } else if (seen instanceof Sampled sample) {
      sampled.add(place(sample.trafficPartition(), sample.trafficOffset()));
    } else if (seen instanceof Counted report) {
      long sum = report.counts().values().stream().mapToLong(Long::longValue).sum();
      long letters = report.counts().getOrDefault(DEAD_LETTER, 0L);
      judged.put(report.lineage() + " in " + report.partition(), sum - letters);
    } else if (seen instanceof Ended) {
      laidAside.forEach(this::isAsItCame);
      complete();
    }
  }

  private void laidAside(LaidAside letter) {
    String place = place(letter.partition(), letter.offset());
    if (laidAside.put(place, letter.content()) != null) {
      throw new Violation("expected one dead letter of " + place + ", found another");
    }
  }

  private void isAsItCame(String place, String content) {
    String original = received.getOrDefault(place, "no such record");
    if (!original.equals(content)) {
      throw new Violation(
          "expected a dead letter of " + place + " to hold " + original + ", found " + content);
    }
    if (sampled.contains(place)) {
      throw new Violation("expected a sample or a dead letter of " + place + ", found both");
    }
  }

  private void complete() {
    long counted = judged.values().stream().mapToLong(Long::longValue).sum();
    if (received.size() != counted + laidAside.size()) {
      throw new Violation(
          "expected "
              + received.size()
              + " records judged or laid aside, found "
              + counted
              + " judged and "
              + laidAside.size()
              + " laid aside");
    }
  }

  private static String place(int partition, long offset) {
    return "traffic " + partition + "/" + offset;
  }
}
