package dev.meander.core.weights;

/**
 * Names one published adapter.
 *
 * @param lineage whose version
 * @param number grows within the lineage; 0 is the frozen base model
 * @param content hash of layout and floats
 */
public record AdapterVersion(LineageId lineage, long number, Sha256 content) {

  public AdapterVersion {
    if (number < 0) {
      throw new IllegalArgumentException(
          "expected a version >= 0, found " + number + " for " + lineage);
    }
  }

  @Override
  public String toString() {
    return lineage + "/" + number + " (" + content + ")";
  }
}
