package dev.meander.replay.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.kit.DataPack;
import dev.meander.replay.data.CifarDataSet.Format;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarDataSetTest extends DataSetContract {

  private static final int RECORD_BYTES = 3073;

  private final Path folder;
  private final Path file;

  CifarDataSetTest(@TempDir Path folder) {
    this.folder = folder;
    this.file = folder.resolve("test_batch.bin");
  }

  @BeforeEach
  void writeRecords() throws IOException {
    byte[] records = new byte[30 * RECORD_BYTES];
    for (int i = 0; i < records.length; i++) {
      records[i] = (byte) (i % RECORD_BYTES == 0 ? i / RECORD_BYTES % 10 : i * 7);
    }
    Files.write(file, records);
  }

  @Override
  DataSet data() {
    return CifarDataSet.open(Format.CIFAR_10, file);
  }

  @Test
  void shouldReadLabelThenPlanes() {
    DataSet data = data();

    assertThat(data.size()).isEqualTo(30);
    assertThat(data.label(12)).isEqualTo(2);
    int firstRed = 12 * RECORD_BYTES + 1;
    assertThat(data.image(12)[0]).isEqualTo((firstRed * 7 & 0xff) / 255f);
    assertThat(data.image(12)[3071]).isEqualTo(((firstRed + 3071) * 7 & 0xff) / 255f);
  }

  @Test
  void shouldFindTheFileInThePackOrInItsFolder() throws IOException {
    Path pack = Files.createDirectories(folder.resolve("pack/cifar10"));
    Files.copy(file, pack.resolve("test_batch.bin"));
    Path original = Files.createDirectories(folder.resolve("original/cifar-10-batches-bin"));
    Files.copy(file, original.resolve("test_batch.bin"));

    for (Path location : new Path[] {folder, pack, pack.getParent(), original.getParent()}) {
      assertThat(CifarDataSet.open(Format.CIFAR_10, location).image(7)).isEqualTo(data().image(7));
    }
  }

  @Test
  void shouldRefuseAFolderWithoutImages() {
    Path missing = folder.resolve("missing");

    assertRefused(
        missing,
        "expected CIFAR-10 test images in one of the files cifar10/test_batch.bin,"
            + " cifar-10-batches-bin/test_batch.bin, test_batch.bin, found none in "
            + missing);
  }

  @Test
  void shouldRefuseAFileThatIsNotWholeRecords() throws IOException {
    Files.write(file, new byte[2 * RECORD_BYTES + 5]);

    assertRefused(
        file,
        "expected records of 3073 bytes (1 label, 3072 pixels), found 6151 bytes in "
            + file
            + ", which is 2 records and 5 bytes");
  }

  @Test
  void shouldRefuseAnEmptyFile() throws IOException {
    Files.write(file, new byte[0]);

    assertRefused(
        file,
        "expected records of 3073 bytes (1 label, 3072 pixels), found 0 bytes in "
            + file
            + ", which is 0 records and 0 bytes");
  }

  @Test
  void shouldRefuseALabelThatNoClassHas() throws IOException {
    byte[] records = Files.readAllBytes(file);
    records[3 * RECORD_BYTES] = 17;
    Files.write(file, records);

    assertRefused(file, "expected labels 0 to 9, found 17 in record 3 (byte 9219) of " + file);
  }

  @Test
  void shouldRefuseMoreRecordsThanTheLimitWithoutReadingThem() throws IOException {
    try (RandomAccessFile large = new RandomAccessFile(file.toFile(), "rw")) {
      large.setLength(60_001L * RECORD_BYTES);
    }

    assertRefused(file, "expected at most 60000 records, found 60001 in " + file);
  }

  @Test
  void shouldReadTheFineLabelOfAHundredClasses() throws IOException {
    Path many = Files.createDirectories(folder.resolve("cifar-100-binary")).resolve("test.bin");
    byte[] records = new byte[4 * 3074];
    for (int i = 0; i < 4; i++) {
      records[i * 3074] = 19;
      records[i * 3074 + 1] = (byte) (33 * i);
      records[i * 3074 + 2] = (byte) (50 + i);
    }
    Files.write(many, records);

    DataSet data = CifarDataSet.open(Format.CIFAR_100, folder);
    assertThat(data.name()).isEqualTo("cifar100");
    assertThat(data.size()).isEqualTo(4);
    assertThat(data.label(3)).isEqualTo(99);
    assertThat(data.image(2)[0]).isEqualTo(52 / 255f);
    assertThat(data.classNames()).hasSize(100).endsWith("99");

    Files.write(many.resolveSibling("fine_label_names.txt"), List.of("apple", "bear"));
    assertRefused(
        Format.CIFAR_100,
        folder,
        "expected 100 class names, found 2 in " + many.resolveSibling("fine_label_names.txt"));
    records[3074 + 1] = 100;
    Files.write(many, records);
    assertRefused(
        Format.CIFAR_100,
        folder,
        "expected labels 0 to 99, found 100 in record 1 (byte 3075) of " + many);
    Files.write(many, new byte[3073]);
    assertRefused(
        Format.CIFAR_100,
        folder,
        "expected records of 3074 bytes (2 labels, 3072 pixels), found 3073 bytes in "
            + many
            + ", which is 0 records and 3073 bytes");
  }

  @Test
  void shouldTellTheFormatsApartBySize() {
    assertThat(CifarDataSet.formatOf(3073 * 7)).contains(Format.CIFAR_10);
    assertThat(CifarDataSet.formatOf(3074 * 7)).contains(Format.CIFAR_100);
    assertThat(CifarDataSet.formatOf(12_345)).isEmpty();
    assertThat(CifarDataSet.formatOf(0)).isEmpty();
  }

  /** Needs the data pack. */
  @Test
  void shouldReadTheOfficialTestImages() {
    DataSet data = CifarDataSet.open(Format.CIFAR_10, DataPack.require());

    assertThat(data.size()).isEqualTo(10_000);
    assertThat(new int[] {3, 8, 8, 0, 6, 6, 1, 6, 3, 1})
        .isEqualTo(java.util.stream.IntStream.range(0, 10).map(data::label).toArray());
    int[] perClass = new int[10];
    for (int i = 0; i < data.size(); i++) {
      perClass[data.label(i)]++;
    }
    assertThat(perClass).containsOnly(1000);
    assertThat(Arrays.asList("cat", "ship"))
        .isEqualTo(
            Arrays.asList(
                data.classNames().get(data.label(0)), data.classNames().get(data.label(1))));
  }

  private static void assertRefused(Path location, String message) {
    assertRefused(Format.CIFAR_10, location, message);
  }

  private static void assertRefused(Format format, Path location, String message) {
    assertThatThrownBy(() -> CifarDataSet.open(format, location))
        .isInstanceOf(DataSetRefusedException.class)
        .hasMessage(message);
  }
}
