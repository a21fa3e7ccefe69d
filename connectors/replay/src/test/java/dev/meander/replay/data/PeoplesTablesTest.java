package dev.meander.replay.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.kit.BadInput;
import dev.meander.kit.BadInput.Entrance;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables as pandas, R, Excel and Weka write them, and what people take for tables. */
class PeoplesTablesTest {

  private static final String PLAIN = "a,b,label\n1,-2.5,0\n3,4,1\n";

  @TempDir
  @SuppressWarnings("NullAway.Init") // set before each test
  Path folder;

  private CsvDataSet read(String name, byte[] bytes) throws IOException {
    return CsvDataSet.open(Files.write(folder.resolve(name), bytes));
  }

  private CsvDataSet read(String text) throws IOException {
    return read("t.csv", text.getBytes(StandardCharsets.UTF_8));
  }

  private CsvDataSet read(String text, TableOptions options) throws IOException {
    return CsvDataSet.open(Files.writeString(folder.resolve("t.csv"), text), options);
  }

  private void assertRefused(String text, String message) {
    assertThatThrownBy(() -> read(text))
        .as(text)
        .isInstanceOf(DataSetRefusedException.class)
        .hasMessage(message.replace("FILE", folder.resolve("t.csv").toString()));
  }

  @BadInput(
      at = Entrance.DATA,
      what = "CSV with quotes, other separators, line ends, marks, comments or blank lines",
      then = "the same rows")
  @Test
  void shouldReadEveryDialectAsTheSameRows() throws IOException {
    CsvDataSet plain = read(PLAIN);
    String quoted =
        "\"a\",\"b, with \"\"quotes\"\"\nand a line\",\"label\"\n\"1\",\"-2.5\",\"0\"\n3,4,1";
    for (String text :
        List.of(
            quoted,
            PLAIN.replace(',', ';'),
            PLAIN.replace(',', '\t'),
            PLAIN.replace(',', '|'),
            "sep=;\n" + PLAIN.replace(',', ';'),
            PLAIN.replace(",", " , "),
            PLAIN.replace("\n", "\r\n"),
            PLAIN.replace("\n", "\r"),
            PLAIN.strip(),
            PLAIN + "\n \n\n",
            PLAIN.replace("\n", "\n\n"),
            "# made by x, y\n" + PLAIN,
            "\ufeff" + PLAIN,
            PLAIN.replace("0\n", "0.0\n").replace(",1\n", ",1e0\n"),
            PLAIN.replace("\n", ",\n"),
            "label,a,b\n0,1,-2.5\n1,3,4\n",
            ",a,b,label\n0,1,-2.5,0\n1,3,4,1\n",
            PLAIN.toUpperCase(java.util.Locale.ROOT))) {
      assertThat(read(text).digest()).as(text).isEqualTo(plain.digest());
    }
    for (Charset charset : List.of(StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
      assertThat(read("t.csv", ("\ufeff" + PLAIN).getBytes(charset)).digest())
          .isEqualTo(plain.digest());
    }
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(PLAIN.getBytes(StandardCharsets.UTF_8));
    }
    CsvDataSet unpacked = read("t.csv.gz", packed.toByteArray());
    assertThat(unpacked.digest()).isEqualTo(plain.digest());
    assertThat(unpacked.name()).isEqualTo("t");
  }

  @BadInput(
      at = Entrance.DATA,
      what = "hexadecimal, suffixed, infinite, huge and missing numbers, decimal commas",
      then = "refused with line and column")
  @Test
  void shouldRefuseWhatIsNoNumber() {
    String found = "expected a finite number, found \"%s\" in column 2 (b) of line 3 of FILE%s";
    String missing = "; a missing value? --missing mean, median or zero puts one in";
    String[][] cells = {
      {"0x1p3", "; hexadecimal numbers are not read"},
      {"1d", "; a number has no suffix"},
      {"2.5f", "; a number has no suffix"},
      {"1_000", ""},
      {"Infinity", "; infinity is none"},
      {"-inf", "; infinity is none"},
      {"\u0661", ""},
      {"?", missing},
      {"", missing},
      {"NA", missing},
      {"nan", missing},
      {"#N/A", missing},
      {"NULL", missing},
      {"2,5", "; a decimal comma? write a point"},
    };
    for (String[] cell : cells) {
      assertRefused("a;b;label\n1;1;0\n1;" + cell[0] + ";1\n", found.formatted(cell[0], cell[1]));
    }
    for (String huge : List.of("1e38", "-2e19", "1e999")) {
      assertRefused(
          "a,b,label\n1," + huge + ",0\n",
          "expected a number of at most 1e19 in size, found \""
              + huge
              + "\" in column 2 (b) of line 2 of FILE");
    }
  }

  @BadInput(
      at = Entrance.DATA,
      what = "no header, no label, ragged lines, open quotes, columns without a name",
      then = "refused with the line")
  @Test
  void shouldRefuseTablesThatAreNone() {
    assertRefused(
        "1,2,0\n3,4,1\n",
        "expected a header line with the names of the columns, found numbers in line 1 of FILE;"
            + " write one, such as x1,x2,label, before them");
    assertRefused(
        "# a,b,label\n1,2,0\n",
        "expected a header line with the names of the columns, found numbers in line 2 of FILE;"
            + " take the # away if the line before is the header");
    assertRefused("a,b,label\n", "expected rows after the header, found none in FILE");
    assertRefused(
        "a b label\n1 2 0\n",
        "expected columns separated by commas, semicolons, tabs or bars, found \"a b label\" in the"
            + " first line of FILE; are blanks between them?");
    assertRefused(
        "a,b,label\n1,2,0,\n",
        "expected 3 cells, found 4 in line 2 of FILE; a separator at the end of the line?");
    assertRefused(
        "a,b,label\n1,2,3,0\n",
        "expected 3 cells, found 4 in line 2 of FILE; R writes row names without a name:"
            + " write.csv(x, row.names = FALSE)");
    assertRefused(
        "a,b,label\n1,\"2,0\n1,2,0\n",
        "expected 3 cells, found 2 in line 2 of FILE; is a quote in it never closed?");
    assertRefused(
        ",a,label\n1.5,2,0\n",
        "expected a name of column 1 in the header, found none, and \"1.5\" in line 2 of FILE");
    assertRefused("label,a,label\n1,2,0\n", "expected one column label, found 2 in FILE");
  }

  @BadInput(
      at = Entrance.DATA,
      what = "labels that are negative, broken, missing, mixed, or far apart",
      then = "refused with the line; names are classes in their order")
  @Test
  void shouldReadLabelsAsClasses() throws IOException {
    assertRefused(
        "a,label\n1,-1\n", "expected a label of 0 to 9999, found \"-1\" in line 2 of FILE");
    assertRefused("a,label\n1,?\n", "expected a label, found \"?\" in line 2 of FILE");
    assertRefused(
        "a,label\n1,0\n2,UP\n",
        "expected labels that are all numbers or all names, found \"UP\" in line 3 of FILE");
    assertRefused(
        "a,label\n1,0\n1,5000\n",
        "expected labels that count from 0, as 2 different ones would up to 1, found \"5000\" in"
            + " line 3 of FILE");
    CsvDataSet names = read("a,label\n1,UP\n2,DOWN\n3,UP\n");
    assertThat(names.classNames()).containsExactly("DOWN", "UP");
    assertThat(names.label(0)).isEqualTo(1);
    assertThat(read("a,label\n1,1\n2,2\n").notes().get(0))
        .endsWith("has the label 0; do its labels count from 1?");
    TableOptions model =
        new TableOptions("kind", List.of("no", "yes"), MissingValues.REFUSE, 0, null);
    assertThat(read("a,label,kind\n1,7,yes\n", model).label(0)).isEqualTo(1);
    assertThatThrownBy(() -> read("a,label,kind\n1,7,yess\n", model))
        .hasMessage(
            "expected a label of the model's classes no, yes, found \"yess\" in line 2 of %s, did"
                + " you mean yes?",
            folder.resolve("t.csv"));
    assertThatThrownBy(() -> read("a,kindd\n1,7\n", model))
        .hasMessage(
            "expected a column kind, found \"a,kindd\" in %s, did you mean kindd?",
            folder.resolve("t.csv"));
  }

  @BadInput(
      at = Entrance.DATA,
      what = "missing numbers with --missing",
      then = "zero, or mean or median of the training rows only")
  @Test
  void shouldPutInWhatTrainingRowsSay() throws IOException {
    String text = "a,b,label\n1,2,0\n,4,1\n4,?,0\n7,8,1\n100,NA,0\n";
    CsvDataSet mean = read(text, new TableOptions(null, null, MissingValues.MEAN, 4, null));
    assertThat(mean.image(1)).containsExactly(4, 4);
    assertThat(mean.image(4)).containsExactly(100, 14 / 3f);
    assertThat(mean.notes().get(0))
        .isEqualTo(
            "3 missing values of %s are replaced by the mean of the training rows"
                .formatted(folder.resolve("t.csv")));
    CsvDataSet median = read(text, new TableOptions(null, null, MissingValues.MEDIAN, 4, null));
    assertThat(median.image(1)).containsExactly(4, 4);
    assertThat(median.image(2)).containsExactly(4, 4);
    CsvDataSet zero = read(text, new TableOptions(null, null, MissingValues.ZERO, 0, null));
    assertThat(zero.image(2)).containsExactly(4, 0);
    TableOptions later = new TableOptions(null, null, MissingValues.MEAN, 9, null).like(mean);
    assertThat(read("a,b,label\n,,0\n9,9,1\n", later).image(0)).containsExactly(4, 14 / 3f);
    assertThatThrownBy(() -> read(text, new TableOptions(null, null, MissingValues.MEAN, 0, null)))
        .hasMessage(
            "expected training rows to take the mean from (--first or --source), found none for %s",
            folder.resolve("t.csv"));
    assertThatThrownBy(
            () ->
                read(
                    "a,b,label\n1,,0\n2,3,1\n",
                    new TableOptions(null, null, MissingValues.MEDIAN, 1, null)))
        .hasMessage(
            "expected a number in column b of the 1 training rows to take the median from, found"
                + " none in %s",
            folder.resolve("t.csv"));
  }

  @BadInput(
      at = Entrance.DATA,
      what = "columns that are constant, of one size, or spoilt by one number",
      then = "a warning")
  @Test
  void shouldSayWhatIsOdd() throws IOException {
    StringBuilder text = new StringBuilder("same,far,time,a,a,label\n");
    for (int i = 0; i < 20; i++) {
      text.append(
          "1,%s,%d,%d,3.%d,%d\n"
              .formatted(i == 7 ? "1e18" : "1", 1_700_000_000 + 256 * i, i, i, i % 2));
    }
    assertThat(read(text.toString()).notes())
        .containsExactly(
            "several columns of " + folder.resolve("t.csv") + " have the same name: a",
            "column same is 1.0 in every training row; it tells nothing",
            "column far has a number of the size 1.00e+18, more than a million times the usual one;"
                + " it spoils mean and variance",
            "numbers of column time differ by less than 1e-5 of their size, and a float keeps seven"
                + " digits");
  }

  @BadInput(
      at = Entrance.DATA,
      what = "ARFF: quoted names, comments, nominal classes; sparse rows, texts and dates",
      then = "read; the others refused with the line")
  @Test
  void shouldReadArff() throws IOException {
    String header =
        "% from a laboratory\n"
            + "@RELATION 'some sensors'\n\n"
            + "@attribute 'a b' numeric\n"
            + "@ATTRIBUTE b{1,2}\n"
            + "@attribute class {up, 'far \\'down', \"it\"}\n"
            + "@data\n";
    CsvDataSet data =
        read(
            "x.arff",
            (header + "% rows\n1.5, 2, up\n\n2,1,'far \\'down'\n")
                .getBytes(StandardCharsets.UTF_8));
    assertThat(data.classNames()).containsExactly("up", "far 'down", "it");
    assertThat(data.image(0)).containsExactly(1.5f, 2);
    assertThat(data.label(1)).isEqualTo(1);
    Path file = folder.resolve("x.arff");
    for (String[] wrong :
        new String[][] {
          {
            header + "{0 1, 1 2}\n",
            "expected a value for every attribute, found a sparse row in line 8 of "
          },
          {header + "1,2\n", "expected 3 cells, found 2 in line 8 of "},
          {
            "@attribute t string\n@data\n",
            "expected a numeric attribute or {values}, found \"string\" for t in line 1 of "
          },
          {
            "@attribute t date \"yyyy\"\n@data\n",
            "expected a numeric attribute or {values}, found \"date \"yyyy\"\" for t in line 1 of "
          },
          {"a,b\n1,2\n", "expected @relation, @attribute or @data, found \"a,b\" in line 1 of "},
          {"@relation x\n", "expected @data, found the end in line 1 of "},
        }) {
      assertThatThrownBy(() -> read("x.arff", wrong[0].getBytes(StandardCharsets.UTF_8)))
          .isInstanceOf(DataSetRefusedException.class)
          .hasMessage(wrong[1] + file);
    }
    assertThatThrownBy(
            () -> read("x.arff", (header + "1,2,sideways\n").getBytes(StandardCharsets.UTF_8)))
        .hasMessage(
            "expected a label of the values up, far 'down, it, found \"sideways\" in line 8 of "
                + file);
    assertThatThrownBy(() -> read("x.arff", (header + "1,?,up\n").getBytes(StandardCharsets.UTF_8)))
        .hasMessageStartingWith("expected a finite number, found \"?\" in column 2 (b) of line 8");
  }

  @BadInput(
      at = Entrance.DATA,
      what =
          "Latin-1, UTF-16 without a mark, a workbook, a pickle, a web page, a folder as a table",
      then = "refused in words that say what it is")
  @Test
  void shouldSayWhatAFileIsInstead() throws IOException {
    Path file = folder.resolve("t.csv");
    String[][] starts = {
      {
        "PK\3\4...",
        "expected text, found a ZIP file (also an Excel workbook, .npz or .pt); unpack it, or save"
            + " it as CSV: "
      },
      {
        "\u0080\4x",
        "expected text, found a Python pickle; of CIFAR take the binary version, of arrays write"
            + " .npy: "
      },
      {
        "<!DOCTYPE html>",
        "expected text, found a web page, perhaps the answer of a failed download: "
      },
      {"PAR1", "expected text, found a Parquet file; save it as CSV: "},
      {
        "a\0,\0b\0",
        "expected text in UTF-8, found a zero byte (byte 1) in FILE; UTF-16 needs a byte order mark"
      },
    };
    for (String[] start : starts) {
      String end = start[1].contains("FILE") ? "" : file.toString();
      assertThatThrownBy(() -> read("t.csv", start[0].getBytes(StandardCharsets.ISO_8859_1)))
          .isInstanceOf(DataSetRefusedException.class)
          .hasMessage(start[1].replace("FILE", file.toString()) + end);
    }
    assertThatThrownBy(
            () -> read("t.csv", "a,label\n1,0\n\u00e9,1\n".getBytes(StandardCharsets.ISO_8859_1)))
        .isInstanceOf(DataSetRefusedException.class)
        .hasMessage(
            "expected text in UTF-8, found other bytes in line 3 of "
                + file
                + "; save it as UTF-8 (it may be Latin-1 or Windows-1252)");
    assertThatThrownBy(() -> CsvDataSet.open(folder))
        .isInstanceOf(DataSetRefusedException.class)
        .hasMessage("expected a file, found a folder at " + folder);
    assertThatThrownBy(() -> CsvDataSet.open(Path.of("/dev/null")))
        .isInstanceOf(DataSetRefusedException.class)
        .hasMessage("expected a file, found a pipe, a socket or a device at /dev/null");
  }
}
