package dev.meander.core.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.core.model.FakeModel;
import dev.meander.core.model.ModelSpec;
import dev.meander.core.tensor.LabelledBatch;
import dev.meander.core.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of labelled source samples: what they hold, and what is refused. */
class SourceFileTest {

  private static final ModelSpec SPEC = new FakeModel("m", new int[] {1, 1, 2}, 3, 1).spec();

  @TempDir
  @SuppressWarnings("NullAway.Init") // set by JUnit
  private Path folder;

  private SourceConfig config(int limit, int... bytes) throws Exception {
    byte[] content = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      content[i] = (byte) bytes[i];
    }
    Path file = Files.createTempFile(folder, "source", ".bin");
    return new SourceConfig(Files.write(file, content).toString(), limit);
  }

  @Test
  void shouldReadRecordsInBatches() throws Exception {
    List<LabelledBatch> batches =
        config(9, 2, 0, 255, 0, 51, 102, 1, 255, 0).read(SPEC, 2).batches();
    assertThat(batches).hasSize(2);
    assertThat(batches.get(0).labels()).containsExactly(2, 0);
    assertThat(batches.get(0).x()).isEqualTo(new Tensor(new float[] {0, 1, .2f, .4f}, 2, 1, 1, 2));
    assertThat(batches.get(1).x()).isEqualTo(new Tensor(new float[] {1, 0}, 1, 1, 1, 2));
    assertThat(config(1, 2, 0, 255, 0, 51, 102).read(SPEC, 2).batches()).hasSize(1);
    assertThat(SourceConfig.NONE.read(SPEC, 2)).isEqualTo(SourceBatches.NONE);
  }

  @Test
  void shouldRefuseWhatIsNoSuchFile() throws Exception {
    SourceConfig cut = config(9, 2, 0);
    assertThatThrownBy(() -> cut.read(SPEC, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "method.source: expected records of 1 + 2 bytes in %s, found 2 bytes", cut.file());
    String missing = folder.resolve("missing").toString();
    assertThatThrownBy(() -> new SourceConfig(missing, 1).read(SPEC, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("method.source: cannot read %s", missing);
  }

  @Test
  void shouldRefuseLabelsAndBatchesThatTheModelCannotUse() throws Exception {
    SourceBatches wrong = config(9, 0, 1, 1, 3, 1, 1).read(SPEC, 1);
    assertThatThrownBy(() -> wrong.check(SPEC))
        .hasMessage("expected source labels of 0 to 2, found 3 in batch 1");
    SourceBatches empty =
        new SourceBatches(
            List.of(new LabelledBatch(new Tensor(new float[0], 0, 1, 1, 2), new int[0])));
    assertThatThrownBy(() -> empty.check(SPEC))
        .hasMessage("expected at least one sample in source batch 0, found none");
  }
}
