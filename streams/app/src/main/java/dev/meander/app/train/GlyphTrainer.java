package dev.meander.app.train;

import dev.meander.core.math.Vectors;
import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.NormMode;
import dev.meander.core.model.Tape;
import dev.meander.core.objective.CrossEntropy;
import dev.meander.core.objective.Pass;
import dev.meander.core.tensor.LabelledBatch;
import dev.meander.replay.data.DataSet;
import dev.meander.replay.data.GlyphDataSet;
import dev.meander.replay.data.GlyphDataSet.Part;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Trains every block of a model on glyphs through the model port: batch statistics, mean
 * cross-entropy, running statistics as a moving average of the batches'. Images are not augmented
 * and no image is seen twice, so the network learns clean glyphs and nothing about corruptions.
 *
 * <p>Equal settings, model file and engine give equal floats when the engine runs on one thread.
 *
 * <p>Thread-safety: none. The model stays the caller's.
 */
public final class GlyphTrainer {

  private static final double STATISTICS_KEEP = 0.9;
  private static final int TEST_BATCH = 100;

  private final AdaptableModel model;
  private final TrainerConfig config;
  private final ModelFloats trained;
  private final ModelFloats statistics;
  private final CosineDescent descent;
  private final float[] theta;
  private final float[] running;

  /**
   * @param model an untrained network of ten classes for 3x32x32 images; trained in place
   * @param config how
   */
  public GlyphTrainer(AdaptableModel model, TrainerConfig config) {
    this.model = model;
    this.config = config;
    this.trained =
        new ModelFloats(
            model, model.spec().inventory().select(block -> !block.role().isStatistic()));
    this.statistics =
        new ModelFloats(
            model, model.spec().inventory().select(block -> block.role().isStatistic()));
    this.descent = new CosineDescent(config.optimiser(), trained.size(), config.steps());
    this.theta = trained.read();
    this.running = statistics.read();
  }

  /**
   * Trains to the end and leaves the result in the model.
   *
   * @param progress told after every epoch
   */
  public void train(Consumer<EpochReport> progress) throws InterruptedException {
    model.train(trained.layout().blocks());
    int stepsPerEpoch = config.imagesPerEpoch() / config.batch();
    DataSet images =
        new GlyphDataSet(Part.TRAIN, config.seed(), config.epochs() * config.imagesPerEpoch());
    try (BatchesAhead batches = new BatchesAhead(images, config.batch())) {
      for (int epoch = 1; epoch <= config.epochs(); epoch++) {
        double loss = 0;
        int wrong = 0;
        for (int step = 0; step < stepsPerEpoch; step++) {
          LabelledBatch batch = batches.next();
          try (Tape tape = model.forward(batch.x(), NormMode.BATCH, true)) {
            loss += step(batch, tape);
            wrong += batch.wrong(tape.logits());
          }
        }
        progress.accept(
            new EpochReport(epoch, loss / stepsPerEpoch, 100.0 * wrong / config.imagesPerEpoch()));
      }
    }
    statistics.write(running);
  }

  private double step(LabelledBatch batch, Tape tape) {
    double[] weights = new double[batch.labels().length];
    Arrays.fill(weights, 1);
    float[] dLogits = new float[tape.logits().data().length];
    float[] dFeatures = new float[tape.features().data().length];
    double loss =
        new CrossEntropy(batch.labels())
            .evaluate(new Pass(tape.logits(), tape.features(), weights), dLogits, dFeatures);
    tape.backward(dLogits, null);
    Vectors.blendInPlace(running, statistics.statistics(tape), STATISTICS_KEEP);
    descent.step(theta, trained.gradients(tape));
    trained.write(theta);
    return loss;
  }

  /** Percent of the clean test images that the model gets wrong with its running statistics. */
  public double testErrorPercent() {
    DataSet images = new GlyphDataSet(Part.TEST, config.seed(), config.testImages());
    int wrong = 0;
    for (int from = 0; from < images.size(); from += TEST_BATCH) {
      int size = Math.min(TEST_BATCH, images.size() - from);
      LabelledBatch batch = images.batch(from, size);
      try (Tape tape = model.forward(batch.x(), NormMode.SOURCE, false)) {
        wrong += batch.wrong(tape.logits());
      }
    }
    return 100.0 * wrong / images.size();
  }

  /** Every parameter and running statistic by name. */
  public Map<String, float[]> weights() {
    return new ModelFloats(model, model.spec().inventory()).byName();
  }
}
