package dev.meander.replay.evaluate;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** A page with plots that needs no network: a template, the plotting library and data in one. */
public final class HtmlPage {

  private static final String PLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/";

  private HtmlPage() {}

  /**
   * The page.
   *
   * @param owner class whose package the template lies in
   * @param template name of a resource with the places {@code plot-style}, {@code page-style},
   *     {@code plot-script}, {@code report-json} and {@code page-script}, where {@code page.js}
   *     defines what both pages draw with
   * @param json what the template's script reads, a {@code report} in it
   */
  public static String of(Class<?> owner, String template, String json) throws IOException {
    return resource(owner, template)
        .replace("/*plot-style*/", resource(owner, PLOT + "uPlot.min.css"))
        .replace("/*page-style*/", resource(HtmlPage.class, "page.css"))
        .replace("/*plot-script*/", resource(owner, PLOT + "uPlot.iife.min.js"))
        .replace("/*page-script*/", resource(HtmlPage.class, "page.js"))
        // inside a script element only "</" ends it
        .replace("/*report-json*/", json.replace("</", "<\\/"));
  }

  private static String resource(Class<?> owner, String name) throws IOException {
    try (InputStream in = owner.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("expected the resource " + name + ", found none");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
