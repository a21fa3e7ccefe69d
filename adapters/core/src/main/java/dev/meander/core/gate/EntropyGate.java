package dev.meander.core.gate;

import dev.meander.core.math.Softmax;
import dev.meander.core.math.Vectors;
import dev.meander.core.tensor.Sample;
import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * Entropy threshold and redundancy test on the served answer.
 *
 * <p>CEMA: Chen et al., "Towards Robust and Efficient Cloud-Edge Elastic Model Adaptation via
 * Selective Entropy Distillation", ICLR 2024. With p the softmax of the served logits {@code
 * [classes]}, H(p) its entropy in nats and m the mean answer:
 *
 * <ul>
 *   <li>unreliable when {@code H(p) >= E_t}; {@code E_t = E_max} while warming up, afterwards
 *       {@code E_t = E_max * mean(H) / mean_warm(H)} when adaptive, never above ln(classes);
 *   <li>certain when {@code H(p) <= E_min};
 *   <li>redundant when {@code |cos(m, p)| >= d}; an admitted event moves {@code m = keep m + (1 -
 *       keep) p}, the first one sets it.
 * </ul>
 *
 * <p>Differs from the paper: one event at a time instead of a batch, so m moves with each admitted
 * event. Off by default (E_max = ln(classes), d = 1): statistics estimated only on easy events are
 * biased.
 *
 * <p>An event without logits is admitted: there is nothing to judge it by.
 *
 * <p>Thread-safety: none.
 */
public final class EntropyGate implements Gate {

  private static final int VERSION = 1;

  private final GateConfig config;
  private final int classes;
  private final double logClasses;
  private final float[] logProbabilities;
  private final float[] probabilities;

  private final float[] meanAnswer;
  private boolean meanAnswerKnown;
  private long seen;
  private double entropySum;
  private double warmUpMean = Double.NaN;

  public EntropyGate(GateConfig config, int classes) {
    if (classes < 2) {
      throw new IllegalArgumentException("expected at least 2 classes, found " + classes);
    }
    this.config = config;
    this.classes = classes;
    this.logClasses = Math.log(classes);
    this.logProbabilities = new float[classes];
    this.probabilities = new float[classes];
    this.meanAnswer = new float[classes];
  }

  @Override
  public GateDecision decide(Sample sample) {
    float[] logits = sample.servedLogits();
    if (logits.length == 0) {
      return new GateDecision(GateOutcome.ADMITTED, Double.NaN, "no logits to judge by");
    }
    if (logits.length != classes) {
      throw new IllegalArgumentException(
          "expected " + classes + " logits, found " + logits.length + " in " + sample.eventId());
    }
    Softmax.logSoftmax(logits, 1, classes, logProbabilities);
    double entropy = Softmax.entropy(logProbabilities, 0, classes);
    observe(entropy);
    double max = entropyMax();
    if (config.entropyMaxFraction() < 1 && entropy >= max) {
      return decision(GateOutcome.UNRELIABLE, entropy, "entropy %.4f >= %.4f", entropy, max);
    }
    double min = config.entropyMinFraction() * logClasses;
    if (config.entropyMinFraction() > 0 && entropy <= min) {
      return decision(GateOutcome.CERTAIN, entropy, "entropy %.4f <= %.4f", entropy, min);
    }
    return redundancy(entropy);
  }

  private GateDecision redundancy(double entropy) {
    for (int c = 0; c < classes; c++) {
      probabilities[c] = (float) Math.exp(logProbabilities[c]);
    }
    double limit = config.redundancyMaxCosine();
    if (meanAnswerKnown && limit < 1) {
      double cosine = Math.abs(Vectors.cosine(meanAnswer, probabilities));
      if (cosine >= limit) {
        return decision(
            GateOutcome.REDUNDANT,
            entropy,
            "cosine with the mean answer %.4f >= %.4f",
            cosine,
            limit);
      }
    }
    Vectors.blendInPlace(meanAnswer, probabilities, meanAnswerKnown ? config.redundancyKeep() : 0);
    meanAnswerKnown = true;
    return decision(GateOutcome.ADMITTED, entropy, "entropy %.4f", entropy);
  }

  private void observe(double entropy) {
    seen++;
    entropySum += entropy;
    if (seen == config.warmUpEvents()) {
      warmUpMean = entropySum / seen;
    }
  }

  private double entropyMax() {
    double max = config.entropyMaxFraction() * logClasses;
    if (!config.adaptive() || Double.isNaN(warmUpMean) || warmUpMean == 0) {
      return max;
    }
    return Math.min(logClasses, max * (entropySum / seen) / warmUpMean);
  }

  private static GateDecision decision(
      GateOutcome outcome, double entropy, String format, Object... numbers) {
    return new GateDecision(outcome, entropy, String.format(Locale.ROOT, format, numbers));
  }

  @Override
  public byte[] snapshot() {
    ByteBuffer bytes = ByteBuffer.allocate(snapshotBytes());
    bytes.putInt(VERSION).putInt(classes).putLong(seen).putDouble(entropySum).putDouble(warmUpMean);
    bytes.put((byte) (meanAnswerKnown ? 1 : 0));
    for (float value : meanAnswer) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }

  @Override
  public void restore(byte[] snapshot) {
    ByteBuffer bytes = ByteBuffer.wrap(snapshot);
    if (snapshot.length != snapshotBytes()
        || bytes.getInt() != VERSION
        || bytes.getInt() != classes) {
      throw new IllegalArgumentException(
          "expected a gate snapshot of "
              + snapshotBytes()
              + " bytes, version "
              + VERSION
              + ", "
              + classes
              + " classes, found "
              + snapshot.length
              + " bytes");
    }
    seen = bytes.getLong();
    entropySum = bytes.getDouble();
    warmUpMean = bytes.getDouble();
    meanAnswerKnown = bytes.get() == 1;
    for (int c = 0; c < classes; c++) {
      meanAnswer[c] = bytes.getFloat();
    }
  }

  private int snapshotBytes() {
    return 4 + 4 + 8 + 8 + 8 + 1 + 4 * classes;
  }
}
