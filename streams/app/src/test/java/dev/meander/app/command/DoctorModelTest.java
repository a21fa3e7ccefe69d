package dev.meander.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.app.GlyphModel;
import dev.meander.djl.script.ScriptModule;
import dev.meander.djl.script.ScriptTensor;
import dev.meander.djl.script.TorchScriptWriter;
import dev.meander.kit.BadInput;
import dev.meander.kit.BadInput.Entrance;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Models before anything runs: what the doctor says of them, and which methods are refused. */
final class DoctorModelTest {

  /** Layer norm and nothing else that normalises, and no layer at the end. */
  private static final String LAYER_NORM =
      """
      class Net(Module):
        __parameters__ = ["weight", "bias", ]
        __buffers__ = []
        weight : Tensor
        bias : Tensor
        training : bool
        def forward(self: __torch__.Net,
          x: Tensor) -> Tensor:
          y = torch.layer_norm(torch.flatten(x, 1), [6], self.weight, self.bias, 1.0000000000000001e-05)
          return torch.mul(y, 2.)
      """;

  private record Run(int code, List<String> out, String err) {}

  private static Run doctor(String... arguments) {
    return run(new DoctorCommand(), arguments);
  }

  private static Run run(Object command, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        new CommandLine(command)
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
            .setExecutionExceptionHandler(new CommandFailures())
            .execute(arguments);
    return new Run(code, out.toString().lines().toList(), err.toString());
  }

  private static Path layerNorm(Path folder) throws IOException {
    ScriptModule net =
        new ScriptModule("Net")
            .with("weight", ScriptTensor.parameter(new float[] {1, 2, 3, 4, 5, 6}, 6))
            .with("bias", ScriptTensor.parameter(new float[6], 6));
    return TorchScriptWriter.write(folder.resolve("net.pt"), net, LAYER_NORM);
  }

  @Test
  void shouldSayInTenLinesWhatAModelIs(@TempDir Path folder) {
    Path file = GlyphModel.unpack(folder);
    Run run = doctor("--model", file.toString(), "--shape", "3,32,32");
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    assertThat(run.out()).hasSizeLessThanOrEqualTo(10);
    assertThat(run.out().get(0)).startsWith("OK    model                      " + file + ", pyto");
    assertThat(run.out())
        .contains(
            "OK    norms                      9 batch norms with statistics that can be set, 9"
                + " norms of any kind with a gain to train",
            "OK    features                   width 64, the input of the last layer",
            "OK    head                       linear, fc.bias [10] and fc.weight [10, 64]")
        .anyMatch(
            line -> line.startsWith("OK    shapes                     inputs [b, 3, 32, 32], log"))
        .anyMatch(
            line ->
                line.startsWith(
                    "OK    methods that fit           adacontrast, alpha-bn, auto, bn-1"))
        .anyMatch(line -> line.matches("OK    sample answer +to seeded noise of 0 to 1: class .*"));
    assertThat(doctor("--model", file.toString()).out().get(1))
        .as("a usual shape is tried")
        .contains("inputs [b, 3, ");
  }

  @Test
  void shouldSayWhichMethodsMissWhat(@TempDir Path folder) throws IOException {
    Run run = doctor("--model", layerNorm(folder).toString(), "--shape", "1,2,3");
    assertThat(run.code()).isZero();
    assertThat(run.out())
        .contains(
            "OK    norms                      no batch norm with statistics that can be set, 1 norm"
                + " of any kind with a gain to train",
            "OK    features                   none: no layer whose input could be them was found",
            "OK    head                       none: the logits are not features times a weight plus"
                + " a bias")
        .anyMatch(
            line ->
                line.startsWith("OK    methods that do not ")
                    && line.contains("bn-1")
                    && line.contains("(no batch norms whose statistics can be set)")
                    && line.contains("(no features)"))
        .anyMatch(line -> line.startsWith("OK    methods that fit ") && line.contains("tent"));
  }

  @BadInput(
      at = Entrance.CONFIGURATION,
      what = "a method that sets statistics, for a model without batch norms",
      then = "doctor names what the method misses and those that fit")
  @Test
  void shouldSayThatAMethodFindsNothingToAdapt(@TempDir Path folder) throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("run.properties"),
            "bootstrap.servers=127.0.0.1:1\nschema.registry.url=http://127.0.0.1:1\n"
                + "model.name=net\nmodel.file=%s\nmodel.input.shape=1,2,3\nmethod.name=bn-1\n"
                    .formatted(layerNorm(folder)));
    Run run = doctor("--config", config.toString());
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out())
        .anyMatch(
            line ->
                line.startsWith(
                    "FAIL  method                     method bn-1: expected a model with batch"
                        + " norms whose statistics can be set, found none among 2 blocks; "));
  }

  @BadInput(
      at = Entrance.COMMAND,
      what = "one of several methods of evaluate that the model does not fit",
      then = "refused before any of them runs, with what is missing")
  @Test
  void shouldRefuseOneOfSeveralMethodsBeforeAnyRuns(@TempDir Path folder) throws IOException {
    StringBuilder rows = new StringBuilder("a,b,c,d,e,f,label\n");
    for (int i = 0; i < 60; i++) {
      rows.append("%d,%d,1,0,2,%d,%d\n".formatted(i % 7, i % 5, i % 3, i % 6));
    }
    Path data = Files.writeString(folder.resolve("rows.csv"), rows);
    Path out = folder.resolve("report");
    Run run =
        run(
            new EvaluateCommand(),
            "--model",
            layerNorm(folder).toString(),
            "--data",
            data.toString(),
            "--method",
            "source,tent,bn-1",
            "--out",
            out.toString());
    assertThat(run.code()).as(run.err()).isEqualTo(2);
    assertThat(run.err())
        .contains("method bn-1: expected a model with batch norms whose statistics can be set");
    assertThat(run.out()).noneMatch(line -> line.contains("online"));
    assertThat(out.resolve("runs")).isEmptyDirectory();
  }

  @BadInput(
      at = Entrance.COMMAND,
      what = "doctor --model with a file that is none, a shape that is none, or a configuration",
      then = "a FAIL with what to do, or wrong use")
  @Test
  void shouldRefuseWhatIsNoModel(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("none.pt"), "weights");
    Run none = doctor("--model", file.toString());
    assertThat(none.code()).isEqualTo(1);
    assertThat(none.out().get(0))
        .startsWith(
            "FAIL  model                      expected a TorchScript archive, found a file");
    Run other = doctor("--model", layerNorm(folder).toString());
    assertThat(other.code()).isEqualTo(1);
    assertThat(other.out().get(1))
        .isEqualTo(
            "      -> say which inputs it takes: --shape 3,32,32 (the usual ones were tried)");
    assertThat(doctor("--model", file.toString(), "--shape", "3,0").code()).isEqualTo(2);
    assertThat(doctor("--model", file.toString(), "--shape", "3,x").code()).isEqualTo(2);
    assertThat(doctor("--shape", "3,1").code()).isEqualTo(2);
    assertThat(doctor("--model", file.toString(), "--bootstrap", "a:1").code()).isEqualTo(2);
  }
}
