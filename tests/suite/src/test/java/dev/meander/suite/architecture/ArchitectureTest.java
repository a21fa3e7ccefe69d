package dev.meander.suite.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the rules against every class we ship, and against classes made to break them. */
class ArchitectureTest {

  private static final ImportOption SHIPPED =
      location -> !location.contains("/test-classes/") && !location.contains("-tests.jar");

  private static final JavaClasses OURS =
      new ClassFileImporter().withImportOption(SHIPPED).importPackages("dev.meander");

  static Stream<Arguments> rules() {
    return Rules.all().entrySet().stream().map(e -> Arguments.of(e.getKey(), e.getValue()));
  }

  @Test
  void shouldSeeEveryModule() {
    Set<String> modules = new TreeSet<>();
    OURS.forEach(
        type -> {
          String[] parts = type.getPackageName().split("\\.", -1);
          modules.add(parts.length > 2 ? parts[2] : "");
        });
    assertThat(modules).contains("schemas", "core", "app").doesNotContain("suite");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rules")
  void shouldHold(String sentence, ArchRule rule) {
    EvaluationResult result = rule.allowEmptyShould(true).evaluate(OURS);
    assertThat(result.getFailureReport().getDetails()).as(sentence).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rules")
  void shouldFailWhenBroken(String sentence, ArchRule rule, @TempDir Path folder) {
    JavaClasses broken = BrokenWorld.breaking(sentence, folder);
    EvaluationResult result = rule.allowEmptyShould(true).evaluate(broken);
    assertThat(result.hasViolation()).as("a rule that cannot fail: %s", sentence).isTrue();
  }

  @Test
  void shouldHaveOneRulePerSentence() {
    assertThat(new TreeMap<>(Rules.all())).hasSizeGreaterThan(15);
  }
}
