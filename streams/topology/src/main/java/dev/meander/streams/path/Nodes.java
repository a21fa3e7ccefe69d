package dev.meander.streams.path;

/**
 * Names of the topology's nodes. They appear in metrics, logs and the golden description; a changed
 * name is a changed interface.
 */
public final class Nodes {

  public static final String TRAFFIC = "traffic";
  public static final String GATE = "gate";
  public static final String GATE_SAMPLES = "gate-samples";
  public static final String GATE_DECISIONS = "gate-decisions";
  public static final String GATE_DEAD_LETTERS = "gate-dlq";

  public static final String COMMANDS = "commands";
  public static final String COMMAND = "command";
  public static final String SAMPLES = "samples";
  public static final String LEARNER = "learner";
  public static final String PREDICTION = "prediction";
  public static final String GUARD = "guard";
  public static final String PUBLISH = "publish";
  public static final String ADAPTERS = "adapters";
  public static final String ALIASES = "aliases";
  public static final String DECISIONS = "decisions";
  public static final String PREDICTIONS = "predictions";
  public static final String DEAD_LETTERS = "dlq";

  private Nodes() {}
}
