package dev.meander.serving.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Arrays;

/**
 * Reads the numbers of a tensor, flat or nested, straight into floats. Numbers beyond the limit are
 * counted and not kept.
 *
 * <p>Thread-safety: none; one per tensor.
 */
final class TensorDataReader {

  private static final int DEPTH_MAX = 16;
  private static final int UNKNOWN = -1;

  private final int limit;
  private float[] values;
  private int count;
  private int firstNotFinite = UNKNOWN;
  private boolean ragged;
  private int leafDepth = UNKNOWN;
  private final int[] children = new int[DEPTH_MAX + 1];
  private final int[] lengths = new int[DEPTH_MAX + 1];

  /**
   * @param expected floats of a typical tensor
   * @param limit most floats that are kept
   */
  TensorDataReader(int expected, int limit) {
    this.values = new float[Math.min(expected, limit)];
    this.limit = limit;
    Arrays.fill(lengths, UNKNOWN);
  }

  /** Reads the array the parser stands on, to its end. */
  void read(JsonParser parser) throws IOException, RequestRefusedException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw notNumbers(parser);
    }
    int depth = 1;
    while (depth > 0) {
      JsonToken token = parser.nextToken();
      if (token == JsonToken.VALUE_NUMBER_FLOAT || token == JsonToken.VALUE_NUMBER_INT) {
        leaf(depth, parser.getFloatValue());
      } else if (token == JsonToken.START_ARRAY) {
        children[depth]++;
        depth++;
        if (depth > DEPTH_MAX) {
          throw new RequestRefusedException(
              RequestProblem.WRONG_SHAPE,
              "expected data nested at most " + DEPTH_MAX + " deep, found deeper");
        }
        children[depth] = 0;
      } else if (token == JsonToken.END_ARRAY) {
        close(depth);
        depth--;
      } else {
        throw notNumbers(parser);
      }
    }
  }

  private void leaf(int depth, float value) {
    if (leafDepth == UNKNOWN) {
      leafDepth = depth;
    }
    ragged |= leafDepth != depth;
    children[depth]++;
    if (!Float.isFinite(value) && firstNotFinite == UNKNOWN) {
      firstNotFinite = count;
    }
    if (count < limit) {
      if (count == values.length) {
        values = Arrays.copyOf(values, (int) Math.min(limit, 2L * count + 16));
      }
      values[count] = value;
    }
    count++;
  }

  private void close(int depth) {
    ragged |= lengths[depth] != UNKNOWN && lengths[depth] != children[depth];
    lengths[depth] = children[depth];
  }

  private static RequestRefusedException notNumbers(JsonParser parser) throws IOException {
    return new RequestRefusedException(
        RequestProblem.MALFORMED_JSON,
        "expected an array of numbers as data, found " + found(parser));
  }

  private static String found(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.VALUE_STRING) {
      return "a text";
    }
    return Found.value(parser);
  }

  /** How many numbers there were. */
  int count() {
    return count;
  }

  /** The numbers; exactly {@link #count} when that is within the limit. */
  float[] values() {
    return count == values.length ? values : Arrays.copyOf(values, Math.min(count, limit));
  }

  /** Index of the first NaN or infinity; -1 when there is none. */
  int firstNotFinite() {
    return firstNotFinite;
  }

  /** True when every number stands in the outermost array. */
  boolean flat() {
    return !ragged && leafDepth <= 1;
  }

  /** True when arrays of one depth differ in length or numbers stand at different depths. */
  boolean ragged() {
    return ragged;
  }

  /** Lengths of the nested arrays, outermost first. */
  int[] nesting() {
    return leafDepth < 1 ? new int[] {0} : Arrays.copyOfRange(lengths, 1, leafDepth + 1);
  }
}
