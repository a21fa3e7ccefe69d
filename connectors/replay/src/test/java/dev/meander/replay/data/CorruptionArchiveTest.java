package dev.meander.replay.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.kit.BadInput;
import dev.meander.kit.BadInput.Entrance;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorruptionArchiveTest extends DataSetContract {

  private static final int PER_SEVERITY = 20;
  private static final int ROWS = 5 * PER_SEVERITY;
  private static final int PIXELS = 3072;

  private final Path folder;
  private final Path fog;
  private final Path labels;

  CorruptionArchiveTest(@TempDir Path folder) {
    this.folder = folder;
    this.fog = folder.resolve("fog.npy");
    this.labels = folder.resolve("labels.npy");
  }

  @BeforeEach
  void write() throws IOException {
    writeImages("fog", 3);
    writeImages("snow", 5);
    byte[] classes = new byte[ROWS];
    for (int i = 0; i < ROWS; i++) {
      classes[i] = (byte) (i % PER_SEVERITY % 10);
    }
    write(labels, header("|u1", "(100,)"), classes);
  }

  private void writeImages(String name, int factor) throws IOException {
    byte[] pixels = new byte[ROWS * PIXELS];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = pixel(i, factor);
    }
    write(folder.resolve(name + ".npy"), header("|u1", "(100, 32, 32, 3)"), pixels);
  }

  private static byte pixel(int at, int factor) {
    return (byte) (at / 7 * factor + at);
  }

  private static String header(String type, String shape) {
    return "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }\n";
  }

  static void write(Path file, String header, byte[] content) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(10 + header.length() + content.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    bytes.putShort((short) header.length());
    bytes.put(header.getBytes(StandardCharsets.ISO_8859_1)).put(content);
    Files.write(file, bytes.array());
  }

  @Override
  DataSet data() {
    return CorruptionArchive.open(folder).images("fog", 2);
  }

  @Test
  void shouldReadTheRowsOfASeverityAndTurnPixelsIntoPlanes() {
    CorruptionArchive archive = CorruptionArchive.open(folder);

    assertThat(archive.corruptions()).containsExactly("fog", "snow");
    assertThat(archive.name()).isEqualTo("cifar10-c");
    DataSet images = archive.images("snow", 4);
    assertThat(images.size()).isEqualTo(PER_SEVERITY);
    assertThat(images.label(13)).isEqualTo(3);
    float[] image = images.image(13);
    int row = (3 * PER_SEVERITY + 13) * PIXELS;
    for (int pixel : new int[] {0, 5, 1023}) {
      for (int channel = 0; channel < 3; channel++) {
        assertThat(image[channel * 1024 + pixel])
            .isEqualTo((pixel(row + 3 * pixel + channel, 5) & 0xff) / 255f);
      }
    }
    assertThatThrownBy(() -> archive.images("hail", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected a corruption of fog, snow, found hail");
  }

  @Test
  void shouldReadLabelsOfEightBytesAndAHundredClasses() throws IOException {
    ByteBuffer classes = ByteBuffer.allocate(8 * ROWS).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < ROWS; i++) {
      classes.putLong(i % PER_SEVERITY + 70);
    }
    write(labels, header("<i8", "(100,)"), classes.array());

    CorruptionArchive archive = CorruptionArchive.open(folder);

    assertThat(archive.name()).isEqualTo("cifar100-c");
    assertThat(archive.images("fog", 5).label(19)).isEqualTo(89);
    assertThat(archive.classNames()).hasSize(100);
  }

  @BadInput(
      at = Entrance.DATA,
      what = "labels of another number type, order of bytes or shape",
      then = "the same images and classes")
  @Test
  void shouldReadLabelsOfAnyWholeNumbers() throws IOException {
    byte[] same = CorruptionArchive.open(folder).digest().bytes();
    for (String type : new String[] {"<i2", ">i2", "<u2", ">u4", ">i8", "<f4", ">f8", "<f8"}) {
      int size = type.charAt(2) - '0';
      ByteOrder order = type.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
      ByteBuffer classes = ByteBuffer.allocate(size * ROWS).order(order);
      for (int i = 0; i < ROWS; i++) {
        int label = i % PER_SEVERITY % 10;
        switch (type.substring(1)) {
          case "i2", "u2" -> classes.putShort((short) label);
          case "u4" -> classes.putInt(label);
          case "f4" -> classes.putFloat(label);
          case "f8" -> classes.putDouble(label);
          default -> classes.putLong(label);
        }
      }
      write(labels, header(type, "(100, 1)"), classes.array());
      assertThat(CorruptionArchive.open(folder).images("fog", 3).label(17)).as(type).isEqualTo(7);
    }
    assertThat(same).isNotEmpty();
  }

  @BadInput(
      at = Entrance.DATA,
      what = "an array in Fortran order, and a header by Python 2",
      then = "the same images")
  @Test
  void shouldReadFortranOrder() throws IOException {
    float[] image = CorruptionArchive.open(folder).images("fog", 4).image(11);
    byte[] plain = new byte[ROWS * PIXELS];
    byte[] turned = new byte[plain.length];
    for (int i = 0; i < plain.length; i++) {
      int row = i / PIXELS;
      int y = i / 96 % 32;
      int x = i / 3 % 32;
      turned[row + ROWS * (y + 32 * (x + 32 * (i % 3)))] = pixel(i, 3);
    }
    write(
        fog, "{'descr': '|u1', 'fortran_order': True, 'shape': (100L, 32L, 32L, 3L), }\n", turned);
    assertThat(CorruptionArchive.open(folder).images("fog", 4).image(11)).isEqualTo(image);
  }

  @BadInput(
      at = Entrance.DATA,
      what = "a folder with the images of one severity",
      then = "they are severity 5, with a warning; other severities are refused")
  @Test
  void shouldTakeOneSeverityForTheFifth() throws IOException {
    byte[] few = new byte[PER_SEVERITY * PIXELS];
    for (int i = 0; i < few.length; i++) {
      few[i] = pixel(i, 3);
    }
    write(fog, header("|u1", "(20, 32, 32, 3)"), few);
    write(folder.resolve("snow.npy"), header("|u1", "(20, 32, 32, 3)"), few);
    assertSingle(CorruptionArchive.open(folder));
    byte[] classes = new byte[PER_SEVERITY];
    for (int i = 0; i < classes.length; i++) {
      classes[i] = (byte) (i % 10);
    }
    write(labels, header("|u1", "(20,)"), classes);
    assertSingle(CorruptionArchive.open(folder));
  }

  private static void assertSingle(CorruptionArchive archive) {
    assertThat(archive.images("fog", 5).size()).isEqualTo(PER_SEVERITY);
    assertThat(archive.images("fog", 5).label(13)).isEqualTo(3);
    assertThat(archive.images("fog", 5).name()).isEqualTo("cifar10-c fog/5");
    assertThat(archive.notes())
        .containsExactly("the images are of one severity, which is taken for severity 5");
    assertThatThrownBy(() -> archive.images("fog", 3))
        .hasMessage("expected severity 5, the only one of the images, found 3");
  }

  @BadInput(
      at = Entrance.DATA,
      what = "files that systems and editors leave in a folder",
      then = "they are passed over")
  @Test
  void shouldPassOverLitter() throws IOException {
    for (String name : new String[] {"._fog.npy", ".DS_Store", "Thumbs.db", "labels.npy~"}) {
      Files.write(folder.resolve(name), new byte[] {0, 5, 22, 7});
    }
    Files.createDirectories(folder.resolve(".ipynb_checkpoints"));
    Files.createDirectories(folder.resolve("old.npy"));
    assertThat(CorruptionArchive.open(folder).corruptions()).containsExactly("fog", "snow");
  }

  @Test
  void shouldDependOnEveryFile() throws IOException {
    byte[] first = CorruptionArchive.open(folder).digest().bytes();
    writeImages("snow", 6);

    assertThat(CorruptionArchive.open(folder).digest().bytes()).isNotEqualTo(first);
  }

  @Test
  void shouldRefuseWhatIsNoArray() throws IOException {
    Files.writeString(fog, "fog");
    assertRefused("expected a NumPy file, found another format in " + fog);
    write(fog, "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}", new byte[8]);
    assertRefused(
        "expected bytes of shape [100, 32, 32, 3], as many images as labels, found numbers of type"
            + " <f4 and shape [2] in "
            + fog);
    write(fog, "{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", new byte[8]);
    assertRefused(
        "expected numbers of a type such as |u1, <i8 or <f4, found |O in "
            + fog
            + "; these are Python objects");
    write(fog, header("|u1", "()"), new byte[1]);
    assertRefused(
        "expected bytes of shape [100, 32, 32, 3], as many images as labels, found numbers of type"
            + " |u1 and shape [] in "
            + fog);
    Files.write(fog, new byte[] {(byte) 0x80, 4, 1, 2});
    assertRefused(
        "expected a NumPy file, found another format in "
            + fog
            + "; it is a Python pickle; of CIFAR take the binary version, of arrays write .npy");
    write(fog, "{'descr': '|u1', 'fortran_order': False}", new byte[8]);
    assertRefused(
        "expected a NumPy header with shape, found {'descr': '|u1', 'fortran_order': False} in "
            + fog);
    write(fog, header("|u1", "(9, 9)"), new byte[8]);
    assertRefused("expected 81 bytes for an array of shape [9, 9], found 8 in " + fog);
    byte[] cut = Arrays.copyOf(Files.readAllBytes(fog), 20);
    Files.write(fog, cut);
    assertRefused("expected a NumPy header within the file, found a length of 60 in " + fog);
  }

  @Test
  void shouldRefuseArraysOfAnotherShape() throws IOException {
    write(fog, header("|u1", "(50, 32, 32, 3)"), new byte[50 * PIXELS]);
    assertRefused(
        "expected bytes of shape [100, 32, 32, 3], as many images as labels, found numbers of type"
            + " |u1 and shape [50, 32, 32, 3] in "
            + fog);
    write(fog, header("|u1", "(100, 3, 32, 32)"), new byte[100 * PIXELS]);
    assertRefused(
        "expected bytes of shape [100, 32, 32, 3], as many images as labels, found numbers of type"
            + " |u1 and shape [100, 3, 32, 32] in "
            + fog
            + "; its channels come first");
    write(labels, header("|u1", "(50, 2)"), new byte[100]);
    assertRefused("expected labels in one row or one column, found shape [50, 2] in " + labels);
    write(labels, header("<f4", "(1,)"), new byte[] {0, 0, (byte) 0xc0, 0x3f});
    assertRefused("expected whole numbers, found 1.5 in row 0 of " + labels);
  }

  @Test
  void shouldRefuseLabelsThatDifferBetweenSeverities() throws IOException {
    byte[] classes = new byte[ROWS];
    classes[41] = 7;
    write(labels, header("|u1", "(100,)"), classes);
    assertRefused(
        "expected the labels of severity 1 again for every severity, found 7 and not 0 in row 41"
            + " of "
            + labels);
    Arrays.fill(classes, (byte) 100);
    write(labels, header("|u1", "(100,)"), classes);
    assertRefused("expected labels 0 to 99, found 100 in row 0 of " + labels);
  }

  @Test
  void shouldRefuseAFolderWithoutImages() throws IOException {
    Files.delete(fog);
    Files.delete(folder.resolve("snow.npy"));

    assertRefused(
        "expected files such as gaussian_noise.npy beside labels.npy, found none in " + folder);
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> CorruptionArchive.open(folder))
        .isInstanceOf(DataSetRefusedException.class)
        .hasMessage(message);
  }
}
