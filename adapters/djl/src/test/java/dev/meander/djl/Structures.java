package dev.meander.djl;

import java.util.List;

/** Small networks with the structures of known ones, in the ways in which their zoos write them. */
final class Structures {

  static final int CLASSES = 5;

  /**
   * One of them.
   *
   * @param model the network
   * @param before class text or functions that it needs besides
   * @param input shape of one input
   * @param features width of what its head sees; 0 for none
   * @param head whether the head is linear
   * @param norms batch norms that can be steered
   * @param gains blocks that TENT trains, gains and shifts
   */
  record Structure(
      String name,
      Sketch model,
      String before,
      int[] input,
      int features,
      boolean head,
      int norms,
      int gains) {
    @Override
    public String toString() {
      return name;
    }

    Structure with(String text) {
      return new Structure(name, model, text, input, features, head, norms, gains);
    }
  }

  private static final int[] IMAGE = {3, 8, 8};

  private Structures() {}

  static Structure image(Sketch model, int features, boolean head, int norms, int gains) {
    return new Structure(model.name(), model, "", IMAGE, features, head, norms, gains);
  }

  static List<Structure> all() {
    return List.of(
        ZooStructures.efficientNet(),
        ZooStructures.mobileNet(),
        ZooStructures.convNext(),
        ZooStructures.regNet(),
        ZooStructures.denseNet(),
        ZooStructures.googLeNet(),
        ZooStructures.resNetV2(),
        ZooStructures.visionTransformer(),
        ZooStructures.swin(),
        OtherStructures.cosine(),
        OtherStructures.sequential(),
        OtherStructures.geluHead(),
        OtherStructures.logarithms(),
        OtherStructures.noLayer(),
        OtherStructures.dictionary(),
        OtherStructures.optional(),
        OtherStructures.frozenBatchNorm(),
        OtherStructures.volume(),
        OtherStructures.instanceNorm());
  }
}
