package dev.meander.app.doctor;

import dev.meander.app.topics.SchemaAdmin;
import dev.meander.app.topics.SubjectState;
import dev.meander.schemas.Topic;
import java.util.ArrayList;
import java.util.List;

/** The schemas of this build in the registry, and the level their subjects are held to. */
final class SchemasCheck implements Check {

  @Override
  public String subject() {
    return "schemas";
  }

  @Override
  public Need needs() {
    return Need.REGISTRY;
  }

  @Override
  public String advice() {
    return "correct schema.registry.url and the registry.* keys, or what this user may do there";
  }

  @Override
  public List<Finding> find(Examined examined) {
    String create = "run: " + examined.command("topics create");
    List<Finding> findings = new ArrayList<>();
    examined.schemas().inspect().forEach(state -> findings.add(subject(state, create)));
    levels(examined.schemas(), create, findings);
    return findings;
  }

  private static Finding subject(SubjectState state, String create) {
    String subject = "schema " + state.subject();
    return switch (state.outcome()) {
      case REGISTERED, EXISTING -> Finding.ok(subject, "id " + state.id());
      case MISSING -> Finding.warn(subject, "expected the schema, found none", create);
      case INCOMPATIBLE ->
          Finding.fail(
              subject,
              state.detail(),
              "run the build that wrote the newest version, or another topics.prefix");
    };
  }

  private static void levels(SchemaAdmin admin, String create, List<Finding> findings) {
    List<String> other = new ArrayList<>();
    for (Topic topic : Topic.values()) {
      if (topic.valueSchema().isPresent()) {
        String level = admin.compatibility(topic);
        if (!level.equals(SchemaAdmin.COMPATIBILITY)) {
          other.add(topic.suffix() + " " + level);
        }
      }
    }
    if (!other.isEmpty()) {
      findings.add(
          Finding.warn(
              "compatibility",
              "expected " + SchemaAdmin.COMPATIBILITY + ", found " + String.join(", ", other),
              create));
    }
  }
}
