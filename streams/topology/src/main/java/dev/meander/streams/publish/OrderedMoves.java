package dev.meander.streams.publish;

import dev.meander.schemas.record.AliasRecord;
import dev.meander.streams.path.Order;

/**
 * Executes what commands order of versions and aliases.
 *
 * <p>Thread-safety: none; belongs to one processor.
 */
final class OrderedMoves {

  private final LineageLog log;

  OrderedMoves(LineageLog log) {
    this.log = log;
  }

  void execute(Order order) {
    String lineage = order.lineage().toString();
    Alias former = log.alias(lineage);
    AliasRules rules = new AliasRules(former, log.ledger(lineage));
    Ruling ruling = rules.rule(order.kind(), order.command().getVersion());
    Alias now = former;
    if (ruling instanceof Ruling.Refuse refuse) {
      order.refuse(refuse.reason());
    } else if (ruling instanceof Ruling.Nothing nothing) {
      order.executed(nothing.note());
    } else if (ruling instanceof Ruling.Remove remove) {
      log.remove(lineage, remove.version(), order.timeMillis());
      order.executed();
    } else if (ruling instanceof Ruling.Move move) {
      now = move.to();
      log.move(lineage, former, now, record(order, move.cause()), order.timeMillis());
      order.executed();
    }
    order.serves(now.epoch(), now.live());
  }

  private static AliasRecord.Builder record(Order order, String cause) {
    return AliasRecord.newBuilder()
        .setCause(cause)
        .setReason(order.command().getWhy())
        .setCommand(order.command().getId());
  }
}
