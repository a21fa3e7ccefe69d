package dev.meander.app.doctor;

import dev.meander.schemas.stall.HangingTransactions;
import java.util.ArrayList;
import java.util.List;

/** Whether a transaction hangs that keeps committed records from everybody. */
final class TransactionsCheck implements Check {

  @Override
  public String subject() {
    return "transactions";
  }

  @Override
  public Need needs() {
    return Need.KAFKA;
  }

  @Override
  public String advice() {
    return "check what this user may do";
  }

  @Override
  public List<Finding> find(Examined examined) {
    try (OpenTransactions transactions = new OpenTransactions(examined.connection())) {
      return findings(transactions.look(), examined.command("doctor --abort-hanging"));
    }
  }

  static List<Finding> findings(HangingTransactions.Look look, String command) {
    List<Finding> findings = new ArrayList<>();
    for (HangingTransactions.Found found : look.hanging()) {
      findings.add(Finding.fail("transactions", "hangs in " + found.line(), "run: " + command));
    }
    look.refused()
        .forEach(
            (partition, why) ->
                findings.add(
                    Finding.warn(
                        "transactions",
                        "expected to see those that are open in " + partition + ", found: " + why,
                        "give this user READ on the topic")));
    if (findings.isEmpty()) {
      findings.add(Finding.ok("transactions", look.open().size() + " open, none hangs"));
    }
    return findings;
  }
}
