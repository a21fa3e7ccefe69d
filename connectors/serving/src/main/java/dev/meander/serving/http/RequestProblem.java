package dev.meander.serving.http;

/** Why a request has no answer. Names are in answers and metrics and never change. */
enum RequestProblem {
  MALFORMED_JSON(400),
  MALFORMED_ENCODING(400),
  MALFORMED_ID(400),
  MALFORMED_SCOPE(400),
  MISSING_INPUT(400),
  UNEXPECTED_INPUT(400),
  UNKNOWN_DATATYPE(400),
  UNKNOWN_OUTPUT(400),
  WRONG_SHAPE(400),
  NOT_FINITE(400),
  BINARY_DATA(415),
  UNKNOWN_ENCODING(415),
  UNKNOWN_CONTENT_TYPE(415),
  UNKNOWN_MODEL(404),
  UNKNOWN_PATH(404),
  WRONG_METHOD(405),
  TOO_MANY_ROWS(413),
  BODY_TOO_LARGE(413),
  NOT_READY(503),
  OVERLOADED(503),
  ANSWER_NOT_FINITE(500),
  MODEL_FAILED(500),
  INTERNAL(500);

  private final int status;

  RequestProblem(int status) {
    this.status = status;
  }

  int status() {
    return status;
  }
}
