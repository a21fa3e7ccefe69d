package dev.meander.app.embedded;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;

/** What tests ask a broker for. */
final class Broker {

  private Broker() {}

  static Admin admin(String bootstrap) {
    return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap));
  }

  static void create(String bootstrap, NewTopic topic) throws Exception {
    try (Admin admin = admin(bootstrap)) {
      admin.createTopics(List.of(topic)).all().get(10, TimeUnit.SECONDS);
    }
  }
}
