package dev.meander.app.doctor;

import java.util.List;

/** The Java that runs this program. */
final class JavaCheck implements Check {

  private static final int JAVA_MIN = 17;

  @Override
  public String subject() {
    return "java";
  }

  @Override
  public List<Finding> find(Examined examined) {
    int feature = Runtime.version().feature();
    return List.of(
        feature >= JAVA_MIN
            ? Finding.ok(subject(), Runtime.version().toString())
            : Finding.fail(
                subject(),
                "expected Java " + JAVA_MIN + " or newer, found " + feature,
                "install a newer Java and set JAVA_HOME"));
  }
}
