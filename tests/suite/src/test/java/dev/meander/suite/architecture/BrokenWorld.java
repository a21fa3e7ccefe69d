package dev.meander.suite.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** For every rule a few lines of Java that break it, compiled when asked for. */
final class BrokenWorld {

  private static final Pattern ROW = Pattern.compile("core's row \\[(\\w+).*] does not reach up");

  private static final Map<String, List<String>> SOURCES = new TreeMap<>();

  static {
    breaks(
        "only djl knows the engine",
        "package dev.meander.serving; class A { ai.djl.ndarray.NDArray a; }");
    breaks(
        "only streams and app know Kafka Streams",
        "package dev.meander.serving; class A { org.apache.kafka.streams.KafkaStreams a; }");
    breaks(
        "only schemas, streams, serving and app know Kafka",
        "package dev.meander.core.gate; class A { org.apache.kafka.common.TopicPartition a; }");
    breaks(
        "streams, serving, replay and djl meet only in app",
        "package dev.meander.djl; public class A { }",
        "package dev.meander.serving; class B { dev.meander.djl.A a; }");
    breaks(
        "nobody but app knows a program's parts",
        "package dev.meander.replay; public class A { }",
        "package dev.meander.core.wire; class B { dev.meander.replay.A a; }");
    breaks(
        "schemas know nothing of ours",
        "package dev.meander.schemas; class A { dev.meander.core.tensor.Tensor a; }");
    breaks(
        "in core only wire knows the records",
        "package dev.meander.core.gate; class A { dev.meander.schemas.RejectReason a; }");
    breaks(
        "core has no cycles",
        "package dev.meander.core.gate; public class A { dev.meander.core.guard.B b; }",
        "package dev.meander.core.guard; public class B { dev.meander.core.gate.A a; }");
    breaks(
        "config knows nothing else of core",
        "package dev.meander.core.config; class A { dev.meander.core.tensor.Tensor a; }");
    breaks("core's packages have a row", "package dev.meander.core.drawer; class A { }");
    breaks(
        "stages of streams do not know each other",
        "package dev.meander.streams.gate; public class A { }",
        "package dev.meander.streams.publish; class B { dev.meander.streams.gate.A a; }");
    breaks("public fields are final", "package dev.meander.core.gate; class A { public int a; }");
    breaks(
        "no field is an Optional",
        "package dev.meander.core.gate; class A { java.util.Optional<String> a; }");
    breaks(
        "no parameter is an Optional",
        "package dev.meander.core.gate; class A { void a(java.util.Optional<String> a) { } }");
  }

  private BrokenWorld() {}

  private static void breaks(String sentence, String... sources) {
    SOURCES.put(sentence, List.of(sources));
  }

  /** Classes that break the rule of this name; none when nobody wrote any. */
  static JavaClasses breaking(String sentence, Path folder) {
    List<String> sources = SOURCES.getOrDefault(sentence, List.of());
    Matcher row = ROW.matcher(sentence);
    if (row.matches()) {
      sources =
          List.of(
              "package dev.meander.core."
                  + row.group(1)
                  + "; class A { dev.meander.core.head.HeadProvider a; }");
    }
    compile(sources, folder);
    return new ClassFileImporter().importPath(folder);
  }

  private static void compile(List<String> sources, Path folder) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<JavaFileObject> files = new ArrayList<>();
    for (String source : sources) {
      files.add(new Text(source, files.size()));
    }
    if (files.isEmpty()) {
      return;
    }
    StringWriter messages = new StringWriter();
    List<String> options =
        List.of(
            "-proc:none",
            "-d",
            folder.toString(),
            "-classpath",
            System.getProperty("java.class.path"));
    boolean compiled = compiler.getTask(messages, null, null, options, null, files).call();
    if (!compiled) {
      throw new IllegalStateException(messages.toString());
    }
  }

  private static final class Text extends SimpleJavaFileObject {

    private final String text;

    Text(String text, int index) {
      super(URI.create("string:///" + (char) ('A' + index) + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) throws IOException {
      return text;
    }
  }
}
