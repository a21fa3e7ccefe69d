package dev.meander.schemas;

/**
 * Why a record cannot be used. Written by name into the header {@code meander.reason} of a dead
 * letter and into metrics; names never change.
 */
public enum RejectReason {
  /** No value, or bytes that are not the wire format. */
  UNDECODABLE,
  /** The schema id is unknown to the registry. */
  UNKNOWN_SCHEMA,
  /** A valid record of another type than the topic holds. */
  WRONG_RECORD,
  /** A lineage that is malformed or belongs to a model that is not served here. */
  UNKNOWN_LINEAGE,
  /** No input tensor. */
  MISSING_INPUT,
  /** A tensor datatype that is not understood. */
  UNKNOWN_DATATYPE,
  /** A tensor or answer of another shape than the model's. */
  WRONG_SHAPE,
  /** A NaN or infinite value. */
  NOT_FINITE,
  /** A number outside its range. */
  OUT_OF_RANGE,
  /** A record that would not fit into the topic it leads to. */
  TOO_LARGE,
  /** A command without an id, or of a kind this build does not know; a newer writer is at work. */
  UNKNOWN_COMMAND,
  /** A sample that the model threw on; the others of its batch were learned from. */
  MODEL_FAILED,
  /** A sample that the model had no memory for, however often it was tried. */
  MODEL_OUT_OF_MEMORY
}
