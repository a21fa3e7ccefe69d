package dev.meander.djl;

import dev.meander.core.model.ModelRefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * A TorchScript archive, read without the engine: its classes, its module tree and the tensors of
 * the tree.
 *
 * <p>Thread-safety: none.
 */
final class ModelArchive {

  /**
   * One tensor attribute.
   *
   * @param name dotted path, such as {@code layer1.0.bn1.weight}
   * @param owner class of the module that holds it
   * @param attribute last part of the name
   * @param tensor what is stored
   * @param parameter true for a parameter, false for a buffer
   */
  record Entry(
      String name, ScriptClass owner, String attribute, StoredTensor tensor, boolean parameter) {}

  private static final String RECORD = "/data.pkl";
  private static final long TEXT_BYTES_MAX = 64L << 20;
  private static final int DEPTH_MAX = 200;
  static final String EXPORT = "; export with torch.jit.script(model.eval()).save(\"model.pt\")";

  private final Path file;
  private final String folder;
  private final ScriptObject root;
  private final Map<String, ScriptFile> sources;
  private final Map<String, ScriptClass> classes = new LinkedHashMap<>();
  private final List<Entry> entries = new ArrayList<>();
  private final Map<String, ScriptObject> objects = new LinkedHashMap<>();

  private ModelArchive(
      Path file, String folder, ScriptObject root, Map<String, ScriptFile> sources) {
    this.file = file;
    this.folder = folder;
    this.root = root;
    this.sources = sources;
    for (ScriptFile source : sources.values()) {
      source.classes().forEach(c -> classes.put(c.name(), c));
    }
    collect(root, "", Collections.newSetFromMap(new IdentityHashMap<>()), 0);
    list(root, "", Collections.newSetFromMap(new IdentityHashMap<>()));
  }

  /**
   * Reads an archive.
   *
   * @param content where the bytes are
   * @param file what messages call it
   * @throws ModelRefusedException when it is not a whole TorchScript archive
   */
  static ModelArchive read(Path content, Path file) {
    try (ZipFile zip = new ZipFile(content.toFile())) {
      String folder = folder(zip);
      Map<String, ScriptFile> sources = new LinkedHashMap<>();
      for (ZipEntry entry : Collections.list(zip.entries())) {
        if (isSource(folder, entry.getName())) {
          String text = new String(bytes(zip, entry), StandardCharsets.UTF_8);
          sources.put(entry.getName(), new ScriptFile(namespace(folder, entry.getName()), text));
        }
      }
      ZipEntry description = zip.getEntry(folder + RECORD);
      if (folder.isEmpty() || description == null || sources.isEmpty()) {
        throw refused(content, file, null);
      }
      if (!(Unpickler.read(bytes(zip, description)) instanceof ScriptObject root)) {
        throw new IOException("expected a module in " + RECORD + ", found another value");
      }
      return new ModelArchive(file, folder, root, sources);
    } catch (IOException e) {
      throw refused(content, file, e);
    }
  }

  private static ModelRefusedException refused(
      Path content, Path file, @Nullable IOException cause) {
    FileKind kind = FileKind.UNKNOWN;
    try {
      kind = FileKind.of(content);
    } catch (IOException e) {
      // nothing more is known of a file that cannot be read
    }
    if (kind == FileKind.STATE && cause != null) {
      kind = FileKind.UNKNOWN; // there was code, and a description that makes no sense
    }
    String message =
        "expected a TorchScript archive, found " + kind.words() + " at " + file + kind.advice();
    return cause == null
        ? new ModelRefusedException(message)
        : new ModelRefusedException(message, cause);
  }

  private static String folder(ZipFile zip) {
    return Collections.list(zip.entries()).stream()
        .map(ZipEntry::getName)
        .filter(name -> name.endsWith(RECORD) && name.indexOf('/') == name.lastIndexOf('/'))
        .map(name -> name.substring(0, name.indexOf('/')))
        .findFirst()
        .orElse("");
  }

  private static boolean isSource(String folder, String name) {
    return name.startsWith(folder + "/code/") && name.endsWith(".py");
  }

  private static String namespace(String folder, String name) {
    String path = name.substring((folder + "/code/").length(), name.length() - ".py".length());
    return path.replace('/', '.');
  }

  private static byte[] bytes(ZipFile zip, ZipEntry entry) throws IOException {
    if (entry.getSize() > TEXT_BYTES_MAX) {
      throw new IOException(
          "expected at most "
              + TEXT_BYTES_MAX
              + " bytes, found "
              + entry.getSize()
              + " in "
              + entry.getName());
    }
    try (InputStream in = zip.getInputStream(entry)) {
      return in.readAllBytes();
    }
  }

  private void collect(ScriptObject object, String path, Set<ScriptObject> inside, int depth) {
    ScriptClass type = classes.get(object.className());
    if (type == null || depth > DEPTH_MAX || !inside.add(object)) {
      return; // not a module, or a cycle
    }
    object
        .attributes()
        .forEach(
            (name, value) -> {
              if (value instanceof StoredTensor tensor) {
                boolean parameter = type.parameters().contains(name);
                entries.add(new Entry(path + name, type, name, tensor, parameter));
              } else if (value instanceof ScriptObject child) {
                collect(child, path + name + ".", inside, depth + 1);
              }
            });
    inside.remove(object);
  }

  private void list(ScriptObject object, String path, Set<ScriptObject> seen) {
    if (!classes.containsKey(object.className()) || !seen.add(object)) {
      return;
    }
    objects.put(path, object);
    object
        .attributes()
        .forEach(
            (name, value) -> {
              if (value instanceof ScriptObject child) {
                list(child, path + name + ".", seen);
              }
            });
  }

  /** Every object of the module tree by the path before its attributes; one of several paths. */
  Map<String, ScriptObject> objects() {
    return objects;
  }

  Iterable<ScriptFile> files() {
    return sources.values();
  }

  /** True for modules to whose objects attributes can be added. */
  boolean canHoldMore(ScriptClass type) {
    return type.isModule()
        && objects.values().stream()
            .filter(object -> object.className().equals(type.name()))
            .allMatch(object -> object.builtAt() >= 0);
  }

  /** Folder of the archive's entries inside the zip file. */
  String folder() {
    return folder;
  }

  /** What messages call the file. */
  Path file() {
    return file;
  }

  /** Tensors of the module tree in the order of the archive. */
  List<Entry> entries() {
    return entries;
  }

  /** Class of the model itself; null when the archive lacks its text. */
  @Nullable ScriptClass rootClass() {
    return classes.get(root.className());
  }

  /** Classes by their full names. */
  Map<String, ScriptClass> classesByName() {
    return Collections.unmodifiableMap(classes);
  }

  Iterable<ScriptClass> classes() {
    return sources.values().stream().flatMap(source -> source.classes().stream()).toList();
  }

  /** The patched text of an entry; null when the entry is not source text. */
  @Nullable String source(String entry) {
    ScriptFile source = sources.get(entry);
    return source == null ? null : source.render();
  }
}
