package dev.meander.core.wire;

import dev.meander.core.model.ModelSpec;
import dev.meander.schemas.record.Provenance;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the last bits of a computation may depend on beside samples, configuration and model. Equal
 * machines compute equal versions; others may.
 *
 * @param engine name and version of the engine
 * @param engineThreads threads one operation may use
 * @param jvm name and version
 * @param platform operating system and architecture
 * @param cpu processor and its widest vectors; empty when unknown
 */
public record Machine(String engine, int engineThreads, String jvm, String platform, String cpu) {

  private static final Path CPU_DESCRIPTION = Path.of("/proc/cpuinfo");
  private static final String CPU = cpu(CPU_DESCRIPTION);

  /** The machine this process runs on, with the engine that opened {@code spec}. */
  public static Machine here(ModelSpec spec) {
    return new Machine(
        spec.engine(),
        spec.engineThreads(),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        CPU);
  }

  /** The machine that made a version. */
  public static Machine of(Provenance provenance) {
    return new Machine(
        provenance.getEngine(),
        provenance.getEngineThreads(),
        provenance.getJvm(),
        provenance.getPlatform(),
        provenance.getCpu());
  }

  /** What differs from {@code other}, each with both values; empty when nothing does. */
  public List<String> differences(Machine other) {
    List<String> differences = new ArrayList<>();
    compare("engine", engine, other.engine, differences);
    compare(
        "engine threads",
        String.valueOf(engineThreads),
        String.valueOf(other.engineThreads),
        differences);
    compare("JVM", jvm, other.jvm, differences);
    compare("platform", platform, other.platform, differences);
    compare("processor", cpu, other.cpu, differences);
    return List.copyOf(differences);
  }

  private static void compare(String what, String here, String there, List<String> differences) {
    if (!here.equals(there)) {
      differences.add(what + ": expected \"" + here + "\", found \"" + there + "\"");
    }
  }

  /** What Linux says of the first processor; empty elsewhere. */
  static String cpu(Path description) {
    if (!Files.isReadable(description)) {
      return "";
    }
    try {
      List<String> lines = Files.readAllLines(description, StandardCharsets.ISO_8859_1);
      List<String> flags = List.of(value(lines, "flags").orElse("").split(" "));
      String widest =
          Stream.of("avx512f", "avx2", "avx").filter(flags::contains).findFirst().orElse("");
      return (value(lines, "model name").orElse("") + " " + widest).strip();
    } catch (IOException e) {
      return "";
    }
  }

  private static Optional<String> value(List<String> lines, String key) {
    return lines.stream()
        .filter(line -> line.startsWith(key))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst();
  }
}
