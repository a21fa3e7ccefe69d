package dev.meander.core.wire;

import dev.meander.core.weights.AdapterVersion;
import dev.meander.core.weights.AdapterWeights;

/** An adapter record read against a model: verified weights, or why not. */
public sealed interface AdapterReading {

  /** The adapter passed every check. */
  record Verified(AdapterVersion version, AdapterWeights weights) implements AdapterReading {}

  /**
   * The adapter is not to be served.
   *
   * @param message expected and found
   */
  record Refused(AdapterRefusal reason, String message) implements AdapterReading {}
}
