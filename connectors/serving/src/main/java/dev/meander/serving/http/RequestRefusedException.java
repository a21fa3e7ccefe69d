package dev.meander.serving.http;

/** Leaves the handling of a request whose answer is an error. The message is for the client. */
final class RequestRefusedException extends Exception {

  private static final long serialVersionUID = 1L;

  private final RequestProblem problem;

  RequestRefusedException(RequestProblem problem, String message) {
    super(message, null, false, false);
    this.problem = problem;
  }

  RequestProblem problem() {
    return problem;
  }

  /** The message; never null. */
  String text() {
    return String.valueOf(getMessage());
  }
}
