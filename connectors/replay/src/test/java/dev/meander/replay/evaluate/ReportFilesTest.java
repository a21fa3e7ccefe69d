package dev.meander.replay.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.meander.replay.evaluate.RunResult.BatchResult;
import dev.meander.replay.scenario.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportFilesTest extends EvaluationFixture {

  @Test
  void shouldWriteReportFiles() throws Exception {
    EvaluationReport report =
        evaluate(
            config(List.of("source", "tent"), Scenario.CONTINUAL, Scenario.FORGETTING), "out", 1);

    ReportFiles.write(report, folder);

    JsonNode json = new ObjectMapper().readTree(folder.resolve("report.json").toFile());
    assertThat(json.get("data").asText()).isEqualTo("shifted");
    assertThat(json.get("runs")).hasSize(4);
    JsonNode run = json.get("runs").get(1);
    assertThat(run.get("method").asText()).isEqualTo("tent");
    assertThat(run.get("scenario").asText()).isEqualTo("continual");
    assertThat(run.get("seed").asLong()).isEqualTo(1);
    assertThat(run.get("segments").get(0).get("name").asText()).isEqualTo("up");
    assertThat(run.get("segments").get(0).get("samples").asInt()).isEqualTo(90);
    assertThat(run.get("segments").get(0).get("error").isDouble()).isTrue();
    assertThat(run.get("segments").get(0).get("errorServed").isDouble()).isTrue();
    assertThat(run.get("versions").get(0).get("hash").asText()).hasSize(64);
    assertThat(run.get("forgetting").isNull()).isTrue();
    for (String key :
        List.of("meanError", "meanErrorServed", "adapted", "skipped", "secondsForward")) {
      assertThat(run.get(key).isNumber()).as(key).isTrue();
    }
    assertThat(run.has("batches")).isFalse();
    assertThat(run.has("verdicts")).isFalse();
    checkCsv(report);
    checkPage();
  }

  private void checkCsv(EvaluationReport report) throws IOException {
    List<String> lines = Files.readAllLines(folder.resolve("errors.csv"));
    assertThat(lines.get(0))
        .isEqualTo("method,scenario,seed,batch,segment,severity,cycle,samples,wrong,wrongServed");
    assertThat(lines)
        .hasSize(1 + report.runs().stream().mapToInt(run -> run.batches().size()).sum());
    BatchResult first = report.runs().get(0).batches().get(0);
    assertThat(lines.get(1))
        .isEqualTo("source,continual,1,0,up,2,1,20," + first.wrong() + "," + first.wrongServed());
  }

  @Test
  void shouldWriteWhatTheGuardSaidOfEveryCandidate() throws Exception {
    EvaluationConfig held =
        new EvaluationConfig(
            List.of("source", "tent"),
            List.of(Scenario.CONTINUAL),
            List.of(1L),
            2,
            20,
            1_000,
            false,
            Map.of("guard.divergence.action", "hold", "guard.divergence.max", "0"));
    EvaluationReport report = evaluate(held, "out", 1);

    ReportFiles.write(report, folder);

    List<String> lines = Files.readAllLines(folder.resolve("verdicts.csv"));
    assertThat(lines.get(0))
        .startsWith("method,scenario,seed,batch,outcome,reasons,drift,")
        .contains(",probeDivergence,");
    RunResult tent = report.runs().get(1);
    assertThat(lines).hasSize(1 + tent.batches().size());
    assertThat(lines.get(1))
        .matches(
            "tent,continual,1,0,HOLD,"
                + "\"drift of predictions: \\S+ nats > guard.divergence.max 0.0\"(,-?\\d\\S*){9}");
    assertThat(lines.get(2)).startsWith("tent,continual,1,1,HOLD,");
    assertThat(tent.versions()).isEmpty();
  }

  private void checkPage() throws IOException {
    String page = Files.readString(folder.resolve("report.html"));
    assertThat(page)
        .contains("var uPlot=", ".uplot", "\"method\":\"tent\"")
        .doesNotContain("/*plot-script*/", "/*plot-style*/", "/*report-json*/")
        .doesNotContain("src=\"http", "href=\"http", "@import");
  }
}
