package dev.meander.djl;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** What a file is that is no TorchScript archive, by its first bytes and the names inside of it. */
enum FileKind {
  EMPTY("an empty file", Advice.WHOLE),
  CUT_OFF("a zip file that was cut off", Advice.WHOLE),
  STATE("the weights of a torch.save without the code of the model", Advice.MODULE),
  PICKLE("a pickle, as torch.save wrote it before PyTorch 1.6", Advice.MODULE),
  EXPORTED("an exported program of torch.export", Advice.SCRIPT),
  SERVED("a model archive of TorchServe", "; take the TorchScript file inside of it"),
  NUMPY("arrays of NumPy", Advice.SCRIPT),
  KERAS("a model of Keras", Advice.SCRIPT),
  ONNX("a model in ONNX", Advice.SCRIPT),
  SAFETENSORS(
      "safetensors, weights without the code of the model",
      "; a head alone may be .safetensors, else load them into the module and export that with"
          + " torch.jit.script(model.eval()).save(\"model.pt\")"),
  COMPRESSED("a compressed file", "; unpack it first"),
  POINTER("a pointer of Git LFS", "; git lfs pull fetches the file itself"),
  PAGE("a web page", "; download the file itself"),
  OTHER_ZIP("a zip file without TorchScript code", Advice.SCRIPT),
  UNKNOWN("a file that is none or was cut off", Advice.SCRIPT);

  /** What to do about several kinds. */
  private static final class Advice {
    static final String SCRIPT = ModelArchive.EXPORT;
    static final String WHOLE = "; copy it again, whole";
    static final String MODULE =
        "; build the module, load the weights into it, then"
            + " torch.jit.script(model.eval()).save(\"model.pt\")";
  }

  private static final int HEAD_BYTES = 512;
  private static final Pattern PAGE_START = Pattern.compile("(?is)\\s*<(!doctype|html|\\?xml).*");
  private static final Pattern SAFETENSORS_START = Pattern.compile("(?s).{8}\\s*\\{\\s*\".*");
  private static final Pattern EXPORTED_ENTRY =
      Pattern.compile(
          "(.*/)?(serialized_exported_program\\.json|archive_format|models/[^/]+\\.json)");

  private final String words;
  private final String advice;

  FileKind(String words, String advice) {
    this.words = words;
    this.advice = advice;
  }

  /** What messages call it. */
  String words() {
    return words;
  }

  /** What to do about it, to be put at the end of a message. */
  String advice() {
    return advice;
  }

  /** Looks at a file. */
  static FileKind of(Path file) throws IOException {
    byte[] head;
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(HEAD_BYTES);
    }
    String text = new String(head, StandardCharsets.ISO_8859_1);
    if (head.length == 0) {
      return EMPTY;
    }
    if (text.startsWith("PK\3\4")) {
      return zipped(file);
    }
    if (text.startsWith("version https://git-lfs")) {
      return POINTER;
    }
    if (PAGE_START.matcher(text).matches()) {
      return PAGE;
    }
    if (text.startsWith("\u0089HDF")) {
      return KERAS;
    }
    if (text.startsWith("\u0093NUMPY")) {
      return NUMPY;
    }
    if (text.startsWith("\u0080") && text.length() > 1 && text.charAt(1) <= 5) {
      return PICKLE;
    }
    if (text.startsWith("\u001f\u008b") || text.startsWith("BZh") || text.startsWith("7z\u00bc")) {
      return COMPRESSED;
    }
    if (SAFETENSORS_START.matcher(text).matches()) {
      return SAFETENSORS;
    }
    return text.startsWith("\b") && (text.contains("pytorch") || text.contains("onnx"))
        ? ONNX
        : UNKNOWN;
  }

  private static FileKind zipped(Path file) {
    List<String> names;
    try (ZipFile zip = new ZipFile(file.toFile())) {
      names = Collections.list(zip.entries()).stream().map(ZipEntry::getName).toList();
    } catch (IOException e) {
      return CUT_OFF;
    }
    if (any(names, name -> EXPORTED_ENTRY.matcher(name).matches())) {
      return EXPORTED;
    }
    if (any(names, name -> name.endsWith("/data.pkl"))) {
      return STATE;
    }
    if (any(names, name -> name.startsWith("MAR-INF/"))) {
      return SERVED;
    }
    if (any(names, name -> name.endsWith(".npy"))) {
      return NUMPY;
    }
    return any(names, name -> name.toLowerCase(Locale.ROOT).endsWith(".weights.h5"))
        ? KERAS
        : OTHER_ZIP;
  }

  private static boolean any(List<String> names, Predicate<String> wanted) {
    return names.stream().anyMatch(wanted);
  }
}
