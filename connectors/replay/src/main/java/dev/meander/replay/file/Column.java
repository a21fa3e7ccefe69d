package dev.meander.replay.file;

import java.util.List;

/**
 * A column of a table.
 *
 * @param name as its file has it, without blanks around it; empty when it has none
 * @param number counted from 1
 * @param values the names its cells may be, in their order, where the file lists them; else empty
 */
public record Column(String name, int number, List<String> values) {

  public Column {
    values = List.copyOf(values);
  }
}
