/**
 * The Open Inference Protocol v2 over HTTP and JSON. Reads requests against the model, stamps every
 * answer with lineage and version, and hands both on as traffic.
 */
@NullMarked
package dev.meander.serving.http;

import org.jspecify.annotations.NullMarked;
