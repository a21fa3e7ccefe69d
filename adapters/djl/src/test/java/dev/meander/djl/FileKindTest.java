package dev.meander.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.ModelRefusedException;
import dev.meander.djl.script.StoredZip;
import dev.meander.kit.BadInput;
import dev.meander.kit.BadInput.Entrance;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that people give for TorchScript archives: what each is, and what to do. */
final class FileKindTest {

  private static final String SCRIPT =
      "; export with torch.jit.script(model.eval()).save(\"model.pt\")";
  private static final String MODULE =
      "; build the module, load the weights into it, then"
          + " torch.jit.script(model.eval()).save(\"model.pt\")";

  private static void assertRefused(Path file, String words, String advice) {
    assertThatThrownBy(() -> TorchModel.open(Networks.source(file, Networks.TINY_INPUT)))
        .isInstanceOf(ModelRefusedException.class)
        .hasMessage("expected a TorchScript archive, found " + words + " at " + file + advice);
  }

  @BadInput(
      at = Entrance.MODEL,
      what =
          "a file that is no archive: a pickle, safetensors, ONNX, HDF5, NumPy, gzip, a web page, a"
              + " Git LFS pointer, nothing at all",
      then = "refused with what it is and what to do")
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "weights                         | a file that is none or was cut off | SCRIPT",
        "''                              | an empty file | ; copy it again, whole",
        "version https://git-lfs.github  | a pointer of Git LFS | ; git lfs pull fetches the file"
            + " itself",
        "<!DOCTYPE html><html>           | a web page | ; download the file itself",
        "<html lang=en>                  | a web page | ; download the file itself",
        "\\x89HDF\\x0d\\x0a              | a model of Keras | SCRIPT",
        "\\x93NUMPY\\x01                 | arrays of NumPy | SCRIPT",
        "\\x80\\x02}q\\x00.              | a pickle, as torch.save wrote it before PyTorch 1.6 |"
            + " MODULE",
        "\\x1f\\x8b\\x08                 | a compressed file | ; unpack it first",
        "\\x08\\x07\\x12\\x07pytorch\\x1a | a model in ONNX | SCRIPT",
      })
  void shouldSayWhatAFileIs(String content, String words, String advice, @TempDir Path folder)
      throws IOException {
    Path file = folder.resolve("model.pt");
    Files.write(file, unescaped(content).getBytes(StandardCharsets.ISO_8859_1));
    assertRefused(file, words, advice.replace("SCRIPT", SCRIPT).replace("MODULE", MODULE));
  }

  private static String unescaped(String text) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (text.startsWith("\\x", i)) {
        plain.append((char) Integer.parseInt(text.substring(i + 2, i + 4), 16));
        i += 3;
      } else {
        plain.append(text.charAt(i));
      }
    }
    return plain.toString();
  }

  @Test
  void shouldKnowSafetensorsByTheirHeader(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("model.pt");
    Files.writeString(file, "\u0040\0\0\0\0\0\0\0{\"fc.weight\":{\"dtype\":\"F32\"}}");
    assertRefused(
        file,
        "safetensors, weights without the code of the model",
        "; a head alone may be .safetensors, else load them into the module and export that with"
            + " torch.jit.script(model.eval()).save(\"model.pt\")");
  }

  @BadInput(
      at = Entrance.MODEL,
      what =
          "a zip file of another kind: a state_dict, torch.export, TorchServe, NumPy, Keras, or a"
              + " document",
      then = "refused with what it is and what to do")
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "archive/data.pkl | the weights of a torch.save without the code of the model | MODULE",
        "model/archive_format | an exported program of torch.export | SCRIPT",
        "serialized_exported_program.json | an exported program of torch.export | SCRIPT",
        "model/models/model.json | an exported program of torch.export | SCRIPT",
        "MAR-INF/MANIFEST.json | a model archive of TorchServe | ; take the TorchScript file inside"
            + " of it",
        "arr_0.npy | arrays of NumPy | SCRIPT",
        "model.weights.h5 | a model of Keras | SCRIPT",
        "word/document.xml | a zip file without TorchScript code | SCRIPT",
      })
  void shouldSayWhatAZipFileIs(String entry, String words, String advice, @TempDir Path folder)
      throws IOException {
    Path file = folder.resolve("model.pt");
    try (StoredZip zip = new StoredZip(file)) {
      zip.add(entry, new byte[] {(byte) 0x80, 2, '}', '.'});
    }
    assertRefused(file, words, advice.replace("SCRIPT", SCRIPT).replace("MODULE", MODULE));
  }

  @BadInput(
      at = Entrance.MODEL,
      what = "an archive of which the end is missing",
      then = "refused as cut off")
  @Test
  void shouldSayThatAnArchiveWasCutOff(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("model.pt");
    byte[] whole =
        Files.readAllBytes(Networks.tiny(file, Networks.SCRIPTED, Networks.tinyWeights(1)));
    Files.write(file, Arrays.copyOf(whole, whole.length * 2 / 3));
    assertRefused(file, "a zip file that was cut off", "; copy it again, whole");
  }

  @Test
  void shouldOpenAFileOfTheLiteInterpreter(@TempDir Path folder) throws IOException {
    Path plain =
        Networks.tiny(folder.resolve("plain.pt"), Networks.SCRIPTED, Networks.tinyWeights(1));
    Path lite = folder.resolve("lite.pt");
    try (ZipFile from = new ZipFile(plain.toFile());
        StoredZip to = new StoredZip(lite)) {
      for (ZipEntry entry : Collections.list(from.entries())) {
        to.add(entry.getName(), from.getInputStream(entry).readAllBytes());
      }
      to.add("model/bytecode.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
      to.add("model/mobile_debug_handles.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
    }
    try (AdaptableModel model = TorchModel.open(Networks.source(lite, Networks.TINY_INPUT))) {
      assertThat(model.spec().featureWidth()).isEqualTo(16);
    }
  }
}
