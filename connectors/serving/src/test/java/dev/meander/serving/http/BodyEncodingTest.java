package dev.meander.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.kit.BadInput;
import dev.meander.kit.BadInput.Entrance;
import dev.meander.serving.fixture.Served;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bodies that are compressed, or say so. */
final class BodyEncodingTest {

  private static final String ENCODING = "Content-Encoding";
  private static final String BODY = ServerHarness.body(Served.input(1, 9), "");

  private ServerHarness node;

  @BeforeEach
  void start(@TempDir Path folder) throws IOException {
    node = new ServerHarness(folder);
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream compressed = new GZIPOutputStream(bytes)) {
      compressed.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  @Test
  void shouldReadABodyThatIsCompressed() throws Exception {
    String plain = node.post(BODY).body();
    for (String encoding : new String[] {"gzip", "GZIP", "x-gzip", "identity, gzip", " gzip "}) {
      HttpResponse<String> response = node.post(gzip(BODY), ENCODING, encoding);
      assertThat(response.statusCode()).as(encoding).isEqualTo(200);
      assertThat(response.body()).isEqualTo(plain);
    }
    assertThat(node.post(BODY, ENCODING, "identity").statusCode()).isEqualTo(200);
    byte[] members = join(gzip(BODY.substring(0, 40)), gzip(BODY.substring(40)));
    assertThat(node.post(members, ENCODING, "gzip").body()).isEqualTo(plain);
  }

  @Test
  @BadInput(
      at = Entrance.REQUEST,
      what = "Content-Encoding deflate, br, zstd, gzip twice, whatever the body is",
      then = "415 with Accept-Encoding")
  void shouldNameTheEncodingsThatItReads() throws Exception {
    for (String encoding :
        new String[] {"deflate", "br", "zstd", "compress", "gzip, gzip", "gzip,br", "*"}) {
      HttpResponse<String> response = node.post(BODY, ENCODING, encoding);
      assertThat(response.statusCode()).as(encoding).isEqualTo(415);
      assertThat(response.headers().firstValue("Accept-Encoding")).hasValue("gzip, identity");
      assertThat(response.body())
          .isEqualTo(
              "{\"error\":\"expected Content-Encoding gzip, identity or none, found "
                  + encoding
                  + "\",\"reason\":\"UNKNOWN_ENCODING\"}");
    }
  }

  @Test
  @BadInput(
      at = Entrance.REQUEST,
      what = "a body that is not gzip though it says so, cut off, damaged, with bytes after it",
      then = "400 MALFORMED_ENCODING")
  void shouldRefuseABodyThatIsNotWhatItSays() throws Exception {
    byte[] good = gzip(BODY);
    byte[] damaged = good.clone();
    damaged[good.length / 2] ^= 0x55;
    byte[] wrongSum = good.clone();
    wrongSum[good.length - 6] ^= 1;
    assertNotGzip(BODY.getBytes(StandardCharsets.UTF_8), "one that is not, or is damaged");
    assertNotGzip(new byte[0], "one that was cut off");
    assertNotGzip(Arrays.copyOf(good, good.length / 2), "one that was cut off");
    assertNotGzip(Arrays.copyOf(good, good.length - 3), "one that was cut off");
    assertNotGzip(wrongSum, "one that is not, or is damaged");
    assertNotGzip(join(good, new byte[] {1, 2, 3}), "bytes after its end");
    assertNotGzip(join(good, new byte[40]), "bytes after its end");
    assertThat(node.post(damaged, ENCODING, "gzip").statusCode()).isEqualTo(400);
    assertThat(node.post(good).statusCode()).as("compressed without saying so").isEqualTo(400);
  }

  private void assertNotGzip(byte[] body, String found) throws Exception {
    HttpResponse<String> response = node.post(body, ENCODING, "gzip");
    assertThat(response.body())
        .isEqualTo(
            "{\"error\":\"expected a body compressed with gzip as Content-Encoding says, found "
                + found
                + "\",\"reason\":\"MALFORMED_ENCODING\"}");
    assertThat(response.statusCode()).isEqualTo(400);
  }

  @Test
  @BadInput(
      at = Entrance.REQUEST,
      what = "a small gzip body that becomes a large one; a chunked body beyond the limit",
      then = "413")
  void shouldCountWhatComesOutOfTheCompression() throws Exception {
    int max = ServerHarness.BODY_BYTES_MAX;
    node.assertError(
        node.post(gzip(" ".repeat(max + 1)), ENCODING, "gzip"),
        413,
        "BODY_TOO_LARGE",
        "expected a body of at most 20000 bytes, found more after decompression");
    HttpResponse<String> bomb = node.post(gzip(" ".repeat(5_000_000)), ENCODING, "gzip");
    assertThat(bomb.statusCode()).isEqualTo(413);
    assertThat(
            node.post(gzip(" ".repeat(max - BODY.length()) + BODY), ENCODING, "gzip").statusCode())
        .isEqualTo(200);
    HttpResponse<String> chunked =
        node.client.send(
            node.request("/v2/models/m/infer")
                .POST(
                    BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[2 * max])))
                .build(),
            BodyHandlers.ofString());
    assertThat(chunked.statusCode()).isEqualTo(413);
  }

  @Test
  @BadInput(
      at = Entrance.REQUEST,
      what = "a body of parts, a body in another charset",
      then = "415")
  void shouldRefuseOtherCharsetsAndParts() throws Exception {
    for (String type :
        new String[] {
          "application/json; charset=iso-8859-1",
          "application/json;charset=\"UTF-16\"",
          "multipart/form-data; boundary=x"
        }) {
      HttpResponse<String> response = node.post(BODY, "Content-Type", type);
      assertThat(response.statusCode()).as(type).isEqualTo(415);
      assertThat(response.body())
          .contains("expected Content-Type application/json in UTF-8, found ");
    }
    for (String type :
        new String[] {
          "application/json; charset=UTF-8",
          "application/json",
          "application/x-www-form-urlencoded",
          "text/plain"
        }) {
      assertThat(node.post(BODY, "Content-Type", type).statusCode()).as(type).isEqualTo(200);
    }
  }
}
