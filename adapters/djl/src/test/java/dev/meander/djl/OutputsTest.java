package dev.meander.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.ModelRefusedException;
import dev.meander.core.model.ModelSource;
import dev.meander.core.model.NormMode;
import dev.meander.core.model.Tape;
import dev.meander.core.tensor.Tensor;
import dev.meander.kit.BadInput;
import dev.meander.kit.BadInput.Entrance;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models with several outputs, other arguments, or a number of inputs of their own. */
final class OutputsTest {

  private static final int[] INPUT = {3, 4, 4};

  private static Path write(Path folder, String methods) {
    return Sketch.of("Outputs")
        .with("a", Sketch.linear("FirstHead", 5, 48))
        .with("b", Sketch.linear("SecondHead", 7, 48))
        .methods(methods)
        .write(folder.resolve("model.pt"));
  }

  private static String answering(String type, String value) {
    return "  def forward(SELF,\n    x: Tensor) -> "
        + type
        + ":\n    f = torch.flatten(x, 1)\n    y = (self.a).forward(f, )\n"
        + "    z = (self.b).forward(f, )\n    return "
        + value
        + "\n";
  }

  private static int classes(ModelSource source) {
    Tensor x = new Tensor(Networks.random(new SplittableRandom(3), 2 * 48, -1, 1), 2, 3, 4, 4);
    try (AdaptableModel model = TorchModel.open(source);
        Tape tape = model.forward(x, NormMode.SOURCE, false)) {
      assertThat(tape.features().shape()).as("what the head sees").containsExactly(2, 48);
      assertThat(model.spec().classes()).isEqualTo(tape.logits().rowSize());
      return model.spec().classes();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Tuple[Tensor, Tensor]                | (y, z)                          | 0        | 5",
        "Tuple[Tensor, Tensor]                | (y, z)                          | 1        | 7",
        "List[Tensor]                         | [y, z]                          | 1        | 7",
        "Dict[str, Tensor]                    | {\"main\": y, \"aux\": z}       | aux      | 7",
        "Dict[str, Tensor]                    | {\"aux\": z, \"logits\": y}     | auto     | 5",
        "Tuple[Tensor, Dict[str, Tensor]]     | (f, {\"logits\": z})            | 1.logits | 7",
        "Tuple[Tensor, Optional[Tensor]]      | (y, None)                       | auto     | 5",
      })
  void shouldTakeTheObviousOutputOrTheOneThatIsNamed(
      String type, String value, String output, int expected, @TempDir Path folder) {
    Path file = write(folder, answering(type.strip(), value.strip()));
    ModelSource source = Networks.source(file, INPUT).withOutput(output.strip());
    assertThat(classes(source)).isEqualTo(expected);
  }

  private static void assertRefused(ModelSource source, String message) {
    assertThatThrownBy(() -> TorchModel.open(source))
        .isInstanceOf(ModelRefusedException.class)
        .hasMessage(message);
  }

  @BadInput(
      at = Entrance.MODEL,
      what = "several outputs any of which could be the logits",
      then = "refused with all of them and the key that chooses")
  @Test
  void shouldAskWhichOutputIsMeant(@TempDir Path folder) {
    Path file = write(folder, answering("Dict[str, Tensor]", "{\"main\": y, \"aux\": z}"));
    assertRefused(
        Networks.source(file, INPUT),
        "expected one output with logits [b, classes] from "
            + file
            + ", found aux [2, 7], main [2, 5] for 2 inputs; say which one in model.output");
  }

  @BadInput(
      at = Entrance.CONFIGURATION,
      what = "model.output that names no output",
      then = "refused with the outputs that there are")
  @Test
  void shouldSayWhichOutputsThereAre(@TempDir Path folder) {
    Path file = write(folder, answering("Tuple[Tensor, Tensor]", "(y, z)"));
    assertRefused(
        Networks.source(file, INPUT).withOutput("logits"),
        "expected one of the outputs of "
            + file
            + " in model.output, found logits where it answers 0 [2, 5], 1 [2, 7]");
    Path single = write(folder, answering("Tensor", "y"));
    assertRefused(
        Networks.source(single, INPUT).withOutput("logits"),
        "expected one of the outputs of "
            + single
            + " in model.output, found logits where it answers one tensor [2, 5]; leave the key"
            + " out");
  }

  @BadInput(
      at = Entrance.MODEL,
      what = "a forward that wants more than one tensor",
      then = "refused with the parameter's name")
  @Test
  void shouldNameAnArgumentThatItCannotGive(@TempDir Path folder) {
    Path file =
        write(
            folder,
            "  def forward(SELF,\n    x: Tensor,\n    mask: Tensor) -> Tensor:\n"
                + "    return (self.a).forward(torch.flatten(torch.mul(x, mask), 1), )\n");
    assertRefused(
        Networks.source(file, INPUT),
        "expected a model that is called with one tensor, found that forward of "
            + file
            + " wants mask: Tensor; export a module whose forward(x) fills in the rest");
  }

  @BadInput(
      at = Entrance.MODEL,
      what = "a model that was traced with one number of inputs in it",
      then = "refused with that number")
  @Test
  void shouldNameAFixedNumberOfInputs(@TempDir Path folder) {
    Path file =
        write(
            folder,
            "  def forward(SELF,\n    x: Tensor) -> Tensor:\n"
                + "    return (self.a).forward(torch.view(x, [8, 48]), )\n");
    assertRefused(
        Networks.source(file, INPUT),
        "expected a model for any number of inputs, found that "
            + file
            + " takes 8 at a time only, as it was traced: RuntimeError: shape '[8, 48]' is invalid"
            + " for input of size 96; export with torch.jit.script, or trace a forward without the"
            + " batch size in it, such as x.flatten(1) for x.view(8, -1)");
  }

  @BadInput(
      at = Entrance.MODEL,
      what = "a squeeze() that takes the batch away where it is one row",
      then = "refused with the shape and the number of inputs")
  @Test
  void shouldRefuseASqueezeThatTakesTheBatchAway(@TempDir Path folder) {
    Path file =
        write(
            folder,
            "  def forward(SELF,\n    x: Tensor) -> Tensor:\n"
                + "    return torch.squeeze((self.a).forward(torch.flatten(x, 1), ))\n");
    assertRefused(
        Networks.source(file, INPUT),
        "expected logits [b, classes] for any number of inputs, found [5] from "
            + file
            + " for 1; squeeze() without a dimension, or a view with the batch size in it, takes"
            + " the batch away");
  }

  @BadInput(
      at = Entrance.MODEL,
      what = "code that asks for a GPU",
      then = "refused with the engine's reason and how to export for the CPU")
  @Test
  void shouldSayHowToExportWhereTheCodeAsksForAGpu(@TempDir Path folder) {
    Path file =
        write(
            folder,
            "  def forward(SELF,\n    x: Tensor) -> Tensor:\n"
                + "    m = torch.ones([5], dtype=None, layout=None,"
                + " device=torch.device(\"cuda:0\"), pin_memory=None)\n"
                + "    return torch.mul((self.a).forward(torch.flatten(x, 1), ), m)\n");
    assertThatThrownBy(() -> TorchModel.open(Networks.source(file, INPUT)))
        .isInstanceOf(ModelRefusedException.class)
        .hasMessageStartingWith(
            "expected a model for inputs [b, 3, 4, 4], found that " + file + " cannot run them: ")
        .hasMessageEndingWith(
            "; export on the CPU: model.cpu() before torch.jit.script or torch.jit.trace");
  }
}
