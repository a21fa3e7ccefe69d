package dev.meander.app.doctor;

import dev.meander.app.connection.Connection;
import dev.meander.schemas.stall.HangingTransactions;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Ends transactions that hang, each after another look at its coordinator. */
public final class AbortHanging {

  private AbortHanging() {}

  /**
   * Lists those that hang, asks, and ends them. One that its coordinator still knows is never among
   * them.
   *
   * @param say takes the lines for people
   * @param agreed asks the question and answers whether it was agreed to
   * @return true when none hangs any more
   */
  public static boolean run(Connection connection, Consumer<String> say, Predicate<String> agreed) {
    try (OpenTransactions transactions = new OpenTransactions(connection)) {
      HangingTransactions.Look look = transactions.look();
      List<HangingTransactions.Found> hanging = look.hanging();
      look.refused()
          .forEach((partition, why) -> say.accept("cannot look into " + partition + ": " + why));
      if (hanging.isEmpty()) {
        say.accept(look.open().size() + " transactions open, none hangs");
        return look.refused().isEmpty();
      }
      hanging.forEach(found -> say.accept("hangs in " + found.line()));
      if (!agreed.test("End these " + hanging.size() + " by writing their abort markers? [y/N] ")) {
        say.accept("nothing was changed");
        return false;
      }
      for (HangingTransactions.Found found : hanging) {
        String partition = String.valueOf(found.open().partition());
        say.accept(
            transactions.abort(found)
                ? "ended in " + partition
                : "left alone in " + partition + ": it does not hang any more");
      }
      return look.refused().isEmpty();
    }
  }
}
