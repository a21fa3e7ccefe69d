package dev.meander.app.embedded;

import io.confluent.kafka.schemaregistry.CompatibilityLevel;
import io.confluent.kafka.schemaregistry.ParsedSchemaHolder;
import io.confluent.kafka.schemaregistry.SimpleParsedSchemaHolder;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a schema registry does, apart from HTTP: register, look up, compare, delete. Compatibility
 * is decided by Confluent's own {@link AvroSchema#isCompatible}.
 *
 * <p>Thread-safety: safe; one call at a time.
 */
final class RegistryRules {

  private final RegistryState state;
  private final Consumer<RegistryState.Entry> log;

  /**
   * Rules over what a log holds.
   *
   * @param state state after replaying the log
   * @param log appends a record and returns when it is stored
   */
  RegistryRules(RegistryState state, Consumer<RegistryState.Entry> log) {
    this.state = state;
    this.log = log;
  }

  private void write(RegistryState.Entry entry) {
    log.accept(entry);
    state.apply(entry);
  }

  /** Registers {@code schema}; the id of the version that holds it already, if one does. */
  synchronized int register(String subject, AvroSchema schema) {
    Optional<RegisteredSchema> known = find(subject, schema, false);
    if (known.isPresent()) {
      return known.get().id();
    }
    List<String> problems = problems(subject, schema, live(subject));
    if (!problems.isEmpty()) {
      throw RegistryRefusal.incompatible(subject, problems);
    }
    int id = state.id(schema).orElseGet(state::nextId);
    write(
        RegistryState.entry(
            new RegisteredSchema(subject, state.nextVersion(subject), id, schema, false)));
    return id;
  }

  /** The version of {@code subject} that holds {@code schema}. */
  synchronized RegisteredSchema lookUp(String subject, AvroSchema schema, boolean deleted) {
    if (versions(subject, deleted).isEmpty()) {
      throw RegistryRefusal.subjectNotFound(subject);
    }
    return find(subject, schema, deleted).orElseThrow(RegistryRefusal::schemaNotFound);
  }

  private Optional<RegisteredSchema> find(String subject, AvroSchema schema, boolean deleted) {
    return versions(subject, deleted).stream()
        .filter(version -> version.schema().canonicalString().equals(schema.canonicalString()))
        .reduce((older, newer) -> newer);
  }

  synchronized AvroSchema schema(int id) {
    return state.schema(id).orElseThrow(() -> RegistryRefusal.schemaNotFound(id));
  }

  /** Every version that holds the schema with {@code id}. */
  synchronized List<RegisteredSchema> usesOf(int id, boolean deleted) {
    schema(id);
    return state.subjects().stream()
        .flatMap(subject -> versions(subject, deleted).stream())
        .filter(version -> version.id() == id)
        .toList();
  }

  synchronized List<String> subjects(String prefix, boolean deleted) {
    return state.subjects().stream()
        .filter(subject -> subject.startsWith(prefix))
        .filter(subject -> !versions(subject, deleted).isEmpty())
        .toList();
  }

  /** Versions of a subject that has some. */
  synchronized List<RegisteredSchema> existing(String subject, boolean deleted) {
    List<RegisteredSchema> versions = versions(subject, deleted);
    if (versions.isEmpty()) {
      throw RegistryRefusal.subjectNotFound(subject);
    }
    return versions;
  }

  /**
   * One version of a subject.
   *
   * @param version a number, {@code latest} or {@code -1}
   */
  synchronized RegisteredSchema version(String subject, String version, boolean deleted) {
    List<RegisteredSchema> versions = existing(subject, deleted);
    int number = number(version);
    if (number < 0) {
      return versions.get(versions.size() - 1);
    }
    return versions.stream()
        .filter(candidate -> candidate.version() == number)
        .findFirst()
        .orElseThrow(() -> RegistryRefusal.versionNotFound(number));
  }

  private static int number(String version) {
    if (version.equals("latest") || version.equals("-1")) {
      return -1;
    }
    if (!version.matches("[0-9]{1,9}") || Integer.parseInt(version) < 1) {
      throw RegistryRefusal.invalidVersion(version);
    }
    return Integer.parseInt(version);
  }

  private List<RegisteredSchema> versions(String subject, boolean deleted) {
    return state.versions(subject).stream()
        .filter(version -> deleted || !version.deleted())
        .toList();
  }

  private List<RegisteredSchema> live(String subject) {
    return versions(subject, false);
  }

  /** What keeps {@code schema} from being the next version; empty when nothing does. */
  synchronized List<String> check(String subject, AvroSchema schema) {
    return problems(subject, schema, live(subject));
  }

  /** What keeps {@code schema} apart from one version; empty when nothing does. */
  synchronized List<String> check(String subject, AvroSchema schema, String version) {
    if (number(version) < 0 && live(subject).isEmpty()) {
      return List.of();
    }
    return problems(subject, schema, List.of(version(subject, version, false)));
  }

  private List<String> problems(
      String subject, AvroSchema schema, Collection<RegisteredSchema> against) {
    List<ParsedSchemaHolder> earlier = new ArrayList<>();
    against.forEach(version -> earlier.add(new SimpleParsedSchemaHolder(version.schema())));
    CompatibilityLevel level = state.level(subject).orElseGet(state::globalLevel);
    return schema.isCompatible(level, earlier);
  }

  synchronized CompatibilityLevel level() {
    return state.globalLevel();
  }

  synchronized CompatibilityLevel level(String subject, boolean defaultToGlobal) {
    Optional<CompatibilityLevel> own = state.level(subject);
    if (own.isEmpty() && !defaultToGlobal) {
      throw RegistryRefusal.noLevel(subject);
    }
    return own.orElseGet(state::globalLevel);
  }

  /** Sets the level of {@code subject}, of the registry when it is null. */
  synchronized void setLevel(@Nullable String subject, CompatibilityLevel level) {
    write(RegistryState.entry(subject, level));
  }

  /** Takes back a level that was set. */
  synchronized CompatibilityLevel removeLevel(@Nullable String subject) {
    CompatibilityLevel before = subject == null ? state.globalLevel() : level(subject, false);
    write(RegistryState.entry(subject, (CompatibilityLevel) null));
    return before;
  }

  /** Deletes a subject: softly first, then, if asked, for good. */
  synchronized List<Integer> delete(String subject, boolean permanent) {
    List<RegisteredSchema> all = existing(subject, true);
    List<RegisteredSchema> live = live(subject);
    if (permanent && !live.isEmpty()) {
      throw RegistryRefusal.subjectNotSoftDeleted(subject);
    }
    if (!permanent && live.isEmpty()) {
      throw RegistryRefusal.subjectSoftDeleted(subject);
    }
    List<RegisteredSchema> gone = permanent ? all : live;
    gone.forEach(version -> remove(version, permanent));
    return gone.stream().map(RegisteredSchema::version).toList();
  }

  /** Deletes one version: softly first, then, if asked, for good. */
  synchronized int delete(String subject, String version, boolean permanent) {
    RegisteredSchema found = version(subject, version, true);
    if (permanent && !found.deleted()) {
      throw RegistryRefusal.versionNotSoftDeleted(subject, found.version());
    }
    if (!permanent && found.deleted()) {
      throw RegistryRefusal.versionSoftDeleted(subject, found.version());
    }
    remove(found, permanent);
    return found.version();
  }

  private void remove(RegisteredSchema version, boolean permanent) {
    write(
        permanent
            ? RegistryState.removal(version)
            : RegistryState.entry(version.withDeleted(true)));
  }
}
