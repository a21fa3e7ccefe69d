package dev.meander.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineTest {

  private static final Machine HERE = new Machine("fake 1", 1, "VM 17", "Linux amd64", "cpu avx2");

  @Test
  void shouldNameEverythingThatDiffers() {
    assertThat(HERE.differences(HERE)).isEmpty();
    assertThat(HERE.differences(new Machine("fake 2", 4, "VM 21", "Linux aarch64", "cpu avx512f")))
        .containsExactly(
            "engine: expected \"fake 1\", found \"fake 2\"",
            "engine threads: expected \"1\", found \"4\"",
            "JVM: expected \"VM 17\", found \"VM 21\"",
            "platform: expected \"Linux amd64\", found \"Linux aarch64\"",
            "processor: expected \"cpu avx2\", found \"cpu avx512f\"");
  }

  @Test
  void shouldReadProcessorAndItsWidestVectors(@TempDir Path folder) throws IOException {
    Path description = folder.resolve("cpuinfo");
    Files.writeString(
        description, "processor\t: 0\nmodel name\t: Some CPU\nflags\t\t: fpu avx avx2 sha\n");
    assertThat(Machine.cpu(description)).isEqualTo("Some CPU avx2");
    Files.writeString(description, "processor\t: 0\n");
    assertThat(Machine.cpu(description)).isEmpty();
    assertThat(Machine.cpu(folder.resolve("none"))).isEmpty();
  }
}
