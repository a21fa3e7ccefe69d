package dev.meander.schemas;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Key of the topic {@code adapters}, written {@code lineage/version}, a chunk {@code
 * lineage/version/chunk}.
 *
 * @param lineage {@code model:scope}; holds no slash
 * @param version {@code >= 1}
 * @param chunk {@code >= 0}, or {@link #WHOLE} for the record of the version itself
 */
public record AdapterKey(String lineage, long version, int chunk) {

  /** Not a chunk: the record of the version. */
  public static final int WHOLE = -1;

  private static final Pattern KEY = Pattern.compile("([^/]+)/([0-9]{1,18})(?:/([0-9]{1,9}))?");

  public AdapterKey {
    if (lineage.isEmpty() || lineage.indexOf('/') >= 0) {
      throw new IllegalArgumentException(
          "expected a lineage without '/', found \"" + lineage + "\"");
    }
    if (version < 1 || chunk < WHOLE) {
      throw new IllegalArgumentException(
          "expected version >= 1 and chunk >= 0, found version " + version + ", chunk " + chunk);
    }
  }

  /** Key of the record of a version. */
  public static AdapterKey of(String lineage, long version) {
    return new AdapterKey(lineage, version, WHOLE);
  }

  /** Key of chunk {@code number}, from 0, of this version. */
  public AdapterKey chunk(int number) {
    return new AdapterKey(lineage, version, number);
  }

  /** True for a piece of a payload, false for the record of a version. */
  public boolean isChunk() {
    return chunk != WHOLE;
  }

  /** Reads a key; empty when it is not one. */
  public static Optional<AdapterKey> parse(String key) {
    Matcher matcher = KEY.matcher(key);
    if (!matcher.matches() || Long.parseLong(matcher.group(2)) < 1) {
      return Optional.empty();
    }
    int chunk = matcher.group(3) == null ? WHOLE : Integer.parseInt(matcher.group(3));
    return Optional.of(new AdapterKey(matcher.group(1), Long.parseLong(matcher.group(2)), chunk));
  }

  @Override
  public String toString() {
    return chunk == WHOLE ? lineage + "/" + version : lineage + "/" + version + "/" + chunk;
  }

  /** True when a record of {@code lineage} and {@code version} belongs under this key. */
  public boolean names(String lineage, long version) {
    return this.lineage.equals(lineage) && this.version == version;
  }
}
