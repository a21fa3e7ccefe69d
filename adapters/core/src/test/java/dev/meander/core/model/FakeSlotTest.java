package dev.meander.core.model;

final class FakeSlotTest extends AdapterSlotContract {

  @Override
  protected AdapterSlot open() {
    return new FakeSlot(new FakeModel("fake", new int[] {3, 4, 4}, 5, 1), LINEAGE);
  }
}
