package dev.meander.replay.file;

import java.util.ArrayList;
import java.util.List;

/** Cuts a line of ARFF into its cells: commas or tabs, either quote, a backslash before a quote. */
final class ArffCells {

  private final String text;
  private int at;

  ArffCells(String text) {
    this.text = text;
  }

  /** Every cell, separated by commas or tabs. */
  List<String> all() {
    List<String> cells = new ArrayList<>();
    cells.add(cell(",\t"));
    while (at < text.length()) {
      at++;
      cells.add(cell(",\t"));
    }
    return cells;
  }

  /** The first word, which may be quoted. */
  String word() {
    return cell(" \t{");
  }

  /** What is left. */
  String rest() {
    return text.substring(at).strip();
  }

  private String cell(String ends) {
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
    StringBuilder cell = new StringBuilder();
    char quote = 0;
    for (; at < text.length(); at++) {
      char c = text.charAt(at);
      if (quote == 0 && ends.indexOf(c) >= 0) {
        break;
      }
      if (c == '\\' && quote != 0 && at + 1 < text.length()) {
        at++;
        cell.append(text.charAt(at));
      } else if (c == quote) {
        quote = 0;
      } else if (quote == 0 && (c == '\'' || c == '"') && cell.toString().isBlank()) {
        quote = c;
      } else {
        cell.append(c);
      }
    }
    return cell.toString().strip();
  }
}
