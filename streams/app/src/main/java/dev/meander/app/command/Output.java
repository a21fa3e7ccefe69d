package dev.meander.app.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;

/** Prints what a command answers: lines for people, JSON for programs. */
final class Output {

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  private final PrintWriter out;

  Output(CommandSpec spec) {
    this.out = spec.commandLine().getOut();
  }

  void line(String text) {
    out.println(Shown.listing(text));
    out.flush();
  }

  /** Records and maps as JSON. */
  void json(Object value) {
    try {
      line(JSON.writeValueAsString(value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an answer prints as JSON", e);
    }
  }
}
