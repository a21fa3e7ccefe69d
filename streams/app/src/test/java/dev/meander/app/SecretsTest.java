package dev.meander.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import dev.meander.kit.BadInput;
import dev.meander.kit.BadInput.Entrance;
import dev.meander.schemas.Credentials;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** A secret in a configuration file, wherever people put one, and everything that is said of it. */
@Timeout(120)
class SecretsTest {

  private static final String SECRET = "hunter2x";

  @TempDir
  @SuppressWarnings("NullAway.Init") // set before each test
  Path folder;

  private static void collect(CommandLine line, List<CommandLine> leaves) {
    if (line.getSubcommands().isEmpty()) {
      leaves.add(line);
    }
    line.getSubcommands().values().forEach(sub -> collect(sub, leaves));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "schema.registry.url=http://ann:hunter2x@127.0.0.1:1",
        "schema.registry.url=http://hunter2x@127.0.0.1:1/a b",
        "schema.registry.url=htp://ann:hunter2x@127.0.0.1:1",
        "schema.registry.url=ann:hunter2x@127.0.0.1:1",
        "bootstrap.servers=ann:hunter2x@127.0.0.1",
        "bootstrap.servers=kafka://ann:hunter2x@127.0.0.1:none",
        "registry.basic.auth.user.info=ann:hunter2x",
        "registry.basic.auth.user.info=hunter2x",
        "registry.bearer.auth.token=hunter2x\nregistry.bearer.auth.credentials.source=NONE",
        "kafka.security.protocol=SASL_SSL\nkafka.sasl.mechanism=PLAIN\nkafka.sasl.jaas.config="
            + "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"ann\""
            + " password=\"hunter2x\"",
        "kafka.security.protocol=SASL_SSL\nkafka.sasl.jaas.config=hunter2x hunter2x hunter2x;",
        "kafka.security.protocol=SSL\nkafka.ssl.keystore.type=PEM\nkafka.ssl.keystore.key="
            + "-----BEGIN PRIVATE KEY----- hunter2x -----END PRIVATE KEY-----",
        "kafka.security.protocol=SSL\nkafka.ssl.truststore.location=/none\n"
            + "kafka.ssl.truststore.password=hunter2x",
        "kafka.sasl.pasword=hunter2x",
        "kafak.ssl.key.password=hunter2x"
      })
  @BadInput(
      at = Entrance.CONFIGURATION,
      what = "a password in an address, a setting or a mistyped key, for every command",
      then = "it occurs in nothing that is printed or logged")
  void shouldNeverSayASecret(String lines) throws Exception {
    List<String> file =
        new ArrayList<>(
            List.of(
                "bootstrap.servers=127.0.0.1",
                "schema.registry.url=http://127.0.0.1:1",
                "model.name=glyphs",
                "model.file=" + GlyphModel.unpack(folder),
                "model.input.shape=3,32,32",
                "state.dir=" + folder.resolve("state")));
    String first = lines.substring(0, lines.indexOf('=') + 1);
    file.removeIf(line -> line.startsWith(first));
    file.addAll(lines.lines().toList());
    Path config = Files.write(folder.resolve("meander.properties"), file);
    List<CommandLine> leaves = new ArrayList<>();
    collect(Meander.commandLine(), leaves);
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    root.addAppender(log);
    Level before = root.getLevel();
    try {
      for (CommandLine leaf : leaves) {
        if (leaf.getCommandSpec().findOption("--config") == null) {
          continue;
        }
        List<String> arguments =
            new ArrayList<>(List.of(leaf.getCommandSpec().qualifiedName().split(" ")));
        arguments.remove(0);
        arguments.add("--config=" + config);
        for (String more : List.of("--lineage=glyphs:global", "--model=/none.pt", "--version=1")) {
          if (leaf.getCommandSpec().findOption(more.split("=")[0]) != null) {
            arguments.add(more);
          }
        }
        StringWriter said = new StringWriter();
        PrintWriter writer = new PrintWriter(said, true);
        Meander.commandLine()
            .setOut(writer)
            .setErr(writer)
            .execute(arguments.toArray(String[]::new));
        assertThat(said.toString()).as(arguments.toString()).doesNotContain(SECRET);
      }
    } finally {
      root.detachAppender(log);
      root.setLevel(before);
    }
    assertThat(log.list)
        .allSatisfy(
            event ->
                assertThat(
                        Credentials.hide(
                            event.getFormattedMessage()
                                + ThrowableProxyUtil.asString(event.getThrowableProxy())))
                    .doesNotContain(SECRET));
  }
}
