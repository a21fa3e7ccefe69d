package dev.meander.core.normalise;

import dev.meander.core.optimise.StateArrays;
import dev.meander.core.weights.Layout;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Tells the samples of a stream apart by what each looks like to the norm layers, so that
 * statistics can be kept of samples that belong together: a sequential k-means (MacQueen, "Some
 * methods for classification and analysis of multivariate observations", 1967) that forgets.
 *
 * <p>A sample is the vector of {@code (m - m_s) / sqrt(v_s)} and {@code ln((v + e) / (v_s + e))} of
 * every channel, m and v being its own mean and variance over positions, m_s and v_s the source's.
 * Every entry is measured from its mean over source samples, in units of its deviation over them:
 * what pictures differ in anyway counts less. Without source samples entries are taken as they are.
 * An entry is held within a thousand, and is 0 where it is not a number.
 *
 * <p>Per batch: masses decay, domains of little mass are opened anew at a sample far from the
 * others, and five rounds of Lloyd's give every sample to the nearest centre, each centre being the
 * mean of its remembered mass and the samples given to it. The first domain starts at the source.
 *
 * <p>Thread-safety: none.
 */
public final class SampleDomains {

  private static final double VARIANCE_MIN = 1e-4;
  private static final double SCALE_FLOOR = .01;
  private static final double MASS_MIN = .5;
  private static final double ENTRY_MAX = 1_000;
  private static final double FAR = .9;
  private static final int ROUNDS = 5;

  private final Channels channels;
  private final float[] source;
  private final double memory;
  private final float[][] centres;
  private final double[] masses;
  private final double[] sums;
  private final double[] squares;
  private final double[] learned = new double[1];
  private final SourceShift shift;

  /**
   * @param layout the model's running statistics
   * @param source their floats in the base model; not written
   * @param domains most domains told apart, at least 1
   * @param memory samples after which a sample's weight has fallen to 1/e
   * @param window samples that the shift from the source is measured on at least
   */
  public SampleDomains(Layout layout, float[] source, int domains, double memory, double window) {
    this.channels = Channels.of(layout);
    this.source = source;
    this.memory = memory;
    int width = 2 * channels.count();
    this.centres = new float[domains][width];
    this.masses = new double[domains];
    this.sums = new double[width];
    this.squares = new double[width];
    this.shift = new SourceShift(width, window);
    restart();
  }

  /**
   * The domains of a batch, not taken in yet.
   *
   * @param domains of each sample
   * @param opened true for domains that began with this batch
   * @param centres of every domain with the batch taken in
   * @param masses of every domain with the batch taken in
   * @param shift how far the batch is to be adapted to
   */
  public record Assignment(
      int[] domains, boolean[] opened, float[][] centres, double[] masses, SourceShift.Look shift) {

    /** How far the batch is to be adapted to, 0 to 1: {@link SourceShift}. */
    public double share() {
      return shift.share();
    }

    /** The samples of a domain in order; empty when there are none. */
    public int[] rows(int domain) {
      return IntStream.range(0, domains.length).filter(i -> domains[i] == domain).toArray();
    }
  }

  /** Most domains told apart. */
  public int count() {
    return centres.length;
  }

  /**
   * Takes in a source sample.
   *
   * @param own its statistics over positions, normalised with the source's
   */
  public void learn(float[] own) {
    float[] entries = entries(own);
    for (int j = 0; j < entries.length; j++) {
      sums[j] += entries[j];
      squares[j] += (double) entries[j] * entries[j];
    }
    learned[0]++;
  }

  /**
   * Gives every sample of a batch to a domain.
   *
   * @param own statistics over positions of each sample, normalised with the source's
   */
  public Assignment assign(float[][] own) {
    float[][] samples = standardised(own);
    double keep = Math.exp(-samples.length / memory);
    double[] kept = Arrays.stream(masses).map(mass -> keep * mass).toArray();
    float[][] remembered = Arrays.stream(centres).map(float[]::clone).toArray(float[][]::new);
    boolean[] live = new boolean[kept.length];
    for (int k = 0; k < live.length; k++) {
      live[k] = kept[k] >= MASS_MIN;
    }
    boolean[] opened = open(samples, remembered, kept, live);
    float[][] moved = Arrays.stream(remembered).map(float[]::clone).toArray(float[][]::new);
    int[] domains = new int[samples.length];
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < samples.length; i++) {
        domains[i] = nearest(samples[i], moved, live);
      }
      move(samples, domains, remembered, kept, moved);
    }
    for (int domain : domains) {
      kept[domain]++;
    }
    return new Assignment(domains, opened, moved, kept, shift(samples));
  }

  /** Without source samples nothing says what is far. */
  private SourceShift.Look shift(float[][] samples) {
    SourceShift.Look look = shift.look(samples);
    return learned[0] > 1 ? look : new SourceShift.Look(look.means(), look.count(), 1);
  }

  /** How far the last batch was to be adapted to; 1 before the first. */
  public double share() {
    return shift.share();
  }

  /** Opens domains of little mass at far samples, as long as any sample is off every centre. */
  private static boolean[] open(
      float[][] samples, float[][] centres, double[] masses, boolean[] live) {
    boolean[] opened = new boolean[live.length];
    for (int k = 0; k < live.length; k++) {
      if (live[k]) {
        continue;
      }
      int far = far(samples, centres, live);
      if (far < 0) {
        return opened;
      }
      centres[k] = samples[far].clone();
      masses[k] = 0;
      live[k] = true;
      opened[k] = true;
    }
    return opened;
  }

  /** A sample farther from its centre than nine in ten; negative when it is not off it. */
  private static int far(float[][] samples, float[][] centres, boolean[] live) {
    double[] distances = new double[samples.length];
    for (int i = 0; i < samples.length; i++) {
      int nearest = nearest(samples[i], centres, live);
      distances[i] = nearest < 0 ? Double.MAX_VALUE : distance(samples[i], centres[nearest]);
    }
    double[] ordered = distances.clone();
    Arrays.sort(ordered);
    double wanted = ordered[(int) (FAR * (ordered.length - 1))];
    if (wanted <= 0) {
      return -1;
    }
    return IntStream.range(0, distances.length)
        .filter(i -> distances[i] == wanted)
        .findFirst()
        .orElse(-1);
  }

  private static int nearest(float[] sample, float[][] centres, boolean[] live) {
    int best = -1;
    double least = Double.POSITIVE_INFINITY;
    for (int k = 0; k < centres.length; k++) {
      double distance = live[k] ? distance(sample, centres[k]) : Double.POSITIVE_INFINITY;
      if (distance < least) {
        least = distance;
        best = k;
      }
    }
    return best;
  }

  private static double distance(float[] a, float[] b) {
    float sum = 0;
    for (int j = 0; j < a.length; j++) {
      float difference = a[j] - b[j];
      sum += difference * difference;
    }
    return sum;
  }

  /** Puts every centre at the mean of its remembered mass and its samples. */
  private static void move(
      float[][] samples, int[] domains, float[][] remembered, double[] masses, float[][] moved) {
    double[] sum = new double[samples[0].length];
    for (int k = 0; k < moved.length; k++) {
      Arrays.fill(sum, 0);
      double mass = masses[k];
      for (int i = 0; i < samples.length; i++) {
        if (domains[i] == k) {
          mass++;
          for (int j = 0; j < sum.length; j++) {
            sum[j] += samples[i][j];
          }
        }
      }
      for (int j = 0; mass > 0 && j < sum.length; j++) {
        moved[k][j] = (float) ((masses[k] * remembered[k][j] + sum[j]) / mass);
      }
    }
  }

  /** Takes in a batch. */
  public void absorb(Assignment assignment) {
    shift.absorb(assignment.shift);
    for (int k = 0; k < centres.length; k++) {
      System.arraycopy(assignment.centres[k], 0, centres[k], 0, centres[k].length);
      masses[k] = assignment.masses[k];
    }
  }

  private float[] entries(float[] own) {
    float[] entries = new float[2 * channels.count()];
    for (int i = 0; i < channels.count(); i++) {
      int mean = channels.means()[i];
      int variance = channels.variances()[i];
      double deviation = Math.sqrt(source[variance] + VARIANCE_MIN);
      entries[2 * i] = bounded((own[mean] - source[mean]) / deviation);
      entries[2 * i + 1] =
          bounded(Math.log((own[variance] + VARIANCE_MIN) / (source[variance] + VARIANCE_MIN)));
    }
    return entries;
  }

  /** Statistics of an extreme input overflow; one such sample must not move a centre for good. */
  private static float bounded(double entry) {
    return Double.isNaN(entry) ? 0 : (float) Math.max(-ENTRY_MAX, Math.min(ENTRY_MAX, entry));
  }

  private float[][] standardised(float[][] own) {
    double[] centre = new double[sums.length];
    double[] scale = new double[sums.length];
    Arrays.fill(scale, 1);
    if (learned[0] > 1) {
      Arrays.setAll(centre, j -> sums[j] / learned[0]);
      Arrays.setAll(scale, j -> Math.max(squares[j] / learned[0] - centre[j] * centre[j], 0));
      double floor = Math.max(SCALE_FLOOR * Arrays.stream(scale).average().orElse(0), 1e-12);
      Arrays.setAll(scale, j -> 1 / Math.sqrt(scale[j] + floor));
    }
    float[][] samples = new float[own.length][];
    for (int i = 0; i < own.length; i++) {
      float[] entries = entries(own[i]);
      for (int j = 0; j < entries.length; j++) {
        entries[j] = (float) ((entries[j] - centre[j]) * scale[j]);
      }
      samples[i] = entries;
    }
    return samples;
  }

  /** Adds what it remembers. */
  public void state(StateArrays arrays) {
    for (int k = 0; k < centres.length; k++) {
      arrays.add("domain-centre-" + k, centres[k]);
    }
    arrays.add("domain-masses", masses);
    arrays.add("domain-source-sums", sums);
    arrays.add("domain-source-squares", squares);
    arrays.add("domain-source-count", learned);
    shift.state(arrays);
  }

  /** Forgets every batch; what source samples look like stays. */
  public void restart() {
    for (float[] centre : centres) {
      Arrays.fill(centre, 0);
    }
    Arrays.fill(masses, 0);
    masses[0] = 1;
    shift.restart();
  }
}
