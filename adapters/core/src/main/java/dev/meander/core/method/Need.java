package dev.meander.core.method;

/** What a method can need of a model, or beside it, and what has it. */
public enum Need {
  /** Batch norms that can be told what to normalise with. */
  STEERED_NORMS(
      "batch norms whose statistics can be set",
      "torch.nn.BatchNorm layers with running statistics have them"),
  /** What the last linear layer sees. */
  FEATURES("features", "models that end in a linear layer have them"),
  /** The weights of the last linear layer. */
  HEAD("a linear head", "models that end in a linear layer have one"),
  /** Gains and shifts of normalisation layers, which are trained. */
  NORM_GAINS(
      "normalisation gains and shifts",
      "batch, group, layer and instance norms with affine=True have them"),
  /** Any block that can be trained. */
  PARAMETERS("trainable weights", "models saved before torch.jit.freeze have them"),
  /** Labelled samples of the data the model was trained on. */
  SOURCE_SAMPLES("source samples", "method.source names a file of them");

  private final String words;
  private final String hint;

  Need(String words, String hint) {
    this.words = words;
    this.hint = hint;
  }

  /** What is needed, as in "expected a model with ...". */
  public String words() {
    return words;
  }

  /** What has it. */
  public String hint() {
    return hint;
  }
}
