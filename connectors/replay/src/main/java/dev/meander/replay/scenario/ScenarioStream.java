package dev.meander.replay.scenario;

import dev.meander.replay.data.DataSet;
import dev.meander.replay.random.Draws;
import dev.meander.replay.scenario.Scenario.Order;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * The stream of a scenario: parts that batches do not cross, each a run of images of one segment,
 * or of several when domains are mixed.
 *
 * <p>The images of a segment are the first ones of the data set, in an order that the seed alone
 * decides: like the field's loaders, which seed their shuffle anew for every domain, it is the same
 * in every segment. Mixed domains are shuffled together.
 *
 * <p>Thread-safety: immutable.
 */
public final class ScenarioStream {

  /** Longest stream: its order is kept in memory, 8 bytes a sample. */
  public static final int SAMPLES_MAX = 10_000_000;

  private static final int[] RAMP = {1, 2, 3, 4, 5, 4, 3, 2, 1};
  private static final int SHUFFLE = 3;
  private static final int DEAL = 4;
  private static final int SKEW = 5;

  /**
   * Samples between two places where batches end.
   *
   * @param from first position
   * @param to position after the last
   */
  public record Part(int from, int to) {}

  /** One image of one segment. */
  private record Item(int segment, int image) {}

  private final Scenario scenario;
  private final List<ScenarioSegment> segments = new ArrayList<>();
  private final List<DataSet> images = new ArrayList<>();
  private final List<Part> parts = new ArrayList<>();
  private final List<int[]> segmentsOfParts = new ArrayList<>();
  private final List<int[]> imagesOfParts = new ArrayList<>();
  private boolean isRecorded;
  private int size;

  private ScenarioStream(Scenario scenario) {
    this.scenario = scenario;
  }

  /**
   * Lays out a stream.
   *
   * @param seed decides the order, unless {@code config} says that it is given
   * @throws IllegalArgumentException when the scenario needs corruptions and there are none, when
   *     the stream is longer than {@link #SAMPLES_MAX}, or when a Dirichlet order is not possible
   */
  public static ScenarioStream of(
      Scenario scenario, ScenarioConfig config, Domains domains, long seed) {
    if (domains.corruptions().isEmpty()) {
      return recorded(scenario, config, domains, seed);
    }
    List<String> names =
        config.corruptions().isEmpty() ? domains.corruptions() : config.corruptions();
    ScenarioStream stream = new ScenarioStream(scenario);
    switch (scenario.plan()) {
      case EACH, MIXED -> stream.cycle(names, domains, config.severity(), 1);
      case RAMP -> stream.ramp(names, domains);
      case CYCLES -> {
        for (int cycle = 1; cycle <= config.cycles(); cycle++) {
          stream.cycle(names, domains, config.severity(), cycle);
        }
      }
      case CLEAN_AFTER_EACH -> {
        for (String corruption : names) {
          stream.segment(corruption, domains, config.severity(), 1);
          stream.segment(Domains.ORIGINAL, domains, 0, 1);
        }
      }
    }
    stream.order(config, seed);
    return stream;
  }

  /** A stream whose drift was recorded with it: stretches of rows, in order. */
  private static ScenarioStream recorded(
      Scenario scenario, ScenarioConfig config, Domains domains, long seed) {
    if (scenario != Scenario.CONTINUAL && scenario != Scenario.SINGLE_SAMPLE) {
      throw new IllegalArgumentException(
          "expected a scenario without corruptions (continual, single_sample) for "
              + domains.name()
              + ", which has none, found "
              + scenario.label());
    }
    ScenarioStream stream = new ScenarioStream(scenario);
    stream.isRecorded = true;
    DataSet rows = domains.original();
    checkSize(rows.size());
    int[] order =
        config.given()
            ? IntStream.range(0, rows.size()).toArray()
            : Draws.of(seed, SHUFFLE).permutation(rows.size());
    List<List<Item>> stretches = new ArrayList<>();
    for (int from = 0; from < order.length; ) {
      int first = from;
      int to = (int) Math.min(order.length, (long) from + config.limit());
      int index = stream.segments.size();
      stream.segments.add(new ScenarioSegment("rows " + first + " to " + (to - 1), 0, 1));
      stream.images.add(rows);
      stretches.add(IntStream.range(first, to).mapToObj(i -> new Item(index, order[i])).toList());
      from = to;
    }
    stream.divide(stretches);
    return stream;
  }

  private void ramp(List<String> names, Domains domains) {
    for (String corruption : names) {
      for (int severity : RAMP) {
        segment(corruption, domains, severity, 1);
      }
    }
  }

  private void cycle(List<String> names, Domains domains, int severity, int cycle) {
    names.forEach(corruption -> segment(corruption, domains, severity, cycle));
  }

  private void segment(String name, Domains domains, int severity, int cycle) {
    segments.add(new ScenarioSegment(name, severity, cycle));
    images.add(severity == 0 ? domains.original() : domains.corrupted(name, severity));
  }

  private void order(ScenarioConfig config, long seed) {
    checkSize(images.stream().mapToLong(set -> Math.min(config.limit(), set.size())).sum());
    List<List<Item>> stretches = new ArrayList<>();
    List<Item> pool = new ArrayList<>();
    for (int segment = 0; segment < segments.size(); segment++) {
      int count = Math.min(config.limit(), images.get(segment).size());
      for (int image = 0; image < count; image++) {
        pool.add(new Item(segment, image));
      }
      if (scenario.plan() != Scenario.Plan.MIXED) {
        stretches.add(ordered(pool, config, seed));
        pool.clear();
      }
    }
    if (!pool.isEmpty()) {
      stretches.add(ordered(pool, config, seed));
    }
    divide(stretches);
  }

  /** One image at a time knows no batches, so nothing ends where a segment does. */
  private void divide(List<List<Item>> stretches) {
    if (scenario == Scenario.SINGLE_SAMPLE) {
      part(stretches.stream().flatMap(List::stream).toList());
    } else {
      stretches.forEach(this::part);
    }
  }

  private List<Item> ordered(List<Item> items, ScenarioConfig config, long seed) {
    List<Item> shuffled = items;
    if (!config.given()) {
      shuffled = new ArrayList<>();
      for (int i : Draws.of(seed, SHUFFLE).permutation(items.size())) {
        shuffled.add(items.get(i));
      }
    }
    if (scenario.order() == Order.SHUFFLED) {
      return List.copyOf(shuffled);
    }
    int classes = images.get(0).classNames().size();
    if (scenario.order() == Order.SKEWED) {
      // another skew for every segment
      Draws draws = Draws.of(seed, SKEW, items.get(0).segment);
      return ClassOrder.skewed(shuffled, this::label, classes, config.imbalance(), draws);
    }
    boolean sorts = scenario.order() == Order.CORRELATED && config.dirichlet() == 0;
    if (sorts) {
      return ClassOrder.sorted(shuffled, this::label);
    }
    double delta = config.dirichlet() == 0 ? ScenarioConfig.DIRICHLET_USUAL : config.dirichlet();
    return ClassOrder.dirichlet(shuffled, this::label, classes, delta, Draws.of(seed, DEAL));
  }

  private int label(Item item) {
    return images.get(item.segment).label(item.image);
  }

  private static void checkSize(long samples) {
    if (samples > SAMPLES_MAX) {
      throw new IllegalArgumentException(
          "expected a stream of at most "
              + SAMPLES_MAX
              + " samples, found "
              + samples
              + "; lower --limit");
    }
  }

  private void part(List<Item> items) {
    parts.add(new Part(size, size + items.size()));
    segmentsOfParts.add(items.stream().mapToInt(Item::segment).toArray());
    imagesOfParts.add(items.stream().mapToInt(Item::image).toArray());
    size += items.size();
  }

  public Scenario scenario() {
    return scenario;
  }

  /** What errors are reported of, in order of first appearance in the plan. */
  public List<ScenarioSegment> segments() {
    return List.copyOf(segments);
  }

  /** The parts in order; together they cover the stream. */
  public List<Part> parts() {
    return List.copyOf(parts);
  }

  /** Number of samples. */
  public int size() {
    return size;
  }

  /** True when its drift was recorded with it. */
  public boolean isRecorded() {
    return isRecorded;
  }

  /** Shape of one input. */
  public int[] inputShape() {
    return images.get(0).inputShape();
  }

  /**
   * The samples of a stretch within one part.
   *
   * @param part index of the part
   * @param from first position, counted in the part
   * @param to position after the last
   * @throws IndexOutOfBoundsException unless the stretch is in the part
   */
  public List<ScenarioSample> samples(int part, int from, int to) {
    int[] segmentOf = segmentsOfParts.get(part);
    int[] imageOf = imagesOfParts.get(part);
    Objects.checkFromToIndex(from, to, segmentOf.length);
    List<ScenarioSample> samples = new ArrayList<>(to - from);
    for (int i = from; i < to; i++) {
      DataSet source = images.get(segmentOf[i]);
      samples.add(
          new ScenarioSample(
              parts.get(part).from() + i,
              segmentOf[i],
              source.image(imageOf[i]),
              source.label(imageOf[i]),
              source.labelDelay(imageOf[i])));
    }
    return samples;
  }
}
