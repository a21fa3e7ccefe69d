package dev.meander.app.embedded;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;

/**
 * One version of one subject.
 *
 * @param subject name of the subject
 * @param version its version there, {@code >= 1}
 * @param id id of the schema, the same wherever the same text is registered
 * @param schema the schema
 * @param deleted soft-deleted: still read by id, no longer a version
 */
record RegisteredSchema(String subject, int version, int id, AvroSchema schema, boolean deleted) {

  RegisteredSchema withDeleted(boolean deleted) {
    return new RegisteredSchema(subject, version, id, schema, deleted);
  }
}
