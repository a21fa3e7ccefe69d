package dev.meander.app.command;

import java.nio.charset.Charset;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A path on the command line, refused in words where it is none: empty, or with characters that the
 * locale cannot write.
 *
 * <p>Thread-safety: stateless.
 */
public final class PathOption implements ITypeConverter<Path> {

  @Override
  public Path convert(String text) {
    if (text.isBlank()) {
      throw new TypeConversionException("expected a path, found \"" + text + "\"");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new TypeConversionException(
          text.indexOf('\0') >= 0
              ? "expected a path, found the character \\u0000"
              : "expected a path that the locale can write ("
                  + Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"))
                  + "), found \""
                  + text
                  + "\": set LC_ALL=C.UTF-8");
    }
  }
}
