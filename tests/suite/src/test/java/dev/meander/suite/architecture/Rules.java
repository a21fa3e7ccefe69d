package dev.meander.suite.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The architecture as rules: who may know whom. Names read as sentences. */
final class Rules {

  private static final String CORE = "dev.meander.core.";

  /** Packages of core from the bottom up; those of one row do not order each other. */
  private static final List<List<String>> CORE_ROWS =
      List.of(
          List.of("math", "files"),
          List.of("stats"),
          List.of("tensor"),
          List.of("weights"),
          List.of("codec", "objects"),
          List.of("model"),
          List.of(
              "augment",
              "gate",
              "memory",
              "normalise",
              "objective",
              "optimise",
              "correct",
              "guard"),
          List.of("method"),
          List.of("learner"),
          List.of("wire"),
          List.of("head"));

  /** Packages of streams that every stage stands on; all others are stages. */
  private static final String[] STREAMS_FOUNDATION = {
    "dev.meander.streams.path..",
    "dev.meander.streams.metric..",
    "dev.meander.streams.store..",
    "dev.meander.streams.deadletter.."
  };

  private Rules() {}

  /** Every rule by its sentence. */
  static Map<String, ArchRule> all() {
    Map<String, ArchRule> rules = new TreeMap<>();
    rules.put("only djl knows the engine", onlyIn("ai.djl..", "dev.meander.djl.."));
    rules.put(
        "only streams and app know Kafka Streams",
        onlyIn("org.apache.kafka.streams..", "dev.meander.streams..", "dev.meander.app.."));
    rules.put(
        "only schemas, streams, serving and app know Kafka",
        onlyIn(
            "org.apache.kafka..",
            "dev.meander.schemas..",
            "dev.meander.streams..",
            "dev.meander.serving..",
            "dev.meander.app.."));
    rules.put(
        "streams, serving, replay and djl meet only in app",
        slices()
            .matching("dev.meander.(streams|serving|replay|djl)..")
            .should()
            .notDependOnEachOther()
            .allowEmptyShould(true));
    rules.put(
        "nobody but app knows a program's parts",
        noClasses()
            .that()
            .resideInAnyPackage("dev.meander.schemas..", "dev.meander.core..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "dev.meander.djl..",
                "dev.meander.streams..",
                "dev.meander.serving..",
                "dev.meander.replay..",
                "dev.meander.app.."));
    rules.put("schemas know nothing of ours", onlyOwn("dev.meander.schemas.."));
    rules.put(
        "in core only wire knows the records",
        noClasses()
            .that(resideInAPackage("dev.meander.core..").and(notIn("dev.meander.core.wire..")))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.meander.schemas..", "org.apache.avro.."));
    rules.put(
        "core has no cycles",
        slices().matching("dev.meander.core.(*)..").should().beFreeOfCycles());
    rules.put("config knows nothing else of core", onlyOwn("dev.meander.core.config.."));
    coreRows().forEach(rules::put);
    rules.put("stages of streams do not know each other", stages());
    rules.put(
        "public fields are final",
        fields().that().arePublic().should().beFinal().allowEmptyShould(true));
    rules.put(
        "no field is an Optional",
        noFields().should().haveRawType(Optional.class).allowEmptyShould(true));
    rules.put("no parameter is an Optional", noOptionalParameter());
    return rules;
  }

  private static ArchRule onlyIn(String known, String... knowing) {
    return noClasses()
        .that(resideInAPackage("dev.meander..").and(notIn(knowing)))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(known);
  }

  private static ArchRule onlyOwn(String own) {
    return noClasses()
        .that()
        .resideInAPackage(own)
        .should()
        .dependOnClassesThat(resideInAPackage("dev.meander..").and(notIn(own)));
  }

  private static DescribedPredicate<JavaClass> notIn(String... packages) {
    return DescribedPredicate.not(resideInAnyPackage(packages));
  }

  private static Map<String, ArchRule> coreRows() {
    Map<String, ArchRule> rules = new TreeMap<>();
    List<String> above = new ArrayList<>();
    for (int row = CORE_ROWS.size() - 1; row >= 0; row--) {
      List<String> here = CORE_ROWS.get(row).stream().map(name -> CORE + name + "..").toList();
      if (!above.isEmpty()) {
        rules.put(
            "core's row " + CORE_ROWS.get(row) + " does not reach up",
            noClasses()
                .that()
                .resideInAnyPackage(here.toArray(String[]::new))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(above.toArray(String[]::new))
                .allowEmptyShould(true));
      }
      above.addAll(here);
    }
    List<String> known = new ArrayList<>(above);
    known.add(CORE + "config..");
    rules.put(
        "core's packages have a row",
        classes()
            .that()
            .resideInAPackage("dev.meander.core..")
            .should()
            .resideInAnyPackage(known.toArray(String[]::new)));
    return rules;
  }

  private static ArchRule stages() {
    return slices()
        .matching("dev.meander.streams.(*)..")
        .should()
        .notDependOnEachOther()
        .ignoreDependency(DescribedPredicate.alwaysTrue(), resideInAnyPackage(STREAMS_FOUNDATION))
        .allowEmptyShould(true);
  }

  private static ArchRule noOptionalParameter() {
    return ArchRuleDefinition.codeUnits()
        .should(
            new ArchCondition<JavaCodeUnit>("not take an Optional") {
              @Override
              public void check(JavaCodeUnit unit, ConditionEvents events) {
                boolean takes =
                    unit.getRawParameterTypes().stream()
                        .anyMatch(type -> type.isEquivalentTo(Optional.class));
                if (takes) {
                  events.add(
                      SimpleConditionEvent.violated(unit, unit.getFullName() + " takes one"));
                }
              }
            });
  }
}
