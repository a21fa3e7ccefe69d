package dev.meander.app.redrive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Test;

class SentOffsetsTest {

  @Test
  void shouldHoldNothingBeforeTheFirstCommit() {
    SentOffsets sent = SentOffsets.of(null);
    assertThat(sent.contains(0)).isFalse();
    assertThat(sent.committed()).isEqualTo(new OffsetAndMetadata(0, ""));
  }

  @Test
  void shouldCommitTheFirstOpenOffsetAndTheRangesAboveIt() {
    SentOffsets sent = SentOffsets.of(null);
    sent.add(0, 3);
    sent.add(10, 11);
    sent.add(50, 60);
    assertThat(sent.committed()).isEqualTo(new OffsetAndMetadata(3, "7+1,13+a"));
    sent.add(3, 10);
    assertThat(sent.committed()).isEqualTo(new OffsetAndMetadata(11, "13+a"));
  }

  @Test
  void shouldHoldWhatWasAddedAndNothingElseAfterACommit() {
    SplittableRandom random = new SplittableRandom(1);
    for (int round = 0; round < 200; round++) {
      SentOffsets sent = SentOffsets.of(null);
      boolean[] expected = new boolean[80];
      for (int i = 0; i < 20; i++) {
        int start = random.nextInt(80);
        int end = start + random.nextInt(Math.min(6, 81 - start));
        sent.add(start, end);
        Arrays.fill(expected, start, end, true);
      }
      SentOffsets read = SentOffsets.of(sent.committed());
      for (int offset = 0; offset < expected.length; offset++) {
        assertThat(sent.contains(offset))
            .as("round %d, offset %d", round, offset)
            .isEqualTo(expected[offset]);
        assertThat(read.contains(offset))
            .as("round %d, offset %d", round, offset)
            .isEqualTo(expected[offset]);
      }
      assertThat(read.contains(80)).isFalse();
    }
  }
}
