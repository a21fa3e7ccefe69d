package dev.meander.serving.slot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.AdapterSlot;
import dev.meander.core.model.FakeProvider;
import dev.meander.core.model.FakeSlot;
import dev.meander.core.model.ModelProvider;
import dev.meander.core.model.ModelSource;
import dev.meander.core.model.ModelSpec;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.AdapterVersion;
import dev.meander.core.weights.AdapterWeights;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.LineageId;
import dev.meander.core.weights.Role;
import dev.meander.serving.fixture.Served;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LineageSlotsTest {

  private static final LineageId CAMERA = new LineageId(Served.MODEL, "cam-1");
  private static final Tensor X = Served.input(2, 5);

  private final CountingProvider provider = new CountingProvider();
  private Served served;
  private LineageSlots slots;

  /** Counts slots that are open. */
  private static final class CountingProvider implements ModelProvider {
    private final FakeProvider provider = new FakeProvider();
    final List<LineageId> opened = new ArrayList<>();
    int closed;

    @Override
    public String engine() {
      return provider.engine();
    }

    @Override
    public boolean canOpen(ModelSource source) {
      return provider.canOpen(source);
    }

    @Override
    public AdaptableModel open(ModelSource source) {
      return provider.open(source);
    }

    @Override
    public AdapterSlot openSlot(ModelSource source, LineageId lineage) {
      FakeSlot slot = provider.openSlot(source, lineage);
      opened.add(lineage);
      return new AdapterSlot() {
        @Override
        public ModelSpec spec() {
          return slot.spec();
        }

        @Override
        public AdapterVersion active() {
          return slot.active();
        }

        @Override
        public Answer predict(Tensor x) {
          return slot.predict(x);
        }

        @Override
        public void swap(AdapterVersion version, AdapterWeights weights) {
          slot.swap(version, weights);
        }

        @Override
        public void close() {
          closed++;
        }
      };
    }
  }

  @BeforeEach
  void open(@TempDir Path folder) {
    served = new Served(folder);
    slots = new LineageSlots(provider, served.source());
  }

  private void swap(LineageId lineage, long number) {
    AdapterWeights weights = served.weights(number);
    slots.swap(new AdapterVersion(lineage, number, weights.contentHash()), weights);
  }

  @Test
  void shouldAnswerAsTheBaseUntilALineageHasAVersion() {
    swap(Served.GLOBAL, 2);

    AdapterSlot.Answer before = slots.predict(CAMERA, X);
    assertThat(before.version())
        .isEqualTo(new AdapterVersion(CAMERA, 0, served.spec().baseSha256()));
    assertThat(before.logits().data()).containsExactly(served.logits(0, X));

    swap(CAMERA, 5);

    AdapterSlot.Answer after = slots.predict(CAMERA, X);
    assertThat(after.version().number()).isEqualTo(5);
    assertThat(after.version().lineage()).isEqualTo(CAMERA);
    assertThat(after.logits().data()).containsExactly(served.logits(5, X));
    assertThat(slots.predict(Served.GLOBAL, X).version().number()).isEqualTo(2);
  }

  @Test
  void shouldOpenOneSlotPerLineageAndTheBaseOnlyWhenItIsAsked() {
    assertThat(provider.opened).containsExactly(Served.GLOBAL);
    slots.predict(Served.GLOBAL, X);
    swap(Served.GLOBAL, 1);
    swap(CAMERA, 1);
    swap(CAMERA, 2);
    assertThat(provider.opened).containsExactly(Served.GLOBAL, CAMERA);

    slots.predict(new LineageId(Served.MODEL, "cam-2"), X);
    slots.predict(new LineageId(Served.MODEL, "cam-3"), X);
    assertThat(provider.opened).containsExactly(Served.GLOBAL, CAMERA, Served.GLOBAL);

    slots.close();
    assertThat(provider.closed).isEqualTo(3);
  }

  @Test
  void shouldKeepTheBaseWhenTheFirstVersionOfALineageDoesNotFit() {
    AdapterWeights other =
        new AdapterWeights(
            new Layout(List.of(new Block("conv9.weight", Role.WEIGHT, 2))), new float[2]);
    AdapterVersion version = new AdapterVersion(CAMERA, 1, other.contentHash());

    assertThatThrownBy(() -> slots.swap(version, other))
        .isInstanceOf(IllegalArgumentException.class);

    assertThat(provider.closed).as("the slot nobody needs").isEqualTo(1);
    assertThat(slots.active(CAMERA).number()).isZero();
    assertThat(slots.predict(CAMERA, X).logits().data()).containsExactly(served.logits(0, X));
  }
}
