package dev.meander.core.wire;

import dev.meander.core.weights.AdapterWeights;
import dev.meander.schemas.record.AdapterRecord;

/** A version as a record, or why it cannot be one. */
public sealed interface AdapterWriting {

  /**
   * A record.
   *
   * @param decoded what a node decodes of it; its content hash is the record's
   */
  record Written(AdapterRecord record, AdapterWeights decoded) implements AdapterWriting {}

  /**
   * The codec cannot hold the version's floats.
   *
   * @param codec name of the codec
   * @param message expected and found
   */
  record NotRepresentable(String codec, String message) implements AdapterWriting {}
}
