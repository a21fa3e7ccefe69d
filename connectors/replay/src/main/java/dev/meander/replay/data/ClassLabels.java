package dev.meander.replay.data;

import dev.meander.core.config.Nearest;
import dev.meander.replay.file.DecimalNumber;
import dev.meander.replay.file.Table;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The classes of a table's rows. Whole numbers, also written as {@code 3.0}, are classes from 0 on;
 * names are classes in the order of their code points, or in the order that the format or a model
 * gives.
 */
final class ClassLabels {

  /** Empty classes that are let pass, beside as many as there are others. */
  private static final int EMPTY_MAX = 10;

  private final Path file;
  private final Map<String, Integer> positions = new LinkedHashMap<>();
  private final List<Long> firstLines = new ArrayList<>();
  private final List<Integer> rows = new ArrayList<>();

  ClassLabels(Path file) {
    this.file = file;
  }

  /** A table's classes. */
  record Found(int[] labels, List<String> classNames, List<String> notes) {}

  /** Reads the class of the next row. */
  void add(String cell, long line) {
    if (DecimalNumber.isMissing(cell)) {
      throw new DataSetRefusedException(
          "expected a label, found \"%s\" in line %d of %s".formatted(cell, line, file));
    }
    if (cell.codePoints().anyMatch(Character::isISOControl)) {
      throw new DataSetRefusedException(
          "expected a label of one line, found \"%s\" in line %d of %s"
              .formatted(Table.shown(cell), line, file));
    }
    Integer position = positions.get(canonical(cell));
    if (position == null) {
      position = positions.size();
      positions.put(canonical(cell), position);
      firstLines.add(line);
      if (positions.size() > CsvDataSet.CLASSES_MAX) {
        throw new DataSetRefusedException(
            "expected at most %d different labels, found more up to line %d of %s; is it a class?"
                .formatted(CsvDataSet.CLASSES_MAX, line, file));
      }
    }
    rows.add(position);
  }

  /** A whole number without sign, zeros before it or a point; other texts as they are. */
  private static String canonical(String cell) {
    OptionalDouble number = DecimalNumber.parse(cell);
    boolean whole =
        number.isPresent()
            && number.getAsDouble() == Math.rint(number.getAsDouble())
            && Math.abs(number.getAsDouble()) <= 1e15;
    return whole ? Long.toString((long) number.getAsDouble()) : cell;
  }

  /**
   * Gives every row its class.
   *
   * @param declared names in the order of the format; empty when it has none
   * @param model names in the order of a model, which win; null for none
   */
  Found resolve(List<String> declared, @Nullable List<String> model) {
    if (model != null) {
      return among(model, "the model's classes");
    }
    if (!declared.isEmpty() && !isNumbered(declared)) {
      return among(declared, "the values");
    }
    long numbers = positions.keySet().stream().filter(ClassLabels::isNumber).count();
    if (numbers == positions.size()) {
      return numbered(declared.size());
    }
    if (numbers > 0) {
      throw refused("labels that are all numbers or all names", mixed());
    }
    List<String> names = List.copyOf(new TreeSet<>(positions.keySet()));
    return among(names, "the names");
  }

  private static boolean isNumber(String label) {
    return DecimalNumber.parse(label).isPresent();
  }

  private static boolean isNumbered(List<String> names) {
    return IntStream.range(0, names.size()).allMatch(i -> names.contains(Integer.toString(i)));
  }

  /** The first label of the rarer kind of the first two that differ in kind. */
  private String mixed() {
    boolean first = isNumber(positions.keySet().iterator().next());
    return positions.keySet().stream()
        .filter(label -> isNumber(label) != first)
        .findFirst()
        .orElseThrow();
  }

  private Found among(List<String> names, String what) {
    Map<String, Integer> known = new HashMap<>();
    for (String name : names) {
      known.putIfAbsent(canonical(name), known.size());
    }
    int[] classes = new int[positions.size()];
    for (Map.Entry<String, Integer> label : positions.entrySet()) {
      Integer found = known.get(label.getKey());
      if (found == null) {
        String few = String.join(", ", names.subList(0, Math.min(20, names.size())));
        String more = names.size() > 20 ? ", ..." : "";
        throw refused(
            "a label of " + what + " " + few + more,
            label.getKey(),
            Nearest.suggestion(label.getKey(), names));
      }
      classes[label.getValue()] = found;
    }
    return found(classes, names, List.of());
  }

  private Found numbered(int declared) {
    int[] classes = new int[positions.size()];
    int max = Math.max(0, declared - 1);
    for (Map.Entry<String, Integer> label : positions.entrySet()) {
      double value = DecimalNumber.parse(label.getKey()).orElseThrow();
      if (!(value >= 0 && value < CsvDataSet.CLASSES_MAX) || value != Math.rint(value)) {
        throw refused("a label of 0 to " + (CsvDataSet.CLASSES_MAX - 1), label.getKey());
      }
      classes[label.getValue()] = (int) value;
      max = Math.max(max, (int) value);
    }
    int used = positions.size();
    if (max + 1 - used > used + EMPTY_MAX) {
      throw refused(
          "labels that count from 0, as %d different ones would up to %d".formatted(used, used - 1),
          Integer.toString(max));
    }
    boolean fromOne = !positions.containsKey("0") && used > 1;
    List<String> notes =
        fromOne
            ? List.of("no row of " + file + " has the label 0; do its labels count from 1?")
            : List.of();
    return found(classes, ClassNames.numbered(max + 1), notes);
  }

  private Found found(int[] classes, List<String> names, List<String> notes) {
    int[] labels = rows.stream().mapToInt(position -> classes[position]).toArray();
    return new Found(labels, names, notes);
  }

  private DataSetRefusedException refused(String expected, String label) {
    return refused(expected, label, "");
  }

  private DataSetRefusedException refused(String expected, String label, String hint) {
    Integer position = positions.get(label);
    return new DataSetRefusedException(
        "expected %s, found \"%s\" in line %d of %s%s"
            .formatted(
                expected,
                Table.shown(label),
                firstLines.get(position == null ? 0 : position),
                file,
                hint));
  }
}
