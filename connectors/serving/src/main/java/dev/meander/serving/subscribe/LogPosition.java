package dev.meander.serving.subscribe;

/** Where a record lies on the topic of adapters. */
record LogPosition(int partition, long offset) {}
