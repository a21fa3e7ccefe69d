package dev.meander.streams.command;

import dev.meander.core.weights.LineageId;
import dev.meander.schemas.CommandKind;
import dev.meander.schemas.RejectReason;
import dev.meander.schemas.kafka.Decoded;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.record.Command;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads commands. Total: every record gives a command that can be answered, or a named refusal.
 *
 * <p>Thread-safety: none; shares the serdes of its processor.
 */
final class CommandReader {

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._:-]{1,64}");

  private final RecordSerdes serdes;

  CommandReader(RecordSerdes serdes) {
    this.serdes = serdes;
  }

  /** A command, or why the record is none. */
  sealed interface Reading {

    /** A well-formed command. */
    record Usable(Command command, LineageId lineage, CommandKind kind) implements Reading {}

    /**
     * A record that is no command.
     *
     * @param message expected and found
     */
    record Unusable(RejectReason reason, String message) implements Reading {}
  }

  /**
   * @param topic full name of the topic it came from
   * @param key must be the command's lineage, because the key decides the partition and with it who
   *     owns the lineage
   * @throws dev.meander.schemas.kafka.RegistryUnavailableException when the schema is needed and
   *     the registry does not answer
   */
  Reading read(String topic, byte @Nullable [] key, byte @Nullable [] value) {
    Decoded<Command> decoded = serdes.decode(topic, Command.class, value);
    if (decoded instanceof Decoded.Refusal<Command> refusal) {
      return new Reading.Unusable(refusal.reason(), refusal.message());
    }
    Command command = ((Decoded.Value<Command>) decoded).value();
    if (!ID.matcher(command.getId()).matches()) {
      return new Reading.Unusable(
          RejectReason.UNKNOWN_COMMAND,
          "expected an id of 1 to 64 letters, digits, '.', '_', ':' or '-', found \""
              + command.getId()
              + "\"");
    }
    CommandKind kind = CommandKind.ofName(command.getKind()).orElse(null);
    if (kind == null) {
      return new Reading.Unusable(
          RejectReason.UNKNOWN_COMMAND,
          "expected a kind of "
              + Arrays.toString(CommandKind.values())
              + ", found \""
              + command.getKind()
              + "\"");
    }
    Long version = command.getVersion();
    if (version != null && version < 0) {
      return new Reading.Unusable(
          RejectReason.OUT_OF_RANGE, "expected a version >= 0, found " + version);
    }
    return lineage(command, kind, key == null ? "none" : new String(key, StandardCharsets.UTF_8));
  }

  private static Reading lineage(Command command, CommandKind kind, String key) {
    LineageId lineage;
    try {
      lineage = LineageId.parse(command.getLineage());
    } catch (IllegalArgumentException e) {
      return new Reading.Unusable(RejectReason.UNKNOWN_LINEAGE, String.valueOf(e.getMessage()));
    }
    if (!lineage.toString().equals(key)) {
      return new Reading.Unusable(
          RejectReason.UNKNOWN_LINEAGE, "expected the key " + lineage + ", found " + key);
    }
    return new Reading.Usable(command, lineage, kind);
  }
}
