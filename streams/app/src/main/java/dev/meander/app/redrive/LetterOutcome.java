package dev.meander.app.redrive;

/** What becomes of a selected dead letter; names appear in JSON and never change. */
public enum LetterOutcome {
  /** It would be sent. */
  WOULD_SEND("would be sent again"),
  /** It was sent. */
  SENT("sent again"),
  /** An earlier run has sent it. */
  SENT_BEFORE("sent again by an earlier run"),
  /** It has been sent again as often as is allowed. */
  REDRIVES_MAX("refused after every redrive it is allowed"),
  /** Its headers do not say where it came from. */
  NO_ORIGIN("without headers that say where it came from"),
  /** It came from a topic that the application does not read. */
  FOREIGN_TOPIC("from a topic that the application does not read"),
  /** Its value was too large to be laid aside. */
  VALUE_LEFT_OUT("too large to be laid aside, without its value"),
  /** Its key was too large to be laid aside. */
  KEY_LEFT_OUT("too large to be laid aside, without its key"),
  /** Its headers were too large to be laid aside. */
  HEADERS_LEFT_OUT("too large to be laid aside, without its headers");

  private final String meaning;

  LetterOutcome(String meaning) {
    this.meaning = meaning;
  }

  /** Completes a sentence that begins with a number of letters. */
  public String meaning() {
    return meaning;
  }
}
