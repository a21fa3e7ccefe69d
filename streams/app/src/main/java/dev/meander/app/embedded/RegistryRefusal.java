package dev.meander.app.embedded;

/** An answer of the registry that is not the one asked for, with Confluent's status and code. */
final class RegistryRefusal extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final int code;

  private RegistryRefusal(int status, int code, String message) {
    super(message);
    this.status = status;
    this.code = code;
  }

  int status() {
    return status;
  }

  int code() {
    return code;
  }

  static RegistryRefusal subjectNotFound(String subject) {
    return new RegistryRefusal(404, 40401, "Subject '" + subject + "' not found.");
  }

  static RegistryRefusal versionNotFound(int version) {
    return new RegistryRefusal(404, 40402, "Version " + version + " not found.");
  }

  static RegistryRefusal schemaNotFound() {
    return new RegistryRefusal(404, 40403, "Schema not found");
  }

  static RegistryRefusal schemaNotFound(int id) {
    return new RegistryRefusal(404, 40403, "Schema " + id + " not found");
  }

  static RegistryRefusal subjectSoftDeleted(String subject) {
    return new RegistryRefusal(
        404,
        40404,
        "Subject '" + subject + "' was soft deleted. Set permanent=true to delete permanently");
  }

  static RegistryRefusal subjectNotSoftDeleted(String subject) {
    return new RegistryRefusal(
        404,
        40405,
        "Subject '" + subject + "' was not deleted first before being permanently deleted");
  }

  static RegistryRefusal versionSoftDeleted(String subject, int version) {
    return new RegistryRefusal(
        404,
        40406,
        "Subject '%s' Version %d was soft deleted. Set permanent=true to delete permanently"
            .formatted(subject, version));
  }

  static RegistryRefusal versionNotSoftDeleted(String subject, int version) {
    return new RegistryRefusal(
        404,
        40407,
        "Subject '%s' Version %d was not deleted first before being permanently deleted"
            .formatted(subject, version));
  }

  static RegistryRefusal noLevel(String subject) {
    return new RegistryRefusal(
        404,
        40408,
        "Subject '" + subject + "' does not have subject-level compatibility configured");
  }

  static RegistryRefusal noMode(String subject) {
    return new RegistryRefusal(
        404, 40409, "Subject '" + subject + "' does not have subject-level mode configured");
  }

  static RegistryRefusal noSuchPath() {
    return new RegistryRefusal(404, 404, "HTTP 404 Not Found");
  }

  static RegistryRefusal noSuchMethod() {
    return new RegistryRefusal(405, 405, "HTTP 405 Method Not Allowed");
  }

  static RegistryRefusal tooLarge(int bytesMax) {
    return new RegistryRefusal(413, 413, "expected a body of at most " + bytesMax + " bytes");
  }

  static RegistryRefusal incompatible(String subject, Iterable<String> problems) {
    return new RegistryRefusal(
        409,
        409,
        "Schema being registered is incompatible with an earlier schema for subject \"%s\", details: %s"
            .formatted(subject, problems));
  }

  static RegistryRefusal invalidSchema(String detail) {
    return new RegistryRefusal(422, 42201, "Invalid schema: " + detail);
  }

  static RegistryRefusal invalidVersion(String version) {
    return new RegistryRefusal(
        422,
        42202,
        "The specified version '%s' is not a valid version id. Allowed values are between [1, 2^31-1] and the string \"latest\""
            .formatted(version));
  }

  static RegistryRefusal invalidLevel() {
    return new RegistryRefusal(
        422,
        42203,
        "Invalid compatibility level. Valid values are none, backward, forward, full, backward_transitive, forward_transitive, and full_transitive");
  }

  static RegistryRefusal storage(String detail) {
    return new RegistryRefusal(500, 50001, "Error in the backend data store: " + detail);
  }
}
