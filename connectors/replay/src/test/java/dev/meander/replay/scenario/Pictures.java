package dev.meander.replay.scenario;

import dev.meander.core.weights.Sha256;
import dev.meander.replay.data.DataSet;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Domains without pixels: an image is three numbers, its domain, severity and index, so a test can
 * read where a sample came from. Labels are {@code (7 index) mod classes}.
 */
record Pictures(int size, int classes, List<String> corruptions) implements Domains {

  static Pictures of(int size, int classes, String... corruptions) {
    return new Pictures(size, classes, List.of(corruptions));
  }

  @Override
  public String name() {
    return "pictures";
  }

  @Override
  public Sha256 digest() {
    return Sha256.of(toString().getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public DataSet corrupted(String corruption, int severity) {
    return new Images(corruptions.indexOf(corruption), severity);
  }

  @Override
  public DataSet original() {
    return new Images(-1, 0);
  }

  private final class Images implements DataSet {

    private final int domain;
    private final int severity;

    Images(int domain, int severity) {
      this.domain = domain;
      this.severity = severity;
    }

    @Override
    public String name() {
      return "images";
    }

    @Override
    public Sha256 digest() {
      return Pictures.this.digest();
    }

    @Override
    public int size() {
      return size;
    }

    @Override
    public float[] image(int index) {
      return new float[] {domain, severity, index};
    }

    @Override
    public int label(int index) {
      return 7 * index % classes;
    }

    @Override
    public List<String> classNames() {
      return java.util.stream.IntStream.range(0, classes).mapToObj(i -> "class " + i).toList();
    }

    @Override
    public int[] inputShape() {
      return new int[] {3};
    }
  }
}
