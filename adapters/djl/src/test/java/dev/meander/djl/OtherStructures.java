package dev.meander.djl;

import static dev.meander.djl.Structures.CLASSES;
import static dev.meander.djl.Structures.image;

import dev.meander.djl.Structures.Structure;

/** Small networks with other heads, results, arguments and norms than those of zoos. */
final class OtherStructures {

  private OtherStructures() {}

  /** A head of cosines: linear in directions, not in features. */
  static Structure cosine() {
    return image(
        Sketch.of("CosineNet")
            .weight("weight", CLASSES, 6)
            .weight("scale", 1)
            .with("conv", Sketch.conv("CosineConv", 6, 3, 3, 1))
            .with("bn", Sketch.batchNorm("CosineNorm", 6))
            .forward(
                """
                x0 = torch.relu((self.bn).forward((self.conv).forward(x, ), ))
                f = torch.mean(x0, [2, 3])
                w = self.weight
                fn = torch.div(f, torch.clamp_min(torch.norm(f, 2, [1], True), 1.0000000000000001e-09))
                wn = torch.div(w, torch.clamp_min(torch.norm(w, 2, [1], True), 1.0000000000000001e-09))
                return torch.mul(torch.linear(fn, wn), self.scale)\
                """),
        6,
        false,
        1,
        2);
  }

  /** A Sequential that is the whole model. */
  static Structure sequential() {
    return image(
        Sketch.of("Sequential")
            .with("0", Sketch.conv("SeqConv", 6, 3, 3, 1))
            .with("1", Sketch.batchNorm("SeqNorm", 6))
            .with("2", Sketch.of("ReLU").forward("return torch.relu(x)"))
            .with("3", Sketch.of("Pool").forward("return torch.adaptive_avg_pool2d(x, [1, 1])"))
            .with("4", Sketch.of("Flatten").forward("return torch.flatten(x, 1, -1)"))
            .with("5", Sketch.linear("SeqLinear", CLASSES, 6))
            .forward(
                """
                _0 = getattr(self, "0")
                _1 = getattr(self, "1")
                _2 = getattr(self, "2")
                _3 = getattr(self, "3")
                _4 = getattr(self, "4")
                _5 = getattr(self, "5")
                input = (_1).forward((_0).forward(x, ), )
                input0 = (_3).forward((_2).forward(input, ), )
                return (_5).forward((_4).forward(input0, ), )\
                """),
        6,
        true,
        1,
        2);
  }

  /** A head of two layers with GELU between. */
  static Structure geluHead() {
    return image(
        Sketch.of("GeluNet")
            .with("conv", Sketch.conv("GeluConv", 6, 3, 3, 1))
            .with("fc1", Sketch.linear("GeluFirst", 9, 6))
            .with("fc2", Sketch.linear("GeluSecond", CLASSES, 9))
            .forward(
                """
                x0 = torch.mean(torch.gelu((self.conv).forward(x, )), [2, 3])
                x1 = torch.gelu((self.fc1).forward(x0, ))
                return (self.fc2).forward(x1, )\
                """),
        9,
        true,
        0,
        0);
  }

  /** Log probabilities instead of logits. */
  static Structure logarithms() {
    return image(
        Sketch.of("LogNet")
            .with("conv", Sketch.conv("LogConv", 6, 3, 3, 1))
            .with("bn", Sketch.batchNorm("LogNorm", 6))
            .with("fc", Sketch.linear("LogLinear", CLASSES, 6))
            .forward(
                """
                x0 = torch.mean(torch.relu((self.bn).forward((self.conv).forward(x, ), )), [2, 3])
                return torch.log_softmax((self.fc).forward(x0, ), 1)\
                """),
        6,
        false,
        1,
        2);
  }

  /** No multiplication by a weight at all that gives classes: channels are classes. */
  static Structure noLayer() {
    return image(
        Sketch.of("PoolNet")
            .weight("mix", 3, CLASSES)
            .with("bn", Sketch.batchNorm("PoolNorm", 3))
            .forward(
                """
                x0 = torch.mean((self.bn).forward(x, ), [2, 3])
                return torch.einsum("bi,ij->bj", [x0, self.mix], path=None)\
                """),
        0,
        false,
        1,
        2);
  }

  /** A dict with one table among other tensors. */
  static Structure dictionary() {
    return image(
        Sketch.of("DictNet")
            .with("conv", Sketch.conv("DictConv", 6, 3, 3, 1))
            .with("bn", Sketch.batchNorm("DictNorm", 6))
            .with("fc", Sketch.linear("DictLinear", CLASSES, 6))
            .methods(
                """
                  def forward(SELF,
                    x: Tensor) -> Dict[str, Tensor]:
                    x0 = torch.relu((self.bn).forward((self.conv).forward(x, ), ))
                    f = torch.mean(x0, [2, 3])
                    return {"map": x0, "embedding": f, "logits": (self.fc).forward(f, )}
                """),
        6,
        true,
        1,
        2);
  }

  /** A second argument that has a default, and one that may be None. */
  static Structure optional() {
    return image(
        Sketch.of("OptionalNet")
            .with("conv", Sketch.conv("OptionalConv", 6, 3, 3, 1))
            .with("bn", Sketch.batchNorm("OptionalNorm", 6))
            .with("fc", Sketch.linear("OptionalLinear", CLASSES, 6))
            .methods(
                """
                  def forward(SELF,
                    x: Tensor,
                    mask: Optional[Tensor],
                    scale: float=1.) -> Tensor:
                    x0 = torch.relu((self.bn).forward((self.conv).forward(x, ), ))
                    if torch.__isnot__(mask, None):
                      mask0 = unchecked_cast(Tensor, mask)
                      _0 = torch.mul(x0, mask0)
                    else:
                      _0 = torch.mul(x0, scale)
                    return (self.fc).forward(torch.mean(_0, [2, 3]), )
                """),
        6,
        true,
        1,
        2);
  }

  /** Norms written out with buffers, which stay as they are (torchvision's FrozenBatchNorm2d). */
  static Structure frozenBatchNorm() {
    Sketch norm =
        Sketch.of("FrozenBatchNorm2d")
            .buffer("weight", 0.5, 1.5, 6)
            .buffer("bias", -0.3, 0.3, 6)
            .buffer("running_mean", -0.3, 0.3, 6)
            .buffer("running_var", 0.2, 1.5, 6)
            .forward(
                """
                w = torch.reshape(self.weight, [1, -1, 1, 1])
                b = torch.reshape(self.bias, [1, -1, 1, 1])
                rv = torch.reshape(self.running_var, [1, -1, 1, 1])
                rm = torch.reshape(self.running_mean, [1, -1, 1, 1])
                scale = torch.mul(w, torch.rsqrt(torch.add(rv, 1.0000000000000001e-05)))
                bias = torch.sub(b, torch.mul(rm, scale))
                return torch.add(torch.mul(x, scale), bias)\
                """);
    return image(
        Sketch.of("FrozenNet")
            .with("conv", Sketch.conv("FrozenConv", 6, 3, 3, 1))
            .with("bn", norm)
            .with("fc", Sketch.linear("FrozenLinear", CLASSES, 6))
            .forward(
                """
                x0 = torch.relu((self.bn).forward((self.conv).forward(x, ), ))
                return (self.fc).forward(torch.mean(x0, [2, 3]), )\
                """),
        6,
        true,
        0,
        0);
  }

  /** Batch norm over volumes, with an average instead of a momentum. */
  static Structure volume() {
    Sketch conv =
        Sketch.of("Conv3d")
            .weight("weight", 6, 2, 3, 3, 3)
            .forward(
                "return torch.conv3d(x, self.weight, None, [1, 1, 1], [1, 1, 1], [1, 1, 1], 1)");
    Sketch norm =
        Sketch.of("BatchNorm3d")
            .gain("weight", 6)
            .weight("bias", 6)
            .buffer("running_mean", -0.3, 0.3, 6)
            .buffer("running_var", 0.2, 1.5, 6)
            .forward(
                "return torch.batch_norm(x, self.weight, self.bias, self.running_mean,"
                    + " self.running_var, False, 0., 1.0000000000000001e-05, True)");
    Sketch net =
        Sketch.of("VolumeNet")
            .with("conv", conv)
            .with("bn", norm)
            .with("fc", Sketch.linear("VolumeLinear", CLASSES, 6))
            .forward(
                """
                x0 = torch.relu((self.bn).forward((self.conv).forward(x, ), ))
                return (self.fc).forward(torch.mean(x0, [2, 3, 4]), )\
                """);
    return new Structure("VolumeNet", net, "", new int[] {2, 4, 4, 4}, 6, true, 1, 2);
  }

  /** Instance norms, which have no statistics that can be set, with gains that can be trained. */
  static Structure instanceNorm() {
    Sketch norm =
        Sketch.of("InstanceNorm2d")
            .gain("weight", 6)
            .weight("bias", 6)
            .forward(
                "return torch.instance_norm(x, self.weight, self.bias, None, None, True, 0.1,"
                    + " 1.0000000000000001e-05, True)");
    return image(
        Sketch.of("InstanceNet")
            .with("conv", Sketch.conv("InstanceConv", 6, 3, 3, 1))
            .with("norm", norm)
            .with("fc", Sketch.linear("InstanceLinear", CLASSES, 6))
            .forward(
                """
                x0 = torch.relu((self.norm).forward((self.conv).forward(x, ), ))
                return (self.fc).forward(torch.mean(x0, [2, 3]), )\
                """),
        6,
        true,
        0,
        2);
  }
}
