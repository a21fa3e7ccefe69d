package dev.meander.app.command;

import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** Warnings of what is odd and can be used all the same, on standard error. */
final class TableNotes {

  private TableNotes() {}

  static void print(List<String> notes, CommandSpec spec) {
    PrintWriter err = spec.commandLine().getErr();
    notes.forEach(note -> err.println("warning: " + note));
    err.flush();
  }
}
