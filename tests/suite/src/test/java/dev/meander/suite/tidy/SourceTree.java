package dev.meander.suite.tidy;

import dev.meander.kit.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** The text files of the checkout that are ours: no build output, no version control. */
final class SourceTree {

  private static final Set<String> NOT_OURS =
      Set.of(".git", "target", ".idea", ".vscode", ".settings", "node_modules", "shared");

  private static final Set<String> TEXT_ENDINGS =
      Set.of(
          "java",
          "md",
          "xml",
          "avsc",
          "properties",
          "yml",
          "yaml",
          "json",
          "sh",
          "py",
          "html",
          "js",
          "css",
          "txt",
          "config",
          "csv");

  private static final Set<String> TEXT_NAMES =
      Set.of("meander", "run", "LICENSE", "NOTICE", ".gitignore", "Dockerfile");

  private SourceTree() {}

  /**
   * One file.
   *
   * @param path from the repository root, with {@code /}
   * @param text its content
   */
  record Source(String path, String text) {

    /** Last part of the path. */
    String name() {
      return path.substring(path.lastIndexOf('/') + 1);
    }

    /** Physical lines. */
    int lines() {
      return (int) text.lines().count();
    }
  }

  /** Every text file, in order of path. */
  static List<Source> texts() {
    Path root = Repository.root();
    List<Source> sources = new ArrayList<>();
    try {
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
              return NOT_OURS.contains(String.valueOf(folder.getFileName()))
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              if (isText(String.valueOf(file.getFileName()))) {
                String path = root.relativize(file).toString().replace('\\', '/');
                sources.add(
                    new Source(path, new String(Files.readAllBytes(file), StandardCharsets.UTF_8)));
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    sources.sort(Comparator.comparing(Source::path));
    return sources;
  }

  /** Every Java file. */
  static List<Source> java() {
    return texts().stream().filter(source -> source.path().endsWith(".java")).toList();
  }

  private static boolean isText(String name) {
    return TEXT_NAMES.contains(name)
        || TEXT_ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1));
  }
}
