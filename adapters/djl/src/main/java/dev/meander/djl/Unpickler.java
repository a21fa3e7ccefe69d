package dev.meander.djl;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * Reads the pickle that describes a TorchScript archive: objects and tensor descriptions, nothing
 * is executed. Values that the model port does not look at (lists, calls of unknown functions) are
 * kept as opaque objects.
 *
 * <p>Thread-safety: none; one instance reads one pickle.
 */
final class Unpickler {

  /** A function or class that the pickle names. */
  private record Global(String module, String name) {
    String full() {
      return module + "." + name;
    }
  }

  /** A storage that tensors point into. */
  private record Storage(String name, String key) {}

  /** The result of a call that is not looked at. */
  private record Opaque(String function) {}

  /** Python's None. */
  private enum None {
    NONE
  }

  private static final int STACK_MAX = 1 << 20;

  private final ByteBuffer in;
  private final Deque<Integer> marks = new ArrayDeque<>();
  private final List<Object> stack = new ArrayList<>();
  private final Map<Integer, Object> memo = new HashMap<>();

  private Unpickler(byte[] pickle) {
    this.in = ByteBuffer.wrap(pickle).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Reads one pickle.
   *
   * @throws IOException when it is not one or uses what TorchScript never writes
   */
  static Object read(byte[] pickle) throws IOException {
    try {
      return new Unpickler(pickle).run();
    } catch (BufferUnderflowException
        | IndexOutOfBoundsException
        | ClassCastException
        | IllegalArgumentException
        | NoSuchElementException e) {
      throw new IOException("expected a TorchScript pickle, found a malformed one", e);
    }
  }

  private Object run() throws IOException {
    while (true) {
      int opcode = in.get() & 0xff;
      if (opcode == '.') {
        return pop();
      }
      if (!structure(opcode) && !number(opcode) && !call(opcode)) {
        throw new IOException("expected a TorchScript pickle, found opcode " + opcode);
      }
      if (stack.size() > STACK_MAX) {
        throw new IOException("expected at most " + STACK_MAX + " stacked values, found more");
      }
    }
  }

  private boolean structure(int opcode) {
    switch (opcode) {
      case 0x80 -> in.get(); // protocol
      case '(' -> marks.push(stack.size());
      case ')', ']' -> stack.add(new ArrayList<>());
      case '}' -> stack.add(new LinkedHashMap<>());
      case 't' -> stack.add(popToMark());
      case 0x85 -> stack.add(popLast(1));
      case 0x86 -> stack.add(popLast(2));
      case 0x87 -> stack.add(popLast(3));
      case 'a' -> append(popLast(1));
      case 'e' -> append(popToMark());
      case 's' -> setItems(popLast(2));
      case 'u' -> setItems(popToMark());
      case 'q' -> memo.put(in.get() & 0xff, top());
      case 'r' -> memo.put(in.getInt(), top());
      case 'h' -> stack.add(remembered(in.get() & 0xff));
      case 'j' -> stack.add(remembered(in.getInt()));
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean number(int opcode) {
    switch (opcode) {
      case 'N' -> stack.add(None.NONE);
      case 0x88 -> stack.add(true);
      case 0x89 -> stack.add(false);
      case 'J' -> stack.add((long) in.getInt());
      case 'K' -> stack.add((long) (in.get() & 0xff));
      case 'M' -> stack.add((long) (in.getShort() & 0xffff));
      case 0x8a -> stack.add(longNumber(in.get() & 0xff));
      case 'G' -> stack.add(Double.longBitsToDouble(Long.reverseBytes(in.getLong())));
      case 'X' -> stack.add(text(in.getInt()));
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean call(int opcode) {
    switch (opcode) {
      case 'c' -> stack.add(new Global(line(), line()));
      case 0x81 -> {
        pop();
        stack.add(new ScriptObject(((Global) pop()).full()));
      }
      case 'b' -> build(pop());
      case 'Q' -> stack.add(storage((List<?>) pop()));
      case 'R' -> {
        Object given = pop(); // a member of an enum is called with its value, not with a tuple
        stack.add(reduce(pop(), given instanceof List<?> arguments ? arguments : List.of(given)));
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void build(Object state) {
    if (top() instanceof ScriptObject object && state instanceof Map<?, ?> attributes) {
      object.buildAt(in.position() - 1);
      attributes.forEach((name, value) -> object.attributes().put((String) name, value));
    }
  }

  private static Object storage(List<?> id) {
    return new Storage(((Global) id.get(1)).name(), (String) id.get(2));
  }

  private static Object reduce(Object function, List<?> arguments) {
    String name = function instanceof Global global ? global.full() : function.toString();
    if (name.equals("torch._utils._rebuild_tensor_v2")) {
      Storage storage = (Storage) arguments.get(0);
      return new StoredTensor(
          storage.name(),
          storage.key(),
          (Long) arguments.get(1),
          longs(arguments.get(2)),
          longs(arguments.get(3)));
    }
    if (name.equals("torch._utils._rebuild_qtensor")) {
      Storage storage = (Storage) arguments.get(0);
      return new StoredTensor(
          "quantised", storage.key(), 0, longs(arguments.get(2)), longs(arguments.get(3)));
    }
    return new Opaque(name);
  }

  private static long[] longs(Object tuple) {
    return ((List<?>) tuple).stream().mapToLong(value -> (Long) value).toArray();
  }

  private Object remembered(int key) {
    Object value = memo.get(key);
    if (value == null) {
      throw new IllegalArgumentException("expected a remembered value, found none for " + key);
    }
    return value;
  }

  private Object top() {
    return stack.get(stack.size() - 1);
  }

  private Object pop() {
    return stack.remove(stack.size() - 1);
  }

  private List<Object> popLast(int count) {
    List<Object> tail = stack.subList(stack.size() - count, stack.size());
    List<Object> values = new ArrayList<>(tail);
    tail.clear();
    return values;
  }

  private List<Object> popToMark() {
    return popLast(stack.size() - marks.pop());
  }

  @SuppressWarnings("unchecked") // lists on the stack are made here
  private void append(List<Object> values) {
    if (top() instanceof List<?> list) {
      ((List<Object>) list).addAll(values);
    }
  }

  @SuppressWarnings("unchecked") // maps on the stack are made here
  private void setItems(List<Object> pairs) {
    if (top() instanceof Map<?, ?> map) {
      for (int i = 0; i < pairs.size(); i += 2) {
        ((Map<Object, Object>) map).put(pairs.get(i), pairs.get(i + 1));
      }
    }
  }

  private long longNumber(int length) {
    if (length > Long.BYTES) {
      throw new IllegalArgumentException("expected a number of 8 bytes, found " + length);
    }
    long value = 0;
    for (int i = 0; i < length; i++) {
      long b = in.get();
      boolean last = i == length - 1;
      value |= (last ? b : b & 0xff) << (8 * i);
    }
    return value;
  }

  private String text(int length) {
    if (length < 0 || length > in.remaining()) {
      throw new IllegalArgumentException("expected a text inside the pickle, found " + length);
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private String line() {
    StringBuilder line = new StringBuilder();
    for (char c = (char) in.get(); c != '\n'; c = (char) in.get()) {
      line.append(c);
    }
    return line.toString();
  }
}
