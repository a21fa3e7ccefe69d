package dev.meander.core.model;

import dev.meander.core.weights.LineageId;
import dev.meander.core.weights.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Opens {@link FakeModel}s from files named {@code *.fake}, whose text is {@code fake classes=10
 * seed=1}. Not registered as a service: tests hand it over.
 */
public final class FakeProvider implements ModelProvider {

  static final String ENGINE = "fake";
  private static final Pattern TEXT = Pattern.compile("fake classes=(\\d{1,6}) seed=(-?\\d+)\\s*");

  /** Writes a model file. */
  public static Path write(Path file, int classes, long seed) {
    try {
      return Files.writeString(file, "fake classes=" + classes + " seed=" + seed + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String engine() {
    return ENGINE;
  }

  @Override
  public boolean canOpen(ModelSource source) {
    return source.file().toString().endsWith(".fake");
  }

  @Override
  public FakeModel open(ModelSource source) {
    byte[] content = content(source.file());
    Matcher text = TEXT.matcher(new String(content, StandardCharsets.UTF_8));
    if (!text.matches()) {
      throw new ModelRefusedException(
          "expected \"fake classes=N seed=N\" in " + source.file() + ", found something else");
    }
    return new FakeModel(
        source.name(),
        source.inputShape(),
        Integer.parseInt(text.group(1)),
        Long.parseLong(text.group(2)),
        Sha256.of(content));
  }

  private static byte[] content(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new ModelRefusedException("expected a model file, found none at " + file, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public FakeSlot openSlot(ModelSource source, LineageId lineage) {
    return new FakeSlot(open(source), lineage);
  }
}
