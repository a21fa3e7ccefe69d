package dev.meander.serving.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.wire.EventReader;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads one input of a request and checks it against the model: datatype, shape, rows, count and
 * nesting of the numbers, finite numbers, in this order.
 *
 * <p>Thread-safety: none; one per input.
 */
final class InputReader {

  private static final int DIMENSIONS_MAX = 16;
  private static final Set<String> FIELDS = Set.of("name", "shape", "datatype", "data");

  private final int[] inputShape;
  private final int inputSize;
  private final int rowsMax;
  private final Set<String> given = new HashSet<>();
  private @Nullable String datatype;
  private int @Nullable [] shape;
  private @Nullable TensorDataReader data;

  InputReader(ServedModel model, int rowsMax) {
    this.inputShape = model.inputShape();
    this.inputSize = model.inputSize();
    this.rowsMax = rowsMax;
  }

  /** Reads the object the parser stands on, to its end. */
  Tensor read(JsonParser parser) throws IOException, RequestRefusedException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw new RequestRefusedException(
          RequestProblem.MALFORMED_JSON,
          "expected an object with name, shape, datatype and data as input, found "
              + Found.value(parser));
    }
    for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
      boolean absent = parser.nextToken() == JsonToken.VALUE_NULL;
      if (FIELDS.contains(field) && !given.add(field)) {
        throw malformed("the field " + field + " of the input twice");
      }
      if (absent) {
        continue;
      }
      switch (field) {
        case "name" -> text(parser, field);
        case "datatype" -> datatype = text(parser, field);
        case "shape" -> shape = shape(parser);
        case "data" -> {
          data = new TensorDataReader(inputSize, Math.multiplyExact(inputSize, rowsMax));
          data.read(parser);
        }
        default -> parser.skipChildren();
      }
    }
    return check();
  }

  private static String text(JsonParser parser, String field)
      throws IOException, RequestRefusedException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw malformed(Found.value(parser) + " as " + field + " of the input, which is a text");
    }
    return parser.getText();
  }

  private static RequestRefusedException malformed(String found) {
    return new RequestRefusedException(
        RequestProblem.MALFORMED_JSON, "expected a JSON object, found " + found);
  }

  private static int[] shape(JsonParser parser) throws IOException, RequestRefusedException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw wrongShape("expected a shape of whole numbers, found " + Found.value(parser));
    }
    int[] dimensions = new int[DIMENSIONS_MAX];
    int count = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
        throw wrongShape("expected a shape of whole numbers, found " + Found.value(parser));
      }
      if (count == DIMENSIONS_MAX) {
        throw wrongShape("expected a shape of at most " + DIMENSIONS_MAX + " dimensions");
      }
      if (parser.getNumberType() != JsonParser.NumberType.INT || parser.getIntValue() < 0) {
        throw wrongShape("expected dimensions of 0 to 2147483647, found " + Found.value(parser));
      }
      dimensions[count++] = parser.getIntValue();
    }
    return Arrays.copyOf(dimensions, count);
  }

  private Tensor check() throws RequestRefusedException {
    if (!EventReader.FP32.equals(datatype)) {
      throw new RequestRefusedException(
          RequestProblem.UNKNOWN_DATATYPE,
          "expected datatype "
              + EventReader.FP32
              + ", found "
              + (datatype == null ? "none" : Found.text(datatype)));
    }
    int rows = rows();
    if (rows > rowsMax) {
      throw new RequestRefusedException(
          RequestProblem.TOO_MANY_ROWS, "expected at most " + rowsMax + " rows, found " + rows);
    }
    TensorDataReader numbers = data;
    if (numbers == null) {
      throw new RequestRefusedException(
          RequestProblem.MISSING_INPUT, "expected data in the input, found none");
    }
    checkNumbers(numbers, rows);
    int[] batched = new int[inputShape.length + 1];
    batched[0] = rows;
    System.arraycopy(inputShape, 0, batched, 1, inputShape.length);
    return new Tensor(numbers.values(), batched);
  }

  private int rows() throws RequestRefusedException {
    int[] found = shape;
    if (found != null && Arrays.equals(found, inputShape)) {
      return 1;
    }
    if (found != null
        && found.length == inputShape.length + 1
        && Arrays.equals(Arrays.copyOfRange(found, 1, found.length), inputShape)) {
      if (found[0] == 0) {
        throw wrongShape("expected at least 1 row, found 0");
      }
      return found[0];
    }
    String one = Arrays.toString(inputShape);
    throw wrongShape(
        "expected shape "
            + (inputShape.length == 0 ? "[n]" : "[n, " + one.substring(1))
            + " or "
            + one
            + ", found "
            + (found == null ? "none" : Arrays.toString(found)));
  }

  private void checkNumbers(TensorDataReader numbers, int rows) throws RequestRefusedException {
    String declared = Arrays.toString(shape);
    if (numbers.count() != rows * inputSize) {
      throw wrongShape(
          "expected "
              + rows * inputSize
              + " numbers for shape "
              + declared
              + ", found "
              + numbers.count());
    }
    if (numbers.ragged()) {
      throw wrongShape(
          "expected data nested as shape " + declared + ", found arrays of different lengths");
    }
    if (!numbers.flat() && !Arrays.equals(numbers.nesting(), shape)) {
      throw wrongShape(
          "expected flat data or data nested as shape "
              + declared
              + ", found it nested as "
              + Arrays.toString(numbers.nesting()));
    }
    int index = numbers.firstNotFinite();
    if (index >= 0) {
      throw new RequestRefusedException(
          RequestProblem.NOT_FINITE,
          "expected finite numbers, found " + numbers.values()[index] + " at index " + index);
    }
  }

  private static RequestRefusedException wrongShape(String message) {
    return new RequestRefusedException(RequestProblem.WRONG_SHAPE, message);
  }
}
