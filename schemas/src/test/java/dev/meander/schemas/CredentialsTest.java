package dev.meander.schemas;

import static org.assertj.core.api.Assertions.assertThat;

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
        "mail ann@host|mail ann@host"
      })
  void shouldHideWhatProvesWhoAsks(String text, String shown) {
    assertThat(Credentials.hide(text)).isEqualTo(shown);
  }
}
