package dev.meander.schemas.kafka;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.meander.schemas.Credentials;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.apache.kafka.common.config.ConfigException;

/**
 * Asks whether there is a schema registry behind every address of a configuration: one real call
 * each, for the list of subjects. An address without the registry's path, a proxy's page or a login
 * would answer every later question wrongly.
 *
 * <p>Thread-safety: stateless; blocks for some 10 s at most for each address.
 */
public final class RegistryCheck {

  private static final String CALL = "GET /subjects";
  private static final String NO_LIST = "an answer to " + CALL + " that is no list of subjects";
  private static final String ADDRESS = ": expected an address such as http://host:8081";
  private static final String MOCK = "mock://";
  private static final int CONNECT_MILLIS = 3_000;
  private static final int READ_MILLIS = 7_000;
  private static final int FORBIDDEN = 403;

  private RegistryCheck() {}

  /**
   * What is wrong.
   *
   * @param isRegistry false when something answers that is no registry, or does not let us in;
   *     waiting will not help
   * @param message what was expected and found, where, and what to do about it
   */
  public record Problem(boolean isRegistry, String message) {}

  /**
   * The first problem of the registry in {@code config}, one that waiting does not heal before any
   * other; empty when it answers. Where there are several addresses, some may be silent.
   *
   * @param config settings as for {@link RecordSerdes#open}
   * @param subject a subject that will be needed, asked for where the list is not allowed
   */
  public static Optional<Problem> problem(Map<String, ?> config, String subject) {
    List<String> urls =
        Arrays.stream(String.valueOf(config.get(RecordSerdes.REGISTRY_URL)).split(","))
            .map(String::strip)
            .filter(url -> !url.isEmpty())
            .toList();
    List<Problem> silent = new ArrayList<>();
    for (String url : urls) {
      Optional<Problem> problem =
          url.startsWith(MOCK) ? Optional.empty() : ask(config, url, subject);
      if (problem.isPresent() && !problem.get().isRegistry()) {
        return problem;
      }
      problem.ifPresent(silent::add);
    }
    return silent.size() < urls.size() ? Optional.empty() : silent.stream().findFirst();
  }

  private static Optional<Problem> ask(Map<String, ?> config, String url, String subject) {
    Map<String, Object> settings = new HashMap<>(config);
    settings.put(RecordSerdes.REGISTRY_URL, url);
    settings.put("http.connect.timeout.ms", CONNECT_MILLIS);
    settings.put("http.read.timeout.ms", READ_MILLIS);
    settings.put("max.retries", 0);
    try (SchemaRegistryClient client = RecordSerdes.client(settings)) {
      return ask(client, url, subject);
    } catch (IOException e) {
      return Optional.of(none(url, RegistryFailures.found(e), ""));
    } catch (IllegalArgumentException | ConfigException e) {
      return Optional.of(none(url, RegistryFailures.found(e), ADDRESS));
    }
  }

  private static Optional<Problem> ask(SchemaRegistryClient client, String url, String subject) {
    try {
      return client.getAllSubjects() == null
          ? Optional.of(none(url, NO_LIST, path()))
          : Optional.empty();
    } catch (RestClientException e) {
      return e.getStatus() == FORBIDDEN && knows(client, subject)
          ? Optional.empty()
          : Optional.of(refused(url, e));
    } catch (JsonProcessingException | NullPointerException e) {
      return Optional.of(none(url, NO_LIST, path()));
    } catch (MalformedURLException e) {
      return Optional.of(none(url, RegistryFailures.found(e), ADDRESS));
    } catch (ProtocolException e) {
      return Optional.of(none(url, RegistryFailures.found(e), path()));
    } catch (SSLException e) {
      return Optional.of(
          none(url, RegistryFailures.found(e), "; is it http:// there, or a truststore missing?"));
    } catch (IOException e) {
      return Optional.of(silent(url, RegistryFailures.found(e)));
    }
  }

  /** A user may be allowed its own subjects and not the list. */
  private static boolean knows(SchemaRegistryClient client, String subject) {
    try {
      client.getAllVersions(subject);
      return true;
    } catch (RestClientException e) {
      return RegistryFailures.answered(e);
    } catch (IOException | RuntimeException e) {
      return false;
    }
  }

  private static Problem refused(String url, RestClientException answer) {
    int status = answer.getStatus();
    if (status >= 500 || status == 408 || status == 429) {
      return silent(url, "status " + status + " in answer to " + CALL);
    }
    String found = "status " + status + " in answer to " + CALL;
    if (status == 401 || status == FORBIDDEN) {
      return none(
          url,
          found,
          ": set registry.basic.auth.credentials.source and registry.basic.auth.user.info, or"
              + " give this user its rights");
    }
    return RegistryFailures.answered(answer)
        ? none(url, RegistryFailures.found(answer), "")
        : none(url, found + " without a registry's error code", path());
  }

  private static String path() {
    return "; does the address lack a path, such as /apis/ccompat/v7 of Apicurio, or does a proxy"
        + " answer?";
  }

  private static Problem none(String url, String found, String hint) {
    return new Problem(
        false,
        "expected a schema registry at " + Credentials.hide(url) + ", found " + found + hint);
  }

  private static Problem silent(String url, String found) {
    return new Problem(
        true, "cannot reach the schema registry at " + Credentials.hide(url) + ": " + found);
  }
}
