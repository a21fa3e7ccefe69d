package dev.meander.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.core.model.ModelProvider;
import dev.meander.core.model.ModelRefusedException;
import dev.meander.core.model.ModelSource;
import dev.meander.core.weights.LineageId;
import dev.meander.djl.script.ScalarType;
import dev.meander.djl.script.ScriptModule;
import dev.meander.djl.script.ScriptTensor;
import dev.meander.djl.script.StoredZip;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files that cannot be adapted: what the user reads, word for word. */
final class RefusalTest {

  private static final String EXPORT =
      "; export with torch.jit.script(model.eval()).save(\"model.pt\")";
  private static final Map<String, float[]> WEIGHTS = Networks.tinyWeights(1);

  @TempDir
  @SuppressWarnings("NullAway") // set by the test engine
  private Path folder;

  @SuppressWarnings("NullAway.Init") // set before each test
  private Path file;

  @BeforeEach
  void nameFile() {
    file = folder.resolve("model.pt");
  }

  private void assertRefused(String message) {
    assertRefused(Networks.source(file, Networks.TINY_INPUT), message);
  }

  private static void assertRefused(ModelSource source, String message) {
    ModelProvider provider = new TorchProvider();
    assertThatThrownBy(() -> provider.open(source))
        .isInstanceOf(ModelRefusedException.class)
        .hasMessage(message);
    assertThatThrownBy(() -> provider.openSlot(source, new LineageId("tiny", "global")))
        .isInstanceOf(ModelRefusedException.class)
        .hasMessage(message);
  }

  @Test
  void shouldRefuseAMissingFile() {
    assertRefused("expected a model file, found none at " + file);
  }

  @Test
  void shouldRefuseAnArchiveWithADamagedDescription() throws IOException {
    Networks.tiny(file, Networks.SCRIPTED, WEIGHTS);
    rewrite("data.pkl", pickle -> Arrays.copyOf(pickle, pickle.length / 2));
    assertRefused(
        "expected a TorchScript archive, found a file that is none or was cut off at "
            + file
            + EXPORT);
  }

  @Test
  void shouldRefuseAFrozenModule() {
    String classes =
        """
        class Frozen(Module):
          __parameters__ = []
          __buffers__ = []
          training : bool
          def forward(self: __torch__.Frozen,
            x: Tensor) -> Tensor:
            return torch.mean(x, [2, 3])
        """;
    Networks.write(file, new ScriptModule("Frozen"), classes);
    assertRefused(
        "expected trainable weights, found a frozen module without parameters at "
            + file
            + "; export with torch.jit.script or torch.jit.trace and save it before"
            + " torch.jit.freeze or torch.jit.optimize_for_inference");
  }

  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "FLOAT16", "FLOAT64", "INT8"})
  void shouldRefuseOtherTypesThanFloat32(ScalarType type) {
    byte[] bytes = new byte[8 * 3 * 3 * 3 * type.bytes()];
    ScriptTensor weight = new ScriptTensor(type, bytes, true, 8, 3, 3, 3);
    ScriptModule conv = new ScriptModule("Conv").with("weight", weight).with("stride", 1);
    ScriptModule root = Networks.tinyRoot(conv, WEIGHTS);
    Networks.write(file, root, Networks.tinyClasses(Networks.SCRIPTED));
    assertRefused(
        "expected float32 weights, found "
            + type
            + " in conv1.weight of "
            + file
            + "; export after model.float()");
  }

  @Test
  void shouldRefuseWeightsThatAreNotStoredRowByRow() throws IOException {
    Networks.tiny(file, Networks.SCRIPTED, WEIGHTS);
    byte[] rowMajor = {'(', 'J', 16, 0, 0, 0, 'J', 1, 0, 0, 0, 't'};
    byte[] columnMajor = {'(', 'J', 1, 0, 0, 0, 'J', 10, 0, 0, 0, 't'};
    rewrite("data.pkl", pickle -> replace(pickle, rowMajor, columnMajor));
    assertRefused(
        "expected weights stored row by row, found strides [1, 10] for shape [10, 16] in fc.weight"
            + " of "
            + file
            + "; export after model.to(memory_format=torch.contiguous_format)");
  }

  @Test
  void shouldRefuseLogitsOfAnotherShape() {
    String methods =
        Networks.TRACED.replace(
            "return (fc).forward(torch.mean(torch.relu(_1), [2, 3]), )", "return _1");
    Networks.tiny(file, methods, WEIGHTS);
    assertRefused(
        "expected logits [b, classes] from forward, found [[2, 16, 8, 8]] from "
            + file
            + " for 2 inputs");
  }

  @Test
  void shouldRefuseAnInputShapeThatTheModelCannotRun() {
    Networks.tiny(file, Networks.SCRIPTED, WEIGHTS);
    assertRefused(
        Networks.source(file, 1, 16, 16),
        "expected a model for inputs [b, 1, 16, 16], found that "
            + file
            + " cannot run them: RuntimeError: Given groups=1, weight of size [8, 3, 3, 3],"
            + " expected input[2, 1, 16, 16] to have 3 channels, but got 1 channels instead; set"
            + " the input shape that it was exported for");
  }

  @Test
  void shouldRefuseAModelThatDrawsRandomNumbers() {
    String methods =
        Networks.TRACED.replace("torch.relu(_1)", "torch.dropout(torch.relu(_1), 0.5, True)");
    Networks.tiny(file, methods, WEIGHTS);
    assertRefused(
        "expected equal answers to equal inputs, found two that differ from "
            + file
            + "; export after model.eval()");
  }

  @Test
  void shouldRefuseCodeThatTheEngineCannotLoad() {
    Networks.tiny(file, Networks.TRACED.replace("torch.relu(_0)", "torch.no_such(_0)"), WEIGHTS);
    assertThatThrownBy(() -> new TorchProvider().open(Networks.source(file, Networks.TINY_INPUT)))
        .isInstanceOf(ModelRefusedException.class)
        .hasMessageStartingWith(
            "expected a TorchScript archive that the engine can load, found " + file + ": ")
        .hasMessageEndingWith(EXPORT);
  }

  @Test
  void shouldRefuseAnotherNumberOfThreadsInOneProcess() {
    Networks.tiny(file, Networks.SCRIPTED, WEIGHTS);
    new TorchProvider().open(Networks.source(file, Networks.TINY_INPUT)).close();
    assertRefused(
        new ModelSource("other", file, 2, Networks.TINY_INPUT),
        "expected 1 engine threads for model other, as the engine of this process was started"
            + " with, found 2; use one number in all configurations of a process");
  }

  @Test
  void shouldLeaveNoTemporaryFiles() throws IOException {
    Path temporary = Files.createDirectory(folder.resolve("temporary"));
    ModelSource source = Networks.source(file, Networks.TINY_INPUT);
    Networks.tiny(file, Networks.SCRIPTED, WEIGHTS);
    try (ModelFile prepared = ModelFile.prepare(source, temporary)) {
      prepared.load().close();
      assertThat(list(temporary)).isEqualTo(1);
    }
    assertThat(list(temporary)).isZero();
    Files.writeString(file, "damaged");
    assertThatThrownBy(() -> ModelFile.prepare(source, temporary))
        .isInstanceOf(ModelRefusedException.class);
    assertThat(list(temporary)).isZero();
  }

  private static long list(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.count();
    }
  }

  @Test
  void shouldKnowItsFilesByTheirEnding() {
    ModelProvider provider = new TorchProvider();
    assertThat(provider.canOpen(Networks.source(Path.of("a", "net.PT"), 1))).isTrue();
    assertThat(provider.canOpen(Networks.source(Path.of("net.torchscript"), 1))).isTrue();
    assertThat(provider.canOpen(Networks.source(Path.of("net.onnx"), 1))).isFalse();
    ModelSource other = Networks.source(Path.of("net.onnx"), 1);
    assertThatThrownBy(() -> ModelProvider.forSource(other))
        .isInstanceOf(ModelRefusedException.class)
        .hasMessage(
            "expected a model file that one of the engines [head, pytorch] can open, found"
                + " net.onnx; TorchScript files end in .pt, .pth, .ts or .torchscript, heads in"
                + " .safetensors");
  }

  private interface Edit {
    byte[] apply(byte[] content);
  }

  private void rewrite(String name, Edit edit) throws IOException {
    Path edited = folder.resolve("edited.pt");
    try (ZipFile from = new ZipFile(file.toFile());
        StoredZip to = new StoredZip(edited)) {
      for (ZipEntry entry : Collections.list(from.entries())) {
        byte[] content = from.getInputStream(entry).readAllBytes();
        to.add(
            entry.getName(), entry.getName().endsWith("/" + name) ? edit.apply(content) : content);
      }
    }
    Files.move(edited, file, StandardCopyOption.REPLACE_EXISTING);
  }

  private static byte[] replace(byte[] in, byte[] from, byte[] to) {
    String text = new String(in, StandardCharsets.ISO_8859_1);
    String old = new String(from, StandardCharsets.ISO_8859_1);
    assertThat(text).contains(old);
    return text.replace(old, new String(to, StandardCharsets.ISO_8859_1))
        .getBytes(StandardCharsets.ISO_8859_1);
  }
}
