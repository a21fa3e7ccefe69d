package dev.meander.djl;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The batch norms of an archive that follow a code, see {@link
 * dev.meander.core.model.NormMode#code}: 0 with the batch's statistics, 1,000,000 with the running
 * ones, between with a blend (source share in parts per million), 2,000,000 and more with a blend
 * of the biased variance, 4,000,000 with batch renormalisation, 8,000,000 to find out what belongs
 * to them ({@link NormFinding}).
 *
 * <p>Each holds three attributes of its own, written into the archive: the code, how often it was
 * called in this pass, and the running statistics as they were before the first call. Unless the
 * running statistics alone are used, the mean and variance of the batch (unbiased, but in a biased
 * blend) are left where the running ones were, the average where a layer is called several times;
 * the model port picks them up and puts the owned values back. One value per channel has no
 * variance: the running one is used and left.
 *
 * @param names names of the norms by the name of their attribute that counts calls
 * @param unsteered norms that stay as they are, with the reason
 * @param additions what the archive's pickle gets, by position
 */
record SteeredNorms(Map<String, String> names, List<String> unsteered, List<Addition> additions) {

  /** Attributes of one object. */
  record Addition(int position, int sites) {}

  /** No norms, and no additions. */
  static final SteeredNorms NONE = new SteeredNorms(Map.of(), List.of(), List.of());

  static final String CODE = "meander_code_";
  static final String CALLS = "meander_calls_";
  private static final String KEPT = "meander_source_";
  static final String FUNCTION = "__torch__.meander_steered_norms.batch_norm";
  static final String OWN_BATCH = "it always normalises with its own batch";
  private static final String TEXT = "steered-norms.txt";
  private static final String MEAN = "running_mean";

  /** Code of the running statistics. */
  static final int SOURCE = 1_000_000;

  /** The arguments that a steered call gets before its own. */
  static String arguments(String self, int site) {
    return "%1$s.%2$s%5$d, %1$s.%3$s%5$d, %1$s.%4$s%5$d".formatted(self, CODE, CALLS, KEPT, site);
  }

  /** Declares the attributes of {@code sites} norms. */
  static void declare(ScriptClass type, int sites) {
    for (int site = 0; site < sites; site++) {
      type.declare(CODE + site, "Tensor", true);
      type.declare(CALLS + site, "Tensor", true);
      type.declare(KEPT + site, "Tensor", false);
    }
  }

  /**
   * The norms of every object.
   *
   * @param means paths of the running means by class
   * @param reasons why norms of a class stay as they are
   */
  static SteeredNorms of(
      ModelArchive archive, Map<String, List<String>> means, Map<String, Set<String>> reasons) {
    Map<String, String> names = new LinkedHashMap<>();
    List<String> unsteered = new ArrayList<>();
    List<Addition> additions = new ArrayList<>();
    archive
        .objects()
        .forEach(
            (path, object) -> {
              List<String> paths = means.getOrDefault(object.className(), List.of());
              for (int site = 0; site < paths.size(); site++) {
                names.put(path + CALLS + site, name(path + paths.get(site)));
              }
              if (!paths.isEmpty()) {
                additions.add(new Addition(object.builtAt(), paths.size()));
              }
              reasons
                  .getOrDefault(object.className(), Set.of())
                  .forEach(reason -> unsteered.add(name(path + MEAN) + " (" + reason + ")"));
            });
    additions.sort(Comparator.comparingInt(Addition::position));
    return new SteeredNorms(names, unsteered, additions);
  }

  private static String name(String mean) {
    String name = mean.endsWith(MEAN) ? mean.substring(0, mean.length() - MEAN.length()) : mean;
    String plain = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    return plain.isEmpty() ? "the model itself" : plain;
  }

  /** Text of the functions that steered calls call. */
  static byte[] text() {
    try (InputStream in = SteeredNorms.class.getResourceAsStream(TEXT)) {
      if (in == null) {
        throw new IllegalStateException("expected " + TEXT + " among the resources, found none");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The pickle with the additions; their tensors follow in the order of {@link #storages}. */
  byte[] extended(byte[] pickle) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int from = 0;
    int storage = 0;
    for (Addition addition : additions) {
      out.write(pickle, from, addition.position() - from);
      out.write('(');
      for (int site = 0; site < addition.sites(); site++) {
        attribute(out, CODE + site, "LongStorage", storage++);
        attribute(out, CALLS + site, "LongStorage", storage++);
        attribute(out, KEPT + site, "FloatStorage", storage++);
      }
      out.write('u');
      from = addition.position();
    }
    out.write(pickle, from, pickle.length - from);
    return out.toByteArray();
  }

  private static void attribute(
      ByteArrayOutputStream out, String name, String storageName, int storage) {
    text(out, name);
    out.writeBytes("ctorch._utils\n_rebuild_tensor_v2\n((".getBytes(StandardCharsets.US_ASCII));
    text(out, "storage");
    out.writeBytes(("ctorch\n" + storageName + "\n").getBytes(StandardCharsets.US_ASCII));
    text(out, storageKey(storage));
    text(out, "cpu");
    out.writeBytes(new byte[] {'K', 1, 't', 'Q', 'K', 0, ')', ')', (byte) 0x89});
    out.writeBytes("ccollections\nOrderedDict\n)RtR".getBytes(StandardCharsets.US_ASCII));
  }

  private static void text(ByteArrayOutputStream out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer head = ByteBuffer.allocate(1 + Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.writeBytes(head.put((byte) 'X').putInt(bytes.length).array());
    out.writeBytes(bytes);
  }

  private static String storageKey(int storage) {
    return "meander_" + storage;
  }

  /** The bytes of the tensors that {@link #extended} names, by key. */
  Map<String, byte[]> storages() {
    Map<String, byte[]> storages = new LinkedHashMap<>();
    for (Addition addition : additions) {
      for (int site = 0; site < addition.sites(); site++) {
        storages.put(storageKey(storages.size()), longBytes(SOURCE));
        storages.put(storageKey(storages.size()), longBytes(0));
        storages.put(storageKey(storages.size()), new byte[Float.BYTES]);
      }
    }
    return storages;
  }

  private static byte[] longBytes(long value) {
    return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
  }
}
