package dev.meander.app.doctor;

import java.util.List;

/** Whether what answers at the registry's address is a schema registry. */
final class RegistryCheck implements Check {

  @Override
  public String subject() {
    return "registry";
  }

  @Override
  public Need asks() {
    return Need.REGISTRY;
  }

  @Override
  public String advice() {
    return "start the registry, or correct schema.registry.url, its path included"
        + " (/apis/ccompat/v7 of Apicurio), and the registry.* keys";
  }

  @Override
  public List<Finding> find(Examined examined) {
    String url = examined.connection().registry();
    if (url == null) {
      return List.of(
          Finding.warn(
              subject(),
              "expected the address of a schema registry, found none",
              "pass --registry, or set schema.registry.url"));
    }
    examined.schemas().ask();
    return List.of(Finding.ok(subject(), url));
  }
}
