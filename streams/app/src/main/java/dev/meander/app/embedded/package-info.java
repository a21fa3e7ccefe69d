/**
 * A Kafka broker and a schema registry inside the JVM, real ones: for the demonstration, for tests
 * and for a first look without a cluster. Everything lies under one temporary folder and goes with
 * it.
 */
@NullMarked
package dev.meander.app.embedded;

import org.jspecify.annotations.NullMarked;
