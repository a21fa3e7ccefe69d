package dev.meander.app.doctor;

import dev.meander.app.connection.Connection;
import dev.meander.app.topics.UnreachableException;
import dev.meander.schemas.Topic;
import dev.meander.schemas.TopicNames;
import dev.meander.schemas.stall.HangingTransactions;
import dev.meander.schemas.stall.StableOffsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * The transactions that are open in the catalogue's topics and in what Kafka Streams made for the
 * application: its changelogs and repartition topics.
 *
 * <p>Thread-safety: none. Lifetime: the owner closes it.
 */
final class OpenTransactions implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final String APPLICATION_ID = "application.id";

  private final Admin admin;
  private final Connection connection;
  private final HangingTransactions transactions;

  OpenTransactions(Connection connection) {
    this.connection = connection;
    this.admin = Admin.create(connection.client());
    this.transactions = new HangingTransactions(admin, LIMIT);
  }

  /** Looks into every partition that has something behind its committed records. */
  HangingTransactions.Look look() {
    Set<String> names =
        Arrays.stream(Topic.values()).map(connection.names()::of).collect(Collectors.toSet());
    String internal =
        connection.file().getOrDefault(APPLICATION_ID, TopicNames.DEFAULT_PREFIX) + "-";
    StableOffsets offsets = new StableOffsets(admin, LIMIT);
    try {
      Set<TopicPartition> partitions =
          offsets.partitions(
              topic ->
                  names.contains(topic)
                      || (topic.startsWith(internal)
                          && (topic.endsWith("-changelog") || topic.endsWith("-repartition"))));
      return transactions.find(
          offsets.ends(partitions).entrySet().stream()
              .filter(ends -> ends.getValue().behind() > 0)
              .map(Map.Entry::getKey)
              .toList());
    } catch (TimeoutException | InterruptedException e) {
      throw silent(e);
    }
  }

  /** Ends {@code found}; false when it does not hang any more. */
  boolean abort(HangingTransactions.Found found) {
    try {
      return transactions.abort(found);
    } catch (TimeoutException | InterruptedException e) {
      throw silent(e);
    }
  }

  private UnreachableException silent(Exception cause) {
    if (cause instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    return new UnreachableException(
        "cannot ask Kafka at "
            + connection.bootstrap()
            + " for transactions: "
            + cause.getMessage(),
        cause);
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
  }
}
