package dev.meander.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.meander.app.GlyphModel;
import dev.meander.app.embedded.BrokerOptions;
import dev.meander.app.embedded.EmbeddedBroker;
import dev.meander.kit.BadInput;
import dev.meander.kit.BadInput.Entrance;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The doctor against a broker, and against what people have written into their files. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // set before all tests
class DoctorCommandTest {

  @TempDir private Path folder;

  private EmbeddedBroker broker;

  /** A web server that is no schema registry, such as a proxy's page. */
  private HttpServer website;

  private String website() {
    return "http://127.0.0.1:" + website.getAddress().getPort();
  }

  @BeforeAll
  void start() throws IOException {
    broker = EmbeddedBroker.start(BrokerOptions.temporary());
    website = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    website.createContext(
        "/",
        exchange -> {
          byte[] page = "<html>not here</html>".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(404, page.length);
          exchange.getResponseBody().write(page);
          exchange.close();
        });
    website.start();
  }

  @AfterAll
  void stop() {
    website.stop(0);
    broker.close();
  }

  private record Run(int code, List<String> out, String err) {

    /** Lines of {@code out} without their advice, and only of what is not well. */
    List<String> notWell() {
      return out.stream().filter(line -> !line.startsWith("OK ")).toList();
    }
  }

  private static Run doctor(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        new CommandLine(new DoctorCommand())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
            .setExecutionExceptionHandler(new CommandFailures())
            .execute(arguments);
    return new Run(code, out.toString().lines().toList(), err.toString());
  }

  private Path file(String registry, String more) throws IOException {
    return Files.writeString(
        folder.resolve("meander file.properties"),
        """
        bootstrap.servers=%s
        schema.registry.url=%s
        topics.prefix=none
        model.name=glyphs
        model.file=%s
        model.input.shape=3,32,32
        %s
        """
            .formatted(broker.bootstrap(), registry, GlyphModel.unpack(folder), more));
  }

  @Test
  @BadInput(
      at = Entrance.CONFIGURATION,
      what = "mistyped keys and values of run and of serve in one file",
      then = "doctor lists all of them, each once, with the nearest name")
  void shouldSayEveryProblemOfTheConfigurationAsTheProgramsDo() throws Exception {
    Path file =
        file(
            website(),
            "btach.size=32\nbatch.min=zero\nmethod.name=tentt\nhttp.prot=1\nhttp.port=x");
    Run run = doctor("--config", file.toString());
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out())
        .contains(
            "FAIL  configuration              unknown key btach.size, did you mean batch.size?",
            "FAIL  configuration              batch.min: expected a whole number of 1 to 4096,"
                + " found \"zero\"",
            "FAIL  configuration              unknown key http.prot, did you mean http.port?",
            "FAIL  configuration              http.port: expected a whole number of 0 to 65535,"
                + " found \"x\"")
        .anyMatch(
            line ->
                line.startsWith("FAIL  configuration              method.name: expected one of ")
                    && line.endsWith(", found \"tentt\", did you mean tent?"))
        .noneMatch(line -> line.startsWith("OK    model"));
    assertThat(run.out().stream().filter(line -> line.contains("configuration "))).hasSize(5);
  }

  @Test
  @BadInput(
      at = Entrance.REGISTRY,
      what = "an address whose path is no registry's",
      then = "one FAIL before anything is said of schemas, no advice to create them, exit code 3")
  void shouldNotAdviseToCreateWhatAWrongRegistryDoesNotKnow() throws Exception {
    Path file = file(website(), "");
    Run run = doctor("--config", file.toString());
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.notWell().subList(0, 2))
        .containsExactly(
            "FAIL  registry                   expected a schema registry at %s, found an answer 404 to GET %s/subjects"
                .formatted(website(), website()),
            "      -> start the registry, or correct schema.registry.url, its path included"
                + " (/apis/ccompat/v7 of Apicurio), and the registry.* keys");
    assertThat(run.out()).noneMatch(line -> line.contains("schema none."));
    assertThat(run.notWell().subList(2, 4))
        .containsExactly(
            "FAIL  topic none.traffic         expected the topic, found none",
            "      -> run: ./meander topics create --config '" + file + "'");
  }

  @Test
  void shouldHintWithExactlyTheOptionsThatWereGiven() {
    Run run = doctor("--bootstrap", broker.bootstrap());
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out())
        .contains("      -> run: ./meander topics create --bootstrap " + broker.bootstrap());
  }

  @Test
  void shouldSayWhatCanAdaptInTheModel() throws Exception {
    Run run = doctor("--config", file(website(), "method.name=tent").toString());
    assertThat(run.out())
        .contains(
            "OK    norms                      9 batch norms with statistics that can be set, 9"
                + " norms of any kind with a gain to train",
            "OK    features                   width 64, the input of the last layer",
            "OK    head                       linear, fc.bias [10] and fc.weight [10, 64]")
        .contains("OK    method                     tent, 1344 floats in a version");
  }

  @Test
  @BadInput(
      at = Entrance.CONFIGURATION,
      what = "a file without brokers",
      then = "doctor still says every other problem of the file")
  void shouldSayAllProblemsWhenTheFileNamesNoBroker() throws Exception {
    Path file = Files.writeString(folder.resolve("less.properties"), "model.name=a b\n");
    Run run = doctor("--config", file.toString());
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out())
        .anyMatch(line -> line.startsWith("FAIL  configuration              bootstrap.servers: "))
        .anyMatch(line -> line.startsWith("FAIL  configuration              model.file: "))
        .anyMatch(line -> line.startsWith("FAIL  configuration              model.name: "))
        .noneMatch(line -> line.contains("kafka"));
  }
}
