package dev.meander.suite.integration;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.meander.schemas.CleanupPolicy;
import dev.meander.schemas.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Seeded random records for every topic: odd keys, values from nothing over cut and flipped bytes
 * of real records to real records under other keys and on other topics, headers, times, sizes.
 *
 * <p>Thread-safety: none.
 */
final class JunkRecords {

  /** Three in a hundred are large. */
  private static final int LARGE_BYTES = 200_000;

  private static final int HEADERS_MAX = 40;

  /** When the test began, nearly. */
  private static final long NOW = PathRig.RECENT_MILLIS + Duration.ofHours(2).toMillis();

  private final SplittableRandom random;
  private final String lineage;
  private final int partitions;
  private final Map<Topic, List<byte[]>> real = new EnumMap<>(Topic.class);
  private final List<byte[]> all = new ArrayList<>();

  /**
   * @param lineage that half of the keys name
   * @param partitions of each topic
   */
  JunkRecords(long seed, String lineage, int partitions) {
    this.random = new SplittableRandom(seed);
    this.lineage = lineage;
    this.partitions = partitions;
  }

  /**
   * Takes the value of a real record as a model, with another lineage of as many letters in it:
   * what is sound but for a flipped bit is somebody's word, and is to change nothing but their
   * lineage.
   */
  void like(Topic topic, byte[] value) {
    String other = lineage.substring(0, lineage.length() - 1) + "x";
    byte[] theirs = new String(value, ISO_8859_1).replace(lineage, other).getBytes(ISO_8859_1);
    real.computeIfAbsent(topic, any -> new ArrayList<>()).add(theirs);
    all.add(theirs);
  }

  /** The next record for {@code topic}, whose full name is {@code name}. */
  ProducerRecord<byte[], byte[]> next(Topic topic, String name) {
    return new ProducerRecord<>(
        name, random.nextInt(partitions), time(), key(topic), value(topic), headers());
  }

  private long time() {
    long now = NOW;
    return switch (random.nextInt(5)) {
      case 0 -> 0;
      case 1 -> now + 3_500_000; // brokers refuse what is more than an hour ahead
      case 2 -> 1;
      default -> now;
    };
  }

  private byte @Nullable [] key(Topic topic) {
    return switch (random.nextInt(12)) {
      case 0 -> topic.cleanupPolicy() == CleanupPolicy.COMPACT ? new byte[0] : null;
      case 1 -> new byte[0];
      case 2 -> bytes(LARGE_BYTES / 10);
      case 3 -> new byte[] {(byte) 0xc3, 0x28, (byte) 0xff, (byte) 0xfe};
      case 4 -> "node-1/".getBytes(UTF_8);
      case 5 -> (lineage + "/99999999999999999999").getBytes(UTF_8);
      case 6 -> "\u001b[31mred:\u202eder\n".getBytes(UTF_8);
      default -> known(topic).getBytes(UTF_8);
    };
  }

  /** A key as programs write it, of versions that there are not and, seldom, that there are. */
  private String known(Topic topic) {
    int version = random.nextInt(8) == 0 ? 1 + random.nextInt(3) : 1_000 + random.nextInt(50);
    return switch (topic) {
      case ADAPTERS ->
          lineage + "/" + version + (random.nextBoolean() ? "" : "/" + random.nextInt(3));
      case ACKS -> "node-" + random.nextInt(3) + "/" + lineage;
      default -> random.nextInt(4) == 0 ? lineage.replaceFirst(":.*", ":other") : lineage;
    };
  }

  private byte @Nullable [] value(Topic topic) {
    List<byte[]> models = real.getOrDefault(topic, all);
    byte[] model = models.get(random.nextInt(models.size()));
    return switch (random.nextInt(10)) {
      case 0 -> topic == Topic.ADAPTERS || topic == Topic.ALIASES ? bytes(3) : null;
      case 1 -> new byte[0];
      case 2 -> bytes(1 + random.nextInt(100));
      case 3 -> bytes(random.nextInt(33) == 0 ? LARGE_BYTES : 1_000);
      case 4 -> Arrays.copyOf(model, random.nextInt(model.length));
      case 5 -> Arrays.copyOf(model, model.length + 1 + random.nextInt(20));
      case 6 -> withId(model, random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(12));
      case 7 -> flipped(model, 5);
      case 8 -> flipped(model, 1 + random.nextInt(model.length - 1));
      default -> all.get(random.nextInt(all.size())).clone(); // often another topic's record
    };
  }

  private static byte[] withId(byte[] model, int id) {
    byte[] value = model.clone();
    for (int i = 0; i < 4; i++) {
      value[1 + i] = (byte) (id >>> (24 - 8 * i));
    }
    return value;
  }

  /** One to eight bytes behind {@code from} changed. */
  private byte[] flipped(byte[] model, int from) {
    byte[] value = model.clone();
    for (int i = random.nextInt(8); i >= 0; i--) {
      value[from + random.nextInt(value.length - from)] = (byte) random.nextInt();
    }
    return value;
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private Headers headers() {
    Headers headers = new RecordHeaders();
    if (random.nextInt(3) == 0) {
      String[] names = {"", "x", "meander.reason", "__streams.errors.offset", "meander.config"};
      for (int i = random.nextInt(HEADERS_MAX); i >= 0; i--) {
        byte[] value = random.nextInt(5) == 0 ? null : bytes(random.nextInt(30));
        headers.add(names[random.nextInt(names.length)], value);
      }
    }
    return headers;
  }
}
