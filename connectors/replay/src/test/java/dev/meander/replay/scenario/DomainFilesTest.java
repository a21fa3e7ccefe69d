package dev.meander.replay.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.kit.BadInput;
import dev.meander.kit.BadInput.Entrance;
import dev.meander.kit.DataPack;
import dev.meander.replay.corruption.Corruption;
import dev.meander.replay.data.DataSet;
import dev.meander.replay.data.DataSetRefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DomainFilesTest {

  @TempDir
  @SuppressWarnings("NullAway.Init") // set before each test
  Path folder;

  private Domains open() {
    return DomainFiles.open(folder.toString(), 0);
  }

  @Test
  void shouldDrawGlyphs() {
    Domains glyphs = DomainFiles.open("glyphs", 1 << 20);

    assertThat(glyphs.name()).isEqualTo("glyphs");
    assertThat(glyphs.corruptions()).hasSize(15).startsWith("gaussian_noise");
    float[] clean = glyphs.original().image(3);
    float[] rotated = glyphs.corrupted("rotation", 2).image(3);
    assertThat(rotated).isNotEqualTo(clean).isEqualTo(glyphs.corrupted("rotation", 2).image(3));
    assertThatThrownBy(() -> glyphs.corrupted("hail", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("expected a corruption of [gaussian_noise, ");
  }

  @Test
  void shouldKeepOrMakeAnewTheSameImages() {
    Domains kept = DomainFiles.open("glyphs", 1 << 20);
    Domains made = DomainFiles.open("glyphs", 0);

    for (int pass = 0; pass < 2; pass++) {
      assertThat(kept.corrupted("frost", 5).image(7))
          .isEqualTo(made.corrupted("frost", 5).image(7));
    }
    assertThat(kept.digest()).isEqualTo(made.digest());
  }

  @Test
  void shouldOpenTheOnlyStreamOfAFolderAndSplitIt() throws IOException {
    Files.writeString(folder.resolve("a.csv"), "x,label\n1,0\n2,1\n3,0\n");
    RecordedStream stream = (RecordedStream) open();
    assertThat(stream.name()).isEqualTo("a");
    RecordedStream later = stream.after(2);
    assertThat(later.original().size()).isEqualTo(1);
    assertThat(later.original().image(0)).containsExactly(3);
    assertThat(later.classNames()).hasSize(2);
    assertThat(later.source()).isNotNull();
    assertThat(later.digest()).isNotEqualTo(stream.digest());
    assertThatThrownBy(() -> stream.after(3))
        .isInstanceOf(DataSetRefusedException.class)
        .hasMessage("expected 1 to 2 first rows of a, found 3");
    Files.writeString(folder.resolve("b.csv"), "x,label\n1,0\n");
    assertThatThrownBy(this::open)
        .isInstanceOf(DataSetRefusedException.class)
        .hasMessage("expected one CSV stream in %s, found a.csv, b.csv; name one of them", folder);
  }

  @Test
  void shouldTellCifarFormatsApart() throws IOException {
    Path ten = Files.write(folder.resolve("some.bin"), new byte[3073]);
    Path hundred = Files.write(folder.resolve("more.bin"), new byte[2 * 3074]);

    assertThat(DomainFiles.open(ten.toString(), 0).name()).isEqualTo("cifar10");
    assertThat(DomainFiles.open(hundred.toString(), 0).name()).isEqualTo("cifar100");
    Files.move(hundred, folder.resolve("test.bin"));
    assertThat(open().name()).isEqualTo("cifar100");
  }

  @Test
  void shouldReadAStreamOfNumbers() throws IOException {
    Path file = Files.writeString(folder.resolve("s.csv"), "a,label\n1,0\n2,1\n");

    Domains stream = DomainFiles.open(file.toString(), 0);

    assertThat(stream.corruptions()).isEmpty();
    assertThat(stream.original().size()).isEqualTo(2);
    assertThat(stream.inputShape()).containsExactly(1);
  }

  @Test
  void shouldReadAnArchiveInTheStandardOrder() throws IOException {
    for (String name : new String[] {"fog", "brightness", "gaussian_noise", "spatter"}) {
      npy(name, "(5, 32, 32, 3)", 5 * 3072);
    }
    npy("labels", "(5,)", 5);

    Domains archive = open();

    assertThat(archive.name()).isEqualTo("cifar10-c");
    assertThat(archive.corruptions()).containsExactly("gaussian_noise", "fog", "brightness");
    assertThat(archive.corrupted("spatter", 1).size()).isEqualTo(1);
    assertThat(archive.inputShape()).containsExactly(3, 32, 32);
    assertThatThrownBy(archive::original)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "expected clean images in test_batch.bin or test.bin beside the corrupted ones, found"
                + " none");
    Files.write(folder.resolve("test_batch.bin"), new byte[3073]);
    assertThat(open().original().size()).isEqualTo(1);
    assertThat(open().digest()).isNotEqualTo(archive.digest());
  }

  private void npy(String name, String shape, int bytes) throws IOException {
    String header = "{'descr': '|u1', 'fortran_order': False, 'shape': " + shape + "}\n";
    byte[] content = new byte[10 + header.length() + bytes];
    byte[] start = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length(), 0};
    System.arraycopy(start, 0, content, 0, 10);
    byte[] text = header.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(text, 0, content, 10, text.length);
    Files.write(folder.resolve(name + ".npy"), content);
  }

  @Test
  void shouldReadIdx() throws IOException {
    byte[] images = new byte[16 + 4];
    images[2] = 8;
    images[3] = 3;
    images[7] = 1;
    images[11] = 2;
    images[15] = 2;
    Files.write(folder.resolve("t10k-images-idx3-ubyte"), images);
    byte[] labels = {0, 0, 8, 1, 0, 0, 0, 1, 6};
    Files.write(folder.resolve("t10k-labels-idx1-ubyte"), labels);

    Domains idx = open();

    assertThat(idx.inputShape()).containsExactly(1, 2, 2);
    assertThat(idx.classNames()).hasSize(7);
    for (Corruption corruption : Corruption.values()) {
      assertThat(idx.corrupted(corruption.label(), 3).image(0)).hasSize(4);
    }
  }

  @BadInput(
      at = Entrance.DATA,
      what = "training images beside arrays, or named by --source",
      then = "they are the source samples; what does not fit is refused")
  @Test
  void shouldFindSourceImagesBesideAnArchiveOrWhereTheyAreNamed() throws IOException {
    npy("fog", "(5, 32, 32, 3)", 5 * 3072);
    npy("labels", "(5,)", 5);
    Domains without = open();
    assertThat(without.source()).isNull();
    Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
    byte[] batch = new byte[2 * 3073];
    batch[3073] = 7;
    Path named = Files.write(elsewhere.resolve("mine.bin"), batch);
    Domains trained = SourceFiles.with(without, named);
    assertThat(source(trained).label(1)).isEqualTo(7);
    assertThat(trained.corruptions()).containsExactly("fog");
    assertThat(trained.digest()).isNotEqualTo(without.digest());
    assertThat(source(SourceFiles.with(without, folder.resolve("fog.npy"))).size()).isEqualTo(5);
    Files.write(folder.resolve("data_batch_3.bin"), batch);
    assertThat(source(open()).size()).isEqualTo(2);
    assertThat(source(SourceFiles.with(without, folder)).size()).isEqualTo(2);
    Path wrong = Files.write(elsewhere.resolve("wrong.bin"), new byte[3000]);
    assertThatThrownBy(() -> SourceFiles.with(without, wrong))
        .isInstanceOf(DataSetRefusedException.class)
        .hasMessageStartingWith(
            "expected records of 3073 bytes (1 label, 3072 pixels), found 3000");
    Path hundred = Files.write(elsewhere.resolve("hundred.bin"), new byte[3074]);
    assertThatThrownBy(() -> SourceFiles.with(without, hundred))
        .isInstanceOf(DataSetRefusedException.class)
        .hasMessage("expected source samples of 10 classes as in cifar10-c, found 100 in cifar100");
    assertThatThrownBy(() -> SourceFiles.with(without, elsewhere))
        .isInstanceOf(DataSetRefusedException.class)
        .hasMessage(
            "expected training images (train_10k.bin, data_batch_1.bin, data_batch_2.bin,"
                + " data_batch_3.bin, data_batch_4.bin, data_batch_5.bin, train.bin,"
                + " train-images-idx3-ubyte) in a folder, found none of them in "
                + elsewhere);
  }

  @BadInput(
      at = Entrance.DATA,
      what = "packed, pickled or renamed downloads in a folder",
      then = "refused with what they are")
  @Test
  void shouldSayWhatLiesThereInstead() throws IOException {
    Path file = Files.write(folder.resolve("t10k-images-idx3-ubyte.gz"), new byte[] {31, -117, 8});
    assertThatThrownBy(this::open)
        .hasMessageEndingWith("; t10k-images-idx3-ubyte.gz is a gzip file; unpack it first");
    Files.move(file, folder.resolve("test_batch"));
    assertThatThrownBy(this::open)
        .hasMessageEndingWith("; it has CIFAR for Python, take the binary version");
    Files.delete(folder.resolve("test_batch"));
    Files.write(folder.resolve("emnist-letters-test-images-idx3-ubyte"), new byte[20]);
    assertThatThrownBy(this::open)
        .hasMessageEndingWith("; emnist-letters-test-images-idx3-ubyte is called another way");
    Path tar = folder.resolve("cifar.bin");
    byte[] bytes = new byte[512];
    System.arraycopy("ustar".getBytes(StandardCharsets.US_ASCII), 0, bytes, 257, 5);
    Files.write(tar, bytes);
    assertThatThrownBy(() -> DomainFiles.open(tar.toString(), 0))
        .hasMessageEndingWith("; it is a tar file; unpack it first");
  }

  @Test
  void shouldSayWhatItLookedFor() {
    assertThatThrownBy(this::open)
        .isInstanceOf(DataSetRefusedException.class)
        .hasMessage(
            "expected CIFAR images (cifar10/test_batch.bin, cifar-10-batches-bin/test_batch.bin,"
                + " test_batch.bin, cifar100/test.bin, cifar-100-binary/test.bin, test.bin),"
                + " CIFAR-10-C (labels.npy beside <corruption>.npy) or IDX images"
                + " (t10k-images-idx3-ubyte, t10k-images.idx3-ubyte) in a folder, or a CSV file;"
                + " found none of them in "
                + folder);
    Path missing = folder.resolve("missing");
    assertThatThrownBy(() -> DomainFiles.open(missing.toString(), 0))
        .isInstanceOf(DataSetRefusedException.class)
        .hasMessage("expected glyphs, a file or a folder, found nothing at " + missing);
  }

  /** Needs the data pack. */
  @Test
  void shouldFindImagesAndTexturesInThePack() {
    Domains pack = DomainFiles.open(DataPack.require().toString(), 0);

    assertThat(pack.name()).isEqualTo("cifar10");
    assertThat(pack.original().size()).isEqualTo(10_000);
    float[] clean = pack.original().image(0);
    float[] drawn = Corruption.FROST.apply(clean, pack.inputShape(), 5, 1, 0);
    assertThat(pack.corrupted("frost", 5).image(0)).isNotEqualTo(drawn);
  }

  private static DataSet source(Domains domains) {
    DataSet source = domains.source();
    if (source == null) {
      throw new AssertionError("expected source samples, found none");
    }
    return source;
  }
}
