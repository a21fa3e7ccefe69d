package dev.meander.serving.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.meander.kit.BadInput;
import dev.meander.kit.BadInput.Entrance;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class InferRequestReaderTest {

  private static final ServedModel MODEL = new ServedModel("m", "fake", new int[] {2, 2}, 3);

  private final InferRequestReader reader = new InferRequestReader(MODEL, 3);

  private InferRequest read(String json) throws RequestRefusedException {
    return reader.read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  private void assertRefused(String json, RequestProblem problem, String message) {
    RequestRefusedException refused =
        Objects.requireNonNull(
            catchThrowableOfType(RequestRefusedException.class, () -> read(json)));
    assertThat(refused.text()).isEqualTo(message);
    assertThat(refused.problem()).isEqualTo(problem);
  }

  private static String input(String shape, String data) {
    return "{'inputs':[{'name':'x','shape':" + shape + ",'datatype':'FP32','data':" + data + "}]}";
  }

  @Test
  void shouldReadFlatDataWithABatchDimension() throws RequestRefusedException {
    InferRequest request = read(input("[2,2,2]", "[1,2.5,-3e-2,4,5,6,7,8]"));

    assertThat(request.input().shape()).containsExactly(2, 2, 2);
    assertThat(request.input().data()).containsExactly(1, 2.5f, -0.03f, 4, 5, 6, 7, 8);
    assertThat(request.id()).isNull();
    assertThat(request.scope()).isNull();
    assertThat(request.outputs()).isEmpty();
  }

  @Test
  void shouldReadOneInputWithoutABatchDimension() throws RequestRefusedException {
    assertThat(read(input("[2,2]", "[1,2,3,4]")).input().shape()).containsExactly(1, 2, 2);
    assertThat(read(input("[2,2]", "[[1,2],[3,4]]")).input().data()).containsExactly(1, 2, 3, 4);
  }

  @Test
  void shouldReadNestedDataBeforeItsShape() throws RequestRefusedException {
    InferRequest request =
        read(
            "{'outputs':[{'name':'classes','parameters':{'a':[1]}}],'extra':{'b':[{}]},"
                + "'inputs':[{'data':[[[1,2],[3,4]]],'parameters':{'z':1},'datatype':'FP32',"
                + "'shape':[1,2,2]}],'parameters':{'other':[1],'scope':'cam-1'},'id':'r-1'}");

    assertThat(request.input().data()).containsExactly(1, 2, 3, 4);
    assertThat(request.id()).isEqualTo("r-1");
    assertThat(request.scope()).isEqualTo("cam-1");
    assertThat(request.outputs()).containsExactly("classes");
  }

  @Test
  void shouldReadEveryFloatAsJavaDoes() throws RequestRefusedException {
    String[] texts = {"1.17549435E-38", "3.4028235e38", "0.1", "16777217"};
    float[] values = read(input("[2,2]", "[" + String.join(",", texts) + "]")).input().data();
    for (int i = 0; i < texts.length; i++) {
      assertThat(values[i]).isEqualTo(Float.parseFloat(texts[i]));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[1,4]|[1,2,3,4]|expected shape [n, 2, 2] or [2, 2], found [1, 4]",
        "[]|[1,2,3,4]|expected shape [n, 2, 2] or [2, 2], found []",
        "[0,2,2]|[]|expected at least 1 row, found 0",
        "[1,2,2]|[1,2,3]|expected 4 numbers for shape [1, 2, 2], found 3",
        "[2,2]|[1,2,3,4,5]|expected 4 numbers for shape [2, 2], found 5",
        "[3,2,2]|[[1,2,3,4]]|expected 12 numbers for shape [3, 2, 2], found 4",
        "[1,2,2]|[[1,2],[3,4]]|expected flat data or data nested as shape [1, 2, 2], found it"
            + " nested as [2, 2]",
        "[1,2,2]|[[1,2,3],[4]]|expected data nested as shape [1, 2, 2], found arrays of different"
            + " lengths",
        "[1,2,2]|[1,[2,3],4]|expected data nested as shape [1, 2, 2], found arrays of different"
            + " lengths",
        "[-1,2,2]|[1]|expected dimensions of 0 to 2147483647, found -1",
        "[1.5]|[1]|expected a shape of whole numbers, found 1.5",
        "'2,2'|[1]|expected a shape of whole numbers, found 2,2",
        "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]|[1]|expected a shape of at most 16 dimensions",
        "[2,2]|[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]|expected data nested at most 16 deep, found"
            + " deeper"
      })
  void shouldRefuseAWrongShape(String shape, String data, String message) {
    assertRefused(input(shape, data), RequestProblem.WRONG_SHAPE, message);
  }

  @Test
  void shouldRefuseMoreRowsThanTheLimit() {
    assertRefused(
        input("[4,2,2]", "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16]"),
        RequestProblem.TOO_MANY_ROWS,
        "expected at most 3 rows, found 4");
  }

  @ParameterizedTest
  @CsvSource({
    "NaN,NaN",
    "Infinity,Infinity",
    "-Infinity,-Infinity",
    "1e39,Infinity",
    "-1e999,-Infinity"
  })
  void shouldRefuseNumbersThatAreNotFinite(String text, String found) {
    assertRefused(
        input("[2,2]", "[1,2," + text + ",NaN]"),
        RequestProblem.NOT_FINITE,
        "expected finite numbers, found " + found + " at index 2");
  }

  @Test
  void shouldRefuseOtherDatatypes() {
    assertRefused(
        input("[2,2]", "[1,2,3,4]").replace("FP32", "UINT8"),
        RequestProblem.UNKNOWN_DATATYPE,
        "expected datatype FP32, found UINT8");
    assertRefused(
        "{'inputs':[{'shape':[2,2],'data':[1,2,3,4]}]}",
        RequestProblem.UNKNOWN_DATATYPE,
        "expected datatype FP32, found none");
  }

  @Test
  void shouldRefuseMissingAndSurplusInputs() {
    assertRefused("{}", RequestProblem.MISSING_INPUT, "expected 1 input, found none");
    assertRefused("{'inputs':[]}", RequestProblem.MISSING_INPUT, "expected 1 input, found none");
    assertRefused(
        "{'inputs':[{'shape':[2,2],'datatype':'FP32'}]}",
        RequestProblem.MISSING_INPUT,
        "expected data in the input, found none");
    assertRefused(
        "{'inputs':[{'datatype':'FP32','data':[1]}]}",
        RequestProblem.WRONG_SHAPE,
        "expected shape [n, 2, 2] or [2, 2], found none");
    assertRefused(
        "{'inputs':[{'shape':[2,2],'datatype':'FP32','data':[1,2,3,4]},{'a':[1]}]}",
        RequestProblem.UNEXPECTED_INPUT,
        "expected 1 input, found 2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[1]|expected a JSON object, found [",
        "{'inputs':5}|expected a JSON object, found inputs that are not an array",
        "{'outputs':5}|expected a JSON object, found outputs that are not an array",
        "{'parameters':5}|expected a JSON object, found parameters that are not an object",
        "{'inputs':[5]}|expected an object with name, shape, datatype and data as input, found 5",
        "{'inputs':[{'data':'1,2'}]}|expected an array of numbers as data, found a text",
        "{'inputs':[{'data':[1,true]}]}|expected an array of numbers as data, found true",
        "{'inputs':[{'data':[1,{}]}]}|expected an array of numbers as data, found {",
        "{'inputs':[{'data':[1,null]}]}|expected an array of numbers as data, found null"
      })
  void shouldRefuseOtherJson(String json, String message) {
    assertRefused(json, RequestProblem.MALFORMED_JSON, message);
  }

  @Test
  void shouldSayWhereJsonBreaks() {
    assertRefused("", RequestProblem.MALFORMED_JSON, "expected a JSON object, found nothing");
    assertRefused(
        "{'inputs':[{'data':[1,,2]}]}",
        RequestProblem.MALFORMED_JSON,
        "expected a JSON object, found Unexpected character (',' (code 44)): expected a value"
            + " (line 1, column 23)");
    RequestRefusedException cut =
        Objects.requireNonNull(
            catchThrowableOfType(
                RequestRefusedException.class, () -> read("{'inputs':[{'data':[1,2")));
    assertThat(cut.problem()).isEqualTo(RequestProblem.MALFORMED_JSON);
    assertThat(cut.text()).startsWith("expected a JSON object, found Unexpected end-of-input");
  }

  @Test
  void shouldRefuseOtherIdsScopesAndOutputs() {
    assertRefused(
        "{'id':''}",
        RequestProblem.MALFORMED_ID,
        "expected an id of 1 to 200 characters, found 0 characters");
    assertRefused(
        "{'id':'" + "x".repeat(201) + "'}",
        RequestProblem.MALFORMED_ID,
        "expected an id of 1 to 200 characters, found 201 characters");
    assertRefused(
        "{'id':7}", RequestProblem.MALFORMED_ID, "expected an id of 1 to 200 characters, found 7");
    assertRefused(
        "{'parameters':{'scope':7}}",
        RequestProblem.MALFORMED_SCOPE,
        "expected a text as parameter scope, found 7");
    assertRefused(
        "{'outputs':[{'name':'probabilities'}]}",
        RequestProblem.UNKNOWN_OUTPUT,
        "expected outputs named logits or classes, found \"probabilities\"");
    assertRefused(
        "{'outputs':[3]}",
        RequestProblem.UNKNOWN_OUTPUT,
        "expected outputs named logits or classes, found \"\"");
  }

  private static String whole(String extra) {
    return "{" + extra + "'inputs':[{'shape':[2,2],'datatype':'FP32','data':[1,2,3,4]}]}";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'id':null,",
        "'parameters':null,",
        "'outputs':null,",
        "'parameters':{'scope':null,'other':null},",
        "'unknown':null,",
        "'outputs':[{'name':'logits','parameters':null}],"
      })
  @BadInput(
      at = Entrance.REQUEST,
      what = "null where a field may be left out",
      then = "read as absent")
  void shouldReadNullAsAbsent(String extra) throws RequestRefusedException {
    InferRequest request = read(whole(extra));
    assertThat(request.input().data()).containsExactly(1, 2, 3, 4);
    assertThat(request.id()).isNull();
    assertThat(request.scope()).isNull();
  }

  @Test
  void shouldReadNullAsAbsentInsideAnInput() throws RequestRefusedException {
    String input =
        "{'inputs':[{'name':null,'parameters':null,'shape':[2,2],'datatype':'FP32',"
            + "'data':[1,2,3,4]}]}";
    assertThat(read(input).input().data()).containsExactly(1, 2, 3, 4);
    assertRefused("{'inputs':null}", RequestProblem.MISSING_INPUT, "expected 1 input, found none");
    assertRefused(
        "{'inputs':[{'shape':[2,2],'datatype':'FP32','data':null}]}",
        RequestProblem.MISSING_INPUT,
        "expected data in the input, found none");
    assertRefused(
        "{'inputs':[{'shape':null,'datatype':'FP32','data':[1]}]}",
        RequestProblem.WRONG_SHAPE,
        "expected shape [n, 2, 2] or [2, 2], found none");
    assertRefused(
        "{'inputs':[{'datatype':null,'data':[1]}]}",
        RequestProblem.UNKNOWN_DATATYPE,
        "expected datatype FP32, found none");
  }

  @Test
  @BadInput(
      at = Entrance.REQUEST,
      what = "a second document, or anything else, after the body's object",
      then = "400")
  void shouldRefuseABodyAfterTheBody() throws RequestRefusedException {
    assertThat(read(whole("") + " \n\t ").input().rows()).isEqualTo(1);
    for (String[] after :
        new String[][] {{"{}", "{"}, {" []", "["}, {"5", "5"}, {",'x'", null}, {"}", null}}) {
      RequestRefusedException refused =
          Objects.requireNonNull(
              catchThrowableOfType(
                  RequestRefusedException.class, () -> read(whole("") + after[0])));
      assertThat(refused.problem()).isEqualTo(RequestProblem.MALFORMED_JSON);
      if (after[1] != null) {
        assertThat(refused.text())
            .isEqualTo("expected a JSON object, found " + after[1] + " after its end");
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'id':'a','id':'b'}|the field id twice",
        "{'outputs':null,'outputs':[]}|the field outputs twice",
        "{'parameters':{'scope':'a','scope':'b'}}|the parameter scope twice",
        "{'inputs':[{'data':[1],'data':[2]}]}|the field data of the input twice",
        "{'inputs':[{'datatype':5}]}|5 as datatype of the input, which is a text",
        "{'inputs':[{'datatype':{'a':1}}]}|{ as datatype of the input, which is a text",
        "{'inputs':[{'name':[1]}]}|[ as name of the input, which is a text",
        "null|null",
        "'text'|text"
      })
  @BadInput(
      at = Entrance.REQUEST,
      what = "a field twice, a field of another type",
      then = "400 with the field's name")
  void shouldRefuseFieldsTwiceAndOfOtherTypes(String json, String found) {
    assertRefused(json, RequestProblem.MALFORMED_JSON, "expected a JSON object, found " + found);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[2147483648,2,2]|expected dimensions of 0 to 2147483647, found 2147483648",
        "[99999999999999999999,2,2]|expected dimensions of 0 to 2147483647, found"
            + " 99999999999999999999",
        "[-2,-2]|expected dimensions of 0 to 2147483647, found -2",
        "[65536,65536]|expected shape [n, 2, 2] or [2, 2], found [65536, 65536]",
        "[null]|expected a shape of whole numbers, found null",
        "{}|expected a shape of whole numbers, found {"
      })
  @BadInput(
      at = Entrance.REQUEST,
      what = "a shape that is negative or overflows",
      then = "400 WRONG_SHAPE")
  void shouldRefuseAShapeThatOverflows(String shape, String message) {
    assertRefused(input(shape, "[1,2,3,4]"), RequestProblem.WRONG_SHAPE, message);
  }

  @Test
  void shouldRefuseADatatypeInLowerCase() {
    assertRefused(
        input("[2,2]", "[1,2,3,4]").replace("FP32", "fp32"),
        RequestProblem.UNKNOWN_DATATYPE,
        "expected datatype FP32, found fp32");
  }

  @Test
  void shouldReadAByteOrderMark() throws RequestRefusedException {
    assertThat(read("\uFEFF" + whole("")).input().rows()).isEqualTo(1);
  }

  @Test
  @BadInput(
      at = Entrance.REQUEST,
      what = "JSON nested 100,000 deep, a number of 2,000 digits, a cut document, loose JSON",
      then = "400 without names of Java's classes")
  void shouldNeverNameWhatReadsTheJson() {
    String limits =
        "expected a JSON object, found deeper nesting, a longer number or a longer text than is"
            + " read";
    for (String[] odd :
        new String[][] {
          {"{'x':" + "[".repeat(100_000), limits},
          {"{'x':" + "{'a':".repeat(100_000), limits},
          {input("[2,2]", "[" + "9".repeat(2_000) + ",2,3,4]"), limits},
          {
            "{'inputs':[{'data':[1,2", "expected a JSON object, found Unexpected end-of-input (line"
          },
          {"{'id':'a", "expected a JSON object, found Unexpected end-of-input (line"},
          {"{'x':+1}", "expected a JSON object, found "},
          {"{'x':01}", "expected a JSON object, found "},
          {"{'x':.5}", "expected a JSON object, found "},
          {"{'x':1,}", "expected a JSON object, found "},
          {"{x:1}", "expected a JSON object, found "},
          {"{'x':'\u0001'}", "expected a JSON object, found "},
          {"/* c */{}", "expected a JSON object, found "},
          {"{'x':'" + "y".repeat(300) + "', oops}", "expected a JSON object, found "},
        }) {
      RequestRefusedException refused =
          Objects.requireNonNull(
              catchThrowableOfType(RequestRefusedException.class, () -> read(odd[0])));
      assertThat(refused.problem()).isEqualTo(RequestProblem.MALFORMED_JSON);
      assertThat(refused.text())
          .startsWith(odd[1])
          .doesNotContain("Feature", "Source", "Constraints", "`", "jackson", "java")
          .hasSizeLessThan(420);
    }
  }

  @Test
  void shouldCutWhatItQuotes() {
    assertRefused(
        input("[2,2]", "[1,2,3,4]").replace("FP32", "A".repeat(5_000)),
        RequestProblem.UNKNOWN_DATATYPE,
        "expected datatype FP32, found " + "A".repeat(100) + "...");
  }
}
