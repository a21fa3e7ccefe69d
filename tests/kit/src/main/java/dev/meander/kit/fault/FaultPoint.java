package dev.meander.kit.fault;

/** Where a learner application can be stopped. Hooks in its ports say when it is there. */
public enum FaultPoint {
  /** Records were received, none of them is processed. */
  RECEIVED,
  /** Gradients of a step are there, no weight is written. */
  STEP,
  /** A sample was handed to the producer, its transaction is open. */
  SAMPLE,
  /** A version was handed to the producer, its alias was not, the transaction is open. */
  VERSION,
  /** A version lies on the broker's log, its transaction is open. */
  STORED,
  /** An alias was handed to the producer, its transaction is open. */
  ALIAS,
  /** A change of a store was handed to the producer, as a commit does with all of them. */
  COMMIT,
  /** A chunk of a version was handed to the producer, further chunks follow. */
  CHUNK,
  /** Part of the stores has been read back. */
  RESTORE
}
