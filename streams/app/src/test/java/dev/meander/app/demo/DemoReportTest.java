package dev.meander.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.meander.app.demo.DemoReport.Latency;
import dev.meander.app.demo.DemoReport.Recomputed;
import dev.meander.app.demo.DemoReport.Segment;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoReportTest {

  private static DemoReport report(Latency latency) {
    return new DemoReport(
        "glyphs",
        "tent",
        40.5,
        20.25,
        List.of(new Segment("clean", 600, 1, 2), new Segment("noise", 400, 80, 38.5)),
        1000,
        900,
        97,
        3,
        14,
        latency,
        123_456,
        5,
        6,
        7,
        10.4,
        new Recomputed(13, 1));
  }

  @Test
  void shouldTakeNearestRankQuantiles() {
    List<Double> millis = new ArrayList<>();
    for (int i = 100; i >= 1; i--) {
      millis.add((double) i);
    }
    assertThat(Latency.of(millis)).isEqualTo(new Latency(50, 99));
    assertThat(Latency.of(List.of(4.0))).isEqualTo(new Latency(4, 4));
    assertThat(Latency.of(List.of(8.0, 2.0))).isEqualTo(new Latency(2, 8));
    assertThat(Latency.of(List.of())).isEqualTo(new Latency(Double.NaN, Double.NaN));
  }

  @Test
  void shouldWriteEveryNumberUnderItsKey(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("report.json");
    report(new Latency(12.5, 80)).writeJson(file);
    ObjectMapper json = new ObjectMapper();
    JsonNode expected =
        json.readTree(
            """
            {
              "data": "glyphs", "method": "tent", "errorFrozen": 40.5, "errorAdapted": 20.25,
              "segments": [
                {"name": "clean", "samples": 600, "errorFrozen": 1.0, "errorAdapted": 2.0},
                {"name": "noise", "samples": 400, "errorFrozen": 80.0, "errorAdapted": 38.5}
              ],
              "events": 1000, "samplesSeen": 900, "samplesSkipped": 97, "deadLetters": 3,
              "versionsPublished": 14, "publishToLiveMillis": {"p50": 12.5, "p99": 80.0},
              "bytesPublished": 123456, "tornAnswers": 5, "unversionedAnswers": 6,
              "failedAnswers": 7, "seconds": 10.4,
              "replay": {"equal": 13, "different": 1}
            }
            """);
    assertThat(json.readTree(file.toFile())).isEqualTo(expected);
  }

  @Test
  void shouldPrintATable() {
    assertThat(printed(new Latency(12.5, 80)))
        .isEqualTo(
            """

            glyphs            samples   frozen error   served error
            clean                 600          1.0 %          2.0 %
            noise                 400         80.0 %         38.5 %
            mean                 1000         40.5 %         20.3 %

            method               tent
            events               1000 in 10 s
            samples seen         900, skipped 97
            dead letters         3
            versions published   14, 123456 bytes
            publish to live      p50 12.5 ms, p99 80.0 ms
            torn answers         5
            unversioned answers  6
            failed answers       7
            replay               13 of 14 versions recomputed to the same hash
            """);
    assertThat(printed(Latency.of(List.of())))
        .contains("publish to live      nothing was measured\n");
  }

  private static String printed(Latency latency) {
    StringWriter text = new StringWriter();
    report(latency).print(new PrintWriter(text));
    return text.toString().replace(System.lineSeparator(), "\n");
  }
}
