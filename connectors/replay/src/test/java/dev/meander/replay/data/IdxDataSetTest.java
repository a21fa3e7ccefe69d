package dev.meander.replay.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxDataSetTest extends DataSetContract {

  private static final int COUNT = 25;

  private final Path folder;
  private final Path images;
  private final Path labels;

  IdxDataSetTest(@TempDir Path folder) {
    this.folder = folder;
    this.images = folder.resolve("t10k-images-idx3-ubyte");
    this.labels = folder.resolve("t10k-labels-idx1-ubyte");
  }

  @BeforeEach
  void write() throws IOException {
    Files.write(images, images(0x803, COUNT, COUNT * 12));
    Files.write(labels, labels(COUNT, COUNT));
  }

  private static byte[] images(int magic, int count, int pixels) {
    ByteBuffer bytes = ByteBuffer.allocate(16 + pixels);
    bytes.putInt(magic).putInt(count).putInt(4).putInt(3);
    for (int i = 0; i < pixels; i++) {
      bytes.put((byte) (7 * i));
    }
    return bytes.array();
  }

  private static byte[] labels(int count, int bytesAfter) {
    ByteBuffer bytes = ByteBuffer.allocate(8 + bytesAfter);
    bytes.putInt(0x801).putInt(count);
    for (int i = 0; i < bytesAfter; i++) {
      bytes.put((byte) (i % 10));
    }
    return bytes.array();
  }

  @Override
  DataSet data() {
    return IdxDataSet.open(folder);
  }

  @Test
  void shouldReadRowByRow() {
    DataSet data = data();

    assertThat(data.size()).isEqualTo(COUNT);
    assertThat(data.inputShape()).containsExactly(1, 4, 3);
    assertThat(data.label(13)).isEqualTo(3);
    assertThat(data.image(13)[5]).isEqualTo((7 * (13 * 12 + 5) & 0xff) / 255f);
    assertThat(data.classNames()).hasSize(10);
  }

  @Test
  void shouldFindNamesWithDots() throws IOException {
    Files.move(images, folder.resolve("t10k-images.idx3-ubyte"));
    Files.move(labels, folder.resolve("t10k-labels.idx1-ubyte"));

    assertThat(data().size()).isEqualTo(COUNT);
  }

  @Test
  void shouldRefuseOtherFiles() throws IOException {
    Files.write(images, images(0x1f8b0800, COUNT, COUNT * 12));
    assertRefused(
        "expected an IDX file with the magic number 0x803, found 0x1f8b0800 in "
            + images
            + "; unpack it first");
    Files.write(images, images(0x801, COUNT, COUNT * 12));
    assertRefused("expected an IDX file with the magic number 0x803, found 0x801 in " + images);
    Files.write(images, images(0x803, COUNT, COUNT * 12 - 1));
    assertRefused("expected 25 images of 4x3 bytes after the header, found 299 bytes in " + images);
    Files.write(images, images(0x803, -1, 12));
    assertRefused("expected -1 images of 4x3 bytes after the header, found 12 bytes in " + images);
    Files.write(images, new byte[3]);
    assertRefused("expected 16 to 1073741824 bytes, found 3 in " + images);
  }

  @Test
  void shouldRefuseLabelsThatDoNotFit() throws IOException {
    Files.write(labels, labels(24, 24));
    assertRefused(
        "expected 25 labels, as many as images, found 24 in a header and 24 bytes in " + labels);
    Files.delete(labels);
    assertRefused("expected labels in " + labels + ", found no such file");
    Files.delete(images);
    assertRefused(
        "expected IDX test images in one of the files t10k-images-idx3-ubyte,"
            + " t10k-images.idx3-ubyte, found none in "
            + folder);
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> IdxDataSet.open(folder))
        .isInstanceOf(DataSetRefusedException.class)
        .hasMessage(message);
  }
}
