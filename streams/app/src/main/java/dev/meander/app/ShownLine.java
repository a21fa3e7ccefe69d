package dev.meander.app;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.pattern.CompositeConverter;
import dev.meander.schemas.Credentials;

/**
 * A log line as people may see it: {@code %shown(...)} in a pattern hides what proves who asks,
 * whichever library logged it.
 *
 * <p>Thread-safety: stateless.
 */
public final class ShownLine extends CompositeConverter<ILoggingEvent> {

  @Override
  protected String transform(ILoggingEvent event, String line) {
    return Credentials.hide(line);
  }
}
