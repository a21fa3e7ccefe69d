package dev.meander.serving.http;

import java.time.Duration;

/**
 * Settings of the HTTP server.
 *
 * @param host address to listen on
 * @param port port to listen on; 0 for any that is free
 * @param rowsMax most inputs in one request
 * @param bodyBytesMax largest request body
 * @param concurrentMax most requests at once; one more is answered with status 503
 * @param closeWait how long closing waits for requests in flight
 */
public record HttpConfig(
    String host, int port, int rowsMax, int bodyBytesMax, int concurrentMax, Duration closeWait) {}
