package dev.meander.app.doctor;

import java.util.List;

/** Whether the brokers answer. */
final class KafkaCheck implements Check {

  @Override
  public String subject() {
    return "kafka";
  }

  @Override
  public Need asks() {
    return Need.KAFKA;
  }

  @Override
  public String advice() {
    return "start the brokers, or correct bootstrap.servers and the kafka.* security keys";
  }

  @Override
  public List<Finding> find(Examined examined) {
    return List.of(
        Finding.ok(
            subject(), examined.topics().cluster() + " at " + examined.connection().bootstrap()));
  }
}
