package dev.meander.app.command;

import dev.meander.app.versions.StoredVersion;
import dev.meander.app.versions.VersionLog;
import dev.meander.core.files.WholeFile;
import dev.meander.core.wire.SafetensorsWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code meander export}: a version as a safetensors file. */
@Command(
    name = "export",
    description = {
      "Writes a version as a safetensors file with its lineage, number, digests and provenance in",
      "__metadata__. Its record passes the checks of a serving node first.",
      "Exit codes: 0 done, 1 the version fails a check, 2 wrong use, 3 unreachable."
    })
public final class ExportCommand implements Callable<Integer> {

  @Mixin private final LineageAccess lineage = new LineageAccess();

  @Option(names = "--version", paramLabel = "N", required = true, description = "The version.")
  private long version;

  @Option(names = "--out", paramLabel = "FILE", required = true, description = "File to write.")
  @SuppressWarnings("NullAway.Init") // required
  private Path out;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  /** What was written; printed as JSON. */
  record Report(String file, long bytes, Map<String, String> metadata) {}

  @Override
  public Integer call() {
    OutputFile.check(spec, "--out", out);
    byte[] file;
    Map<String, String> metadata;
    try (VersionLog log = lineage.open()) {
      List<StoredVersion> versions = log.versions();
      StoredVersion stored = lineage.version("--version", versions, version);
      metadata = metadata(lineage.lineage().toString(), VersionLine.of(stored, null));
      file = SafetensorsWriter.write(log.weights(stored, versions), metadata);
      lineage.say(log.passedOver());
    }
    WholeFile.write(out, file);
    Output output = lineage.output();
    if (lineage.json()) {
      output.json(new Report(out.toString(), file.length, metadata));
    } else {
      output.line(
          "wrote version %d of %s to %s, %d bytes, content %s"
              .formatted(
                  version, lineage.lineage(), out, file.length, metadata.get("content_sha256")));
    }
    return ExitCode.DONE.code();
  }

  static Map<String, String> metadata(String lineage, VersionLine version) {
    Map<String, String> metadata = new TreeMap<>();
    metadata.put("format", "meander-adapter");
    metadata.put("lineage", lineage);
    metadata.put("version", String.valueOf(version.version()));
    metadata.put("parent", String.valueOf(version.parent()));
    metadata.put("content_sha256", version.content());
    metadata.put("state_sha256", version.state());
    metadata.put("base_sha256", version.base());
    metadata.put("layout_sha256", version.layout());
    metadata.put("method", version.method());
    metadata.put("config_sha256", version.config());
    metadata.put("seed", String.valueOf(version.seed()));
    metadata.put("step", String.valueOf(version.step()));
    metadata.put("samples", String.valueOf(version.samplesSeen()));
    metadata.put("samples_partition", String.valueOf(version.samplesPartition()));
    metadata.put("first_offset", String.valueOf(version.samples().get(0)));
    metadata.put("last_offset", String.valueOf(version.samples().get(1)));
    metadata.put("engine", version.engine());
    metadata.put("engine_threads", String.valueOf(version.engineThreads()));
    metadata.put("jvm", version.jvm());
    metadata.put("platform", version.platform());
    metadata.put("created_at", version.createdAt());
    return metadata;
  }
}
