package dev.meander.core.wire;

/**
 * Why an adapter record is not served. Names are written to acknowledgements and metrics and never
 * change.
 */
public enum AdapterRefusal {
  /** Made for another base model. */
  OTHER_BASE,
  /** Blocks that the model does not have, or a tensor table that contradicts itself. */
  OTHER_LAYOUT,
  /** A codec this build does not know; a newer writer is at work. */
  UNKNOWN_CODEC,
  /** A frame this build does not know; a newer writer is at work. */
  UNKNOWN_FRAME,
  /** No payload, or one of another length than the layout asks for. */
  TRUNCATED,
  /** The payload's CRC-32C is wrong. */
  CORRUPT,
  /** The decoded floats do not have the content hash the record claims. */
  OTHER_CONTENT,
  /** A NaN or infinite float. */
  NOT_FINITE,
  /** A float beyond the node's bound, or a negative variance. */
  OUT_OF_BOUNDS,
  /** A change to a version whose floats are not there; the next key frame needs none. */
  MISSING_PARENT,
  /** Chunks that are not all there, or not in order, before the manifest. */
  MISSING_CHUNK,
  /** A chunk of another version, or of the same number with other content. */
  FOREIGN_CHUNK,
  /** A chunk that came before. */
  DUPLICATE_CHUNK,
  /** A payload beyond the node's bound. */
  TOO_LARGE,
  /** A malformed lineage, version or digest. */
  MALFORMED
}
