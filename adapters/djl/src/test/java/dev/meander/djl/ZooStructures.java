package dev.meander.djl;

import static dev.meander.djl.Structures.CLASSES;
import static dev.meander.djl.Structures.image;

import dev.meander.djl.Structures.Structure;

/** Small networks with the structures of those of model zoos. */
final class ZooStructures {

  private ZooStructures() {}

  /** Squeeze and excitation, SiLU inside of the norm's class, a classifier with dropout. */
  static Structure efficientNet() {
    Sketch excite =
        Sketch.of("SqueezeExcitation")
            .with("fc1", Sketch.conv("Reduce", 2, 6, 1, 1))
            .with("fc2", Sketch.conv("Expand", 6, 2, 1, 1))
            .forward(
                """
                s = torch.adaptive_avg_pool2d(x, [1, 1])
                s0 = torch.silu((self.fc1).forward(s, ))
                return torch.mul(torch.sigmoid((self.fc2).forward(s0, )), x)\
                """);
    Sketch block =
        Sketch.of("InvertedResidual")
            .with("dw", Sketch.conv("Depthwise", 6, 6, 3, 6))
            .with("bn1", Sketch.batchNorm("BatchNormAct", 6, "return torch.silu_(%s)"))
            .with("se", excite)
            .with("pw", Sketch.conv("Pointwise", 6, 6, 1, 1))
            .with("bn2", Sketch.batchNorm("BatchNormId", 6))
            .forward(
                """
                x0 = (self.bn1).forward((self.dw).forward(x, ), )
                x1 = (self.bn2).forward((self.pw).forward((self.se).forward(x0, ), ), )
                return torch.add(x1, x)\
                """);
    Sketch classifier =
        Sketch.of("Classifier")
            .with("0", dropout("Dropout"))
            .with("1", Sketch.linear("Linear", CLASSES, 6))
            .forward(
                """
                _0 = getattr(self, "0")
                _1 = getattr(self, "1")
                return (_1).forward((_0).forward(x, ), )\
                """);
    return image(
        Sketch.of("EfficientNet")
            .with("stem", Sketch.conv("Stem", 6, 3, 3, 1))
            .with("bn", Sketch.batchNorm("BatchNormStem", 6, "return torch.silu(%s)"))
            .with("block", block)
            .with("classifier", classifier)
            .methods(
                """
                  def _forward_impl(SELF,
                    x: Tensor) -> Tensor:
                    x0 = (self.bn).forward((self.stem).forward(x, ), )
                    x1 = (self.block).forward(x0, )
                    x2 = torch.flatten(torch.adaptive_avg_pool2d(x1, [1, 1]), 1)
                    return (self.classifier).forward(x2, )
                  def forward(SELF,
                    x: Tensor) -> Tensor:
                    return (self)._forward_impl(x, )
                """),
        6,
        true,
        3,
        6);
  }

  /** Hardswish, and a classifier of two linear layers. */
  static Structure mobileNet() {
    Sketch classifier =
        Sketch.of("MobileClassifier")
            .with("0", Sketch.linear("Widen", 12, 6))
            .with("2", dropout("MobileDropout"))
            .with("3", Sketch.linear("Last", CLASSES, 12))
            .forward(
                """
                _0 = getattr(self, "0")
                _2 = getattr(self, "2")
                _3 = getattr(self, "3")
                input = torch.hardswish_((_0).forward(x, ))
                input0 = (_2).forward(input, )
                return (_3).forward(input0, )\
                """);
    return image(
        Sketch.of("MobileNetV3")
            .with("conv", Sketch.conv("MobileStem", 6, 3, 3, 1))
            .with("bn", Sketch.batchNorm("MobileNorm", 6))
            .with("classifier", classifier)
            .forward(
                """
                x0 = torch.hardswish((self.bn).forward((self.conv).forward(x, ), ))
                x1 = torch.flatten(torch.adaptive_avg_pool2d(x0, [1, 1]), 1, -1)
                return (self.classifier).forward(x1, )\
                """),
        12,
        true,
        1,
        2);
  }

  /** Layer norm over channels, GELU, layer scale, and a head behind forward_head(pre_logits). */
  static Structure convNext() {
    Sketch norm =
        Sketch.of("LayerNorm2d")
            .gain("weight", 6)
            .weight("bias", 6)
            .forward(
                """
                x0 = torch.permute(x, [0, 2, 3, 1])
                x1 = torch.layer_norm(x0, [6], self.weight, self.bias, 9.9999999999999995e-07)
                return torch.permute(x1, [0, 3, 1, 2])\
                """);
    Sketch head =
        Sketch.of("NormMlpClassifierHead")
            .with("norm", Sketch.layerNorm("HeadNorm", 6))
            .with("fc", Sketch.linear("HeadLinear", CLASSES, 6))
            .methods(
                """
                  def forward(SELF,
                    x: Tensor,
                    pre_logits: bool=False) -> Tensor:
                    x0 = torch.flatten(torch.mean(x, [2, 3], True), 1)
                    x1 = (self.norm).forward(x0, )
                    if pre_logits:
                      _0 = x1
                    else:
                      _0 = (self.fc).forward(x1, )
                    return _0
                """);
    return image(
        Sketch.of("ConvNeXt")
            .weight("gamma", 6)
            .with("stem", Sketch.conv("Patchify", 6, 3, 3, 1))
            .with("norm", norm)
            .with("mlp", Sketch.conv("Mlp", 6, 6, 1, 1))
            .with("head", head)
            .methods(
                """
                  def forward(SELF,
                    x: Tensor) -> Tensor:
                    x0 = (self).forward_features(x, )
                    return (self).forward_head(x0, False, )
                  def forward_features(SELF,
                    x: Tensor) -> Tensor:
                    x0 = (self.norm).forward((self.stem).forward(x, ), )
                    x1 = torch.gelu((self.mlp).forward(x0, ))
                    x2 = torch.mul(x1, torch.reshape(self.gamma, [1, -1, 1, 1]))
                    return torch.add(x0, x2)
                  def forward_head(SELF,
                    x: Tensor,
                    pre_logits: bool=False) -> Tensor:
                    if pre_logits:
                      _0 = (self.head).forward(x, True, )
                    else:
                      _0 = (self.head).forward(x, False, )
                    return _0
                """),
        6,
        true,
        0,
        4);
  }

  /** Grouped convolutions, a residual sum, flatten with a name. */
  static Structure regNet() {
    return image(
        Sketch.of("RegNet")
            .with("stem", Sketch.conv("RegStem", 6, 3, 3, 1))
            .with("bn0", Sketch.batchNorm("RegNorm0", 6))
            .with("a", Sketch.conv("Grouped", 6, 6, 3, 3))
            .with("bn1", Sketch.batchNorm("RegNorm1", 6))
            .with("fc", Sketch.linear("RegLinear", CLASSES, 6))
            .forward(
                """
                x0 = torch.relu_((self.bn0).forward((self.stem).forward(x, ), ))
                x1 = torch.relu(torch.add(x0, (self.bn1).forward((self.a).forward(x0, ), )))
                x2 = torch.flatten(torch.adaptive_avg_pool2d(x1, [1, 1]), 1, -1)
                return (self.fc).forward(x2, )\
                """),
        6,
        true,
        2,
        4);
  }

  /** Layers that see a list of what came before. */
  static Structure denseNet() {
    Sketch layer =
        Sketch.of("DenseLayer")
            .with("norm1", Sketch.batchNorm("DenseNorm", 4))
            .with("conv1", Sketch.conv("DenseConv", 2, 4, 3, 1))
            .methods(
                """
                  def forward(SELF,
                    input: List[Tensor]) -> Tensor:
                    _0 = (self.norm1).forward(torch.cat(input, 1), )
                    return (self.conv1).forward(torch.relu(_0), )
                """);
    return image(
        Sketch.of("DenseNet")
            .with("conv0", Sketch.conv("DenseStem", 4, 3, 3, 1))
            .with("layer", layer)
            .with("norm5", Sketch.batchNorm("DenseLast", 6))
            .with("classifier", Sketch.linear("DenseLinear", CLASSES, 6))
            .forward(
                """
                features = [(self.conv0).forward(x, )]
                new = (self.layer).forward(features, )
                _0 = torch.append(features, new)
                out = torch.relu_((self.norm5).forward(torch.cat(features, 1), ))
                out0 = torch.flatten(torch.adaptive_avg_pool2d(out, [1, 1]), 1)
                return (self.classifier).forward(out0, )\
                """),
        6,
        true,
        2,
        4);
  }

  /** Branches, and a named tuple with outputs of training that are absent. */
  static Structure googLeNet() {
    String outputs =
        """
        class GoogLeNetOutputs(NamedTuple):
          logits : Tensor
          aux_logits2 : Optional[Tensor]
          aux_logits1 : Optional[Tensor]
        """;
    return image(
            Sketch.of("GoogLeNet")
                .with("one", Sketch.conv("BranchOne", 3, 3, 1, 1))
                .with("three", Sketch.conv("BranchThree", 3, 3, 3, 1))
                .with("bn", Sketch.batchNorm("InceptionNorm", 6))
                .with("fc", Sketch.linear("InceptionLinear", CLASSES, 6))
                .methods(
                    """
                      def forward(SELF,
                        x: Tensor) -> __torch__.GoogLeNetOutputs:
                        _0 = [(self.one).forward(x, ), (self.three).forward(x, )]
                        x0 = torch.relu((self.bn).forward(torch.cat(_0, 1), ))
                        x1 = torch.flatten(torch.adaptive_avg_pool2d(x0, [1, 1]), 1)
                        return __torch__.GoogLeNetOutputs((self.fc).forward(x1, ), None, None)
                    """),
            6,
            true,
            1,
            2)
        .with(outputs);
  }

  /** Norms before convolutions, and a convolution as the head. */
  static Structure resNetV2() {
    Sketch head =
        Sketch.of("ConvHead")
            .weight("weight", CLASSES, 6, 1, 1)
            .weight("bias", CLASSES)
            .forward("return torch.conv2d(x, self.weight, self.bias, [1, 1], [0, 0], [1, 1], 1)");
    return image(
        Sketch.of("ResNetV2")
            .with("stem", Sketch.conv("V2Stem", 6, 3, 3, 1))
            .with("norm1", Sketch.batchNorm("PreAct1", 6, "return torch.relu_(%s)"))
            .with("conv1", Sketch.conv("V2Conv", 6, 6, 3, 1))
            .with("norm", Sketch.batchNorm("PreActLast", 6, "return torch.relu_(%s)"))
            .with("fc", head)
            .forward(
                """
                x0 = (self.stem).forward(x, )
                x1 = torch.add((self.conv1).forward((self.norm1).forward(x0, ), ), x0)
                x2 = torch.adaptive_avg_pool2d((self.norm).forward(x1, ), [1, 1])
                x3 = (self.fc).forward(x2, )
                return torch.flatten(x3, 1)\
                """),
        6,
        true,
        2,
        4);
  }

  /** Patches, a class token, one block of attention. */
  static Structure visionTransformer() {
    Sketch attention =
        Sketch.of("Attention")
            .with("qkv", Sketch.linear("Qkv", 18, 6))
            .with("proj", Sketch.linear("Proj", 6, 6))
            .forward(
                """
                b, n, c, = torch.size(x)
                qkv = torch.reshape((self.qkv).forward(x, ), [b, n, 3, 2, 3])
                q, k, v, = torch.unbind(torch.permute(qkv, [2, 0, 3, 1, 4]))
                a = torch.matmul(torch.mul(q, 0.57735026918962584), torch.transpose(k, -2, -1))
                y = torch.matmul(torch.softmax(a, -1), v)
                return (self.proj).forward(torch.reshape(torch.transpose(y, 1, 2), [b, n, c]), )\
                """);
    return image(
        Sketch.of("VisionTransformer")
            .weight("cls_token", 1, 1, 6)
            .weight("pos_embed", 1, 17, 6)
            .with("patch", Sketch.linear("PatchEmbed", 6, 12))
            .with("norm1", Sketch.layerNorm("VitNorm1", 6))
            .with("attn", attention)
            .with("norm", Sketch.layerNorm("VitNorm", 6))
            .with("head", Sketch.linear("VitHead", CLASSES, 6))
            .forward(
                """
                b = torch.size(x, 0)
                p = torch.reshape(x, [b, 3, 4, 2, 4, 2])
                p0 = torch.reshape(torch.permute(p, [0, 2, 4, 1, 3, 5]), [b, 16, 12])
                t = torch.cat([torch.expand(self.cls_token, [b, -1, -1]), (self.patch).forward(p0, )], 1)
                t0 = torch.add(t, self.pos_embed)
                t1 = torch.add(t0, (self.attn).forward((self.norm1).forward(t0, ), ))
                t2 = (self.norm).forward(t1, )
                return (self.head).forward(torch.select(t2, 1, 0), )\
                """),
        6,
        true,
        0,
        4);
  }

  /** Shifted windows, and the mean over what they see. */
  static Structure swin() {
    return image(
        Sketch.of("SwinTransformer")
            .with("embed", Sketch.conv("SwinEmbed", 6, 3, 1, 1))
            .with("norm1", Sketch.layerNorm("SwinNorm1", 6))
            .with("mix", Sketch.linear("SwinMix", 4, 4))
            .with("norm", Sketch.layerNorm("SwinNorm", 6))
            .with("head", Sketch.linear("SwinHead", CLASSES, 6))
            .forward(
                """
                b = torch.size(x, 0)
                t = torch.permute((self.embed).forward(x, ), [0, 2, 3, 1])
                s = torch.roll((self.norm1).forward(t, ), [-1, -1], [1, 2])
                w = torch.reshape(torch.permute(torch.reshape(s, [b, 4, 2, 4, 2, 6]), [0, 1, 3, 2, 4, 5]), [-1, 4, 6])
                m = torch.transpose((self.mix).forward(torch.transpose(w, 1, 2), ), 1, 2)
                r = torch.reshape(torch.permute(torch.reshape(m, [b, 4, 4, 2, 2, 6]), [0, 1, 3, 2, 4, 5]), [b, 8, 8, 6])
                t0 = torch.add(t, torch.roll(r, [1, 1], [1, 2]))
                return (self.head).forward(torch.mean((self.norm).forward(t0, ), [1, 2]), )\
                """),
        6,
        true,
        0,
        4);
  }

  private static Sketch dropout(String name) {
    return Sketch.of(name).forward("t = self.training\nreturn torch.dropout(x, 0.5, t)");
  }
}
