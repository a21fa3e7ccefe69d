package dev.meander.kit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * One kind of bad or odd input that a test tries. The page {@code tests/suite/BAD_INPUTS.md} is
 * made of these, so that whoever meets the next kind sees what is there and where it belongs.
 */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.SOURCE)
@Repeatable(BadInput.List.class)
public @interface BadInput {

  /** Where it comes in. */
  Entrance at();

  /** What comes in, in a few words, such as {@code a key of 3 MB}. */
  String what();

  /** What must happen, in a few words, such as {@code a dead letter without its key}. */
  String then();

  /** Where input comes in. */
  enum Entrance {
    /** A model file, and what the model does when it runs. */
    MODEL,
    /** A record on a topic. */
    RECORD,
    /** A request to a serving node. */
    REQUEST,
    /** The configuration and the environment of a process. */
    CONFIGURATION,
    /** An option or an argument of a command, and the files it writes. */
    COMMAND,
    /** A data set: CSV, images, arrays. */
    DATA,
    /** The broker: rights, clocks, transactions. */
    BROKER,
    /** The schema registry. */
    REGISTRY
  }

  /** Several kinds that one test tries. */
  @Target({ElementType.METHOD, ElementType.TYPE})
  @Retention(RetentionPolicy.SOURCE)
  @interface List {
    /** The kinds. */
    BadInput[] value();
  }
}
