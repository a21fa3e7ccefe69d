package dev.meander.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogueTest {

  @Test
  void shouldNameEveryTopicUnderThePrefix() {
    TopicNames names = TopicNames.standard();
    assertThat(Arrays.stream(Topic.values()).map(names::of))
        .containsExactly(
            "meander.traffic",
            "meander.samples",
            "meander.adapters",
            "meander.aliases",
            "meander.acks",
            "meander.decisions",
            "meander.predictions",
            "meander.commands",
            "meander.dlq");
    assertThat(new TopicNames("acme.eu").subject(Topic.TRAFFIC)).isEqualTo("acme.eu.traffic-value");
  }

  @ParameterizedTest
  @EnumSource(Topic.class)
  void shouldFindEveryTopicByItsFullName(Topic topic) {
    assertThat(Topic.ofName(new TopicNames("a.b").of(topic))).contains(topic);
    assertThat(Topic.ofName("a.b." + topic.suffix() + "s2")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Topic.class)
  void shouldSayHowItIsCleaned(Topic topic) {
    assertThat(topic.settings()).containsEntry("cleanup.policy", topic.cleanupPolicy().config());
    if (topic.cleanupPolicy() == CleanupPolicy.COMPACT) {
      assertThat(topic.settings()).containsEntry("min.compaction.lag.ms", "604800000");
    } else {
      assertThat(topic.settings()).containsKey("retention.ms");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".a", "a.", "a b", "a/b"})
  void shouldRefuseAPrefixThatIsNoTopicName(String prefix) {
    assertThatThrownBy(() -> new TopicNames(prefix))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "expected a topic prefix of 1 to 200 letters, digits, '.', '_' or '-' that neither starts"
                + " nor ends with '.', found \""
                + prefix
                + "\"");
  }

  @Test
  void shouldReadTheKeysItWrites() {
    AdapterKey version = AdapterKey.of("m:global", 12);
    AdapterKey chunk = new AdapterKey("m:global", 12, 3);
    assertThat(version).hasToString("m:global/12");
    assertThat(chunk).hasToString("m:global/12/3");
    assertThat(AdapterKey.parse("m:global/12")).contains(version);
    assertThat(AdapterKey.parse("m:global/12/3")).contains(chunk);
    assertThat(AckKey.parse("rack/7/m:global")).contains(new AckKey("rack/7", "m:global"));
    assertThat(new AckKey("n", "m:global")).hasToString("n/m:global");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "m:global", "m:global/", "m:global/x", "m:global/0", "m:global/1/2/3", "/1"})
  void shouldReadNoAdapterKeyFromOtherText(String key) {
    assertThat(AdapterKey.parse(key)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "node", "/m:global", "node/"})
  void shouldReadNoAckKeyFromOtherText(String key) {
    assertThat(AckKey.parse(key)).isEmpty();
  }
}
