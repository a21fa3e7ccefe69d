package dev.meander.app.topics;

/**
 * One subject of the registry against the schema of this build.
 *
 * @param subject name of the subject
 * @param outcome what was found or done
 * @param id id of the schema; 0 when it is not registered
 * @param detail why it was refused; empty otherwise
 */
public record SubjectState(String subject, Outcome outcome, int id, String detail) {

  /** What was found or done. */
  public enum Outcome {
    /** It was registered now. */
    REGISTERED,
    /** It was registered before. */
    EXISTING,
    /** It is not registered, and could be. */
    MISSING,
    /** The registry refuses it beside the versions it holds. */
    INCOMPATIBLE
  }
}
