package dev.meander.serving.subscribe;

/**
 * Why a version or a record is not served.
 *
 * @param reason a name that never changes, such as {@code OTHER_BASE}; the tag of a metric
 * @param message expected and found
 */
record Refusal(String reason, String message) {

  static Refusal of(Enum<?> reason, String message) {
    return new Refusal(reason.name(), message);
  }

  /** The reason of an acknowledgement: {@code OTHER_BASE: expected ..., found ...}. */
  String text() {
    return reason + ": " + message;
  }
}
