package dev.meander.replay.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
    assertRefused("expected whole numbers of type |u1, <i4 or <i8, found <f4 in " + fog);
    write(fog, "{'descr': '|u1', 'fortran_order': True, 'shape': (8,)}", new byte[8]);
    assertRefused("expected C order, found Fortran order in " + fog);
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
        "expected bytes of shape [100, 32, 32, 3], as many images as labels, found bytes of shape"
            + " [50, 32, 32, 3] in "
            + fog);
    write(labels, header("|u1", "(99,)"), new byte[99]);
    assertRefused(
        "expected labels in one row, as many for each of 5 severities, found shape [99] in "
            + labels);
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
