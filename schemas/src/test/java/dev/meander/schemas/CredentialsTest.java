package dev.meander.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CredentialsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://ann:secret@localhost:8081|http://ann:***@localhost:8081",
        "https://ann:s:e@c/r,t@host/apis/ccompat/v7|https://ann:***@host/apis/ccompat/v7",
        "http://ann:x@h1:1,http://bob:y@h2:2|http://ann:***@h1:1,http://bob:***@h2:2",
        "http://ann:x@h1, http://bob:y@h2|http://ann:***@h1, http://bob:***@h2",
        "http://:secret@host|http://:***@host",
        "http://token@host|http://***@host",
        "cannot ask http://ann:secret@host/a: refused|cannot ask http://ann:***@host/a: refused",
        "http://host:8081/subjects|http://host:8081/subjects",
        "http://h1:8081,http://h2:8081|http://h1:8081,http://h2:8081",
        "broker-1:9092,broker-2:9092|broker-1:9092,broker-2:9092",
        "mail ann@host|mail ann@host",
        "found \"http://ann:a b@host\"|found \"http://ann:a b@host\"",
        "http://host/x?access_token=abc&b=c|http://host/x?access_token=***&b=c",
        "Login required username=\"ann\" password=\"s p\";|Login required username=\"ann\""
            + " password=***;",
        "Login clientSecret='s;x' scope=y|Login clientSecret=*** scope=y",
        "basic.auth.user.info=ann:secret|basic.auth.user.info=***",
        "kafka.ssl.truststore.password = x, a=b|kafka.ssl.truststore.password = ***, a=b",
        "Authorization: Bearer abcdefgh.ijk|Authorization: Bearer ***",
        "-----BEGIN PRIVATE KEY----- MIIE|-----BEGIN PRIVATE KEY-----***",
        "token: expected a number, found x|token: expected a number, found x",
        "http://h/a:b and more|http://h/a:b and more"
      })
  void shouldHideWhatProvesWhoAsks(String text, String shown) {
    assertThat(Credentials.hide(text)).isEqualTo(shown);
  }

  @Test
  void shouldHideTheValuesOfSecretKeys() {
    assertThat(
            Credentials.hide(
                Map.of(
                    "sasl.jaas.config", "Plain required password=x;",
                    "ssl.key.password", "x",
                    "basic.auth.user.info", "ann:x",
                    "bearer.auth.token", "x",
                    "sasl.oauthbearer.token.endpoint.url", "https://ann:x@host/token",
                    "client.id", "a")))
        .hasToString(
            "{basic.auth.user.info=***, bearer.auth.token=***, client.id=a, sasl.jaas.config=***,"
                + " sasl.oauthbearer.token.endpoint.url=https://ann:***@host/token,"
                + " ssl.key.password=***}");
  }

  @Test
  void shouldHideInLongTextsSoon() {
    String many = "://a:".repeat(40_000) + " x@y";
    assertThat(Credentials.hide(many)).isEqualTo(many);
    String password = "p".repeat(1 << 20);
    assertThat(Credentials.hide("http://ann:" + password + "@host"))
        .isEqualTo("http://ann:***@host");
    assertThat(Credentials.hide("password=\"" + password + "\"")).isEqualTo("password=***");
  }
}
