"""The steps of StepSpeed.java in eager PyTorch: the least processor time of one thread.

    python3 tests/bench/eager.py ../shared/data 64 200

Same network, weights and images; views are the images themselves ("no views"). Kept as plain as the authors'
code: one optimiser of torch.optim, losses as tensors, an average of the teacher parameter by parameter.
"""
import copy
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

WARM_UP, REPETITIONS, MATRIX = 3, 12, 1024
IMAGE_GFLOP = 2 * 40_551_040 / 1e9


class Block(nn.Module):
    def __init__(self, inside, outside, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inside, outside, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outside)
        self.conv2 = nn.Conv2d(outside, outside, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outside)
        self.pad = (outside - inside) // 2

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        if self.pad:
            x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.pad, self.pad))
        return F.relu(y + x)


class ResNet20(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("input_mean", torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1))
        self.register_buffer("input_std", torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1))
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.layer1 = self.layer(16, 16, 1)
        self.layer2 = self.layer(16, 32, 2)
        self.layer3 = self.layer(32, 64, 2)
        self.linear = nn.Linear(64, 10)

    @staticmethod
    def layer(inside, outside, stride):
        return nn.Sequential(Block(inside, outside, stride), Block(outside, outside, 1), Block(outside, outside, 1))

    def features(self, x):
        x = (x - self.input_mean) / self.input_std
        x = F.relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return x.mean((2, 3))

    def forward(self, x):
        return self.linear(self.features(x))


def load(pack):
    model = ResNet20()
    weights = torch.jit.load(pack + "/models/resnet20.pt", map_location="cpu").state_dict()
    found = model.state_dict()
    for name, value in weights.items():
        found[name].copy_(value.reshape(found[name].shape))
    missing = [n for n in found if n not in weights]
    assert not missing, missing
    return model


def batch_statistics(model):
    model.train()
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.track_running_stats = False
            module.running_mean = module.running_var = None
    return model


def norm_only(model):
    model.requires_grad_(False)
    parameters = []
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.requires_grad_(True)
            parameters += [module.weight, module.bias]
    return parameters


def entropy(z):
    return -(z.softmax(1) * z.log_softmax(1)).sum(1)


def symmetric(z, target):
    return -(target.softmax(1) * z.log_softmax(1)).sum(1) / 2 - (z.softmax(1) * target.log_softmax(1)).sum(1) / 2


def follow(teacher, student, keep=0.999):
    for slow, fast in zip(teacher.parameters(), student.parameters()):
        slow.data[:] = keep * slow[:].data + (1 - keep) * fast[:].data


def tent(model, x):
    optimiser = torch.optim.Adam(norm_only(model), 1e-3)

    def step():
        loss = entropy(model(x)).mean()
        loss.backward()
        optimiser.step()
        optimiser.zero_grad()

    return step


def rmt(model, x):
    teacher = copy.deepcopy(model).requires_grad_(False)
    projector = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 128))
    optimiser = torch.optim.Adam(list(model.parameters()) + list(projector.parameters()), 1e-3)
    with torch.no_grad():
        prototypes = torch.stack([model.linear.weight[c] for c in range(10)])

    def contrast(f, g):
        with torch.no_grad():
            near = F.cosine_similarity(prototypes.unsqueeze(0), f.unsqueeze(1), dim=2).argmax(1)
        views = torch.stack([prototypes[near], f, g], 1)
        v = F.normalize(projector(torch.cat(views.unbind(1), 0)), dim=1)
        s = v @ v.t() / 0.1
        s = s - s.max(1, keepdim=True)[0].detach()
        n = len(f)
        positives = torch.eye(n).repeat(3, 3)
        others = torch.ones_like(positives) - torch.eye(3 * n)
        positives = positives * others
        log = s - (s.exp() * others).sum(1, keepdim=True).log()
        return -((positives * log).sum(1) / positives.sum(1)).mean()

    def step():
        f = model.features(x)
        z = model.linear(f)
        g = model.features(x)
        y = model.linear(g)
        with torch.no_grad():
            target = teacher(x)
        loss = (0.5 * symmetric(z, target) + 0.5 * symmetric(y, target)).mean() + contrast(f, g)
        loss.backward()
        optimiser.step()
        optimiser.zero_grad()
        follow(teacher, model)

    return step


def roid(model, x):
    parameters = norm_only(model)
    source = [p.detach().clone() for p in parameters]
    optimiser = torch.optim.Adam(parameters, 1e-3)
    state = {"mean": torch.ones(10) / 10, "kept": 0.0}

    def step():
        z = model(x)
        with torch.no_grad():
            p = z.softmax(1)
            diversity = 1 - F.cosine_similarity(state["mean"].unsqueeze(0), p, dim=1)
            diversity = (diversity - diversity.min()) / (diversity.max() - diversity.min())
            keep = diversity >= diversity.mean()
            certainty = -entropy(z)
            certainty = (certainty - certainty.min()) / (certainty.max() - certainty.min())
            weights = ((diversity * certainty) * 3).exp()
            weights[~keep] = 0
            state["mean"] = 0.9 * state["mean"] + 0.1 * p.mean(0)
        q = z.softmax(1)
        ratio = -(q * ((q * 0.99 + 1e-5) / (1 - q * 0.99 + 1e-5)).log()).sum(1)
        kept = weights > 0
        loss = (ratio * weights)[kept].sum() / len(x)
        state["kept"] = kept.float().mean().item()
        loss = loss + (symmetric(model(x[kept]), z[kept]) * weights[kept]).sum() / len(x)
        loss.backward()
        optimiser.step()
        optimiser.zero_grad()
        with torch.no_grad():
            for p, s in zip(parameters, source):
                p.mul_(0.99).add_(0.01 * s)

    step.passes = lambda: 2 + 2 * state["kept"]
    return step


def cotta(model, x):
    teacher = copy.deepcopy(model).requires_grad_(False)
    anchor = copy.deepcopy(model).requires_grad_(False)
    source = copy.deepcopy(model.state_dict())
    optimiser = torch.optim.Adam(model.parameters(), 1e-3)

    def step():
        with torch.no_grad():
            anchor(x).softmax(1).max(1)[0].mean()
            target = teacher(x)
        z = model(x)
        loss = -(target.softmax(1) * z.log_softmax(1)).sum(1).mean()
        loss.backward()
        optimiser.step()
        optimiser.zero_grad()
        follow(teacher, model)
        for name, p in model.named_parameters():
            mask = (torch.rand(p.shape) < 0.01).float()
            with torch.no_grad():
                p.data = source[name] * mask + p * (1.0 - mask)

    return step


def least(work):
    for _ in range(WARM_UP):
        work()
    best = float("inf")
    for _ in range(REPETITIONS):
        before = time.process_time()
        work()
        best = min(best, time.process_time() - before)
    return best


def main():
    pack = sys.argv[1] if len(sys.argv) > 1 else "../shared/data"
    sizes = [int(s) for s in sys.argv[2:]] or [64, 200]
    torch.set_num_threads(1)
    records = np.fromfile(pack + "/cifar10/test_batch.bin", np.uint8).reshape(-1, 3073)
    one, other = torch.rand(MATRIX, MATRIX), torch.rand(MATRIX, MATRIX)
    print("product of matrices of %d  %.1f GFLOP/s" % (MATRIX, 2 * MATRIX**3 / least(lambda: one @ other) / 1e9))
    for size in sizes:
        x = torch.from_numpy(records[:size, 1:].astype(np.float32) / 255).view(size, 3, 32, 32)
        model = batch_statistics(load(pack))

        def forward():
            with torch.no_grad():
                model(x)

        seconds = least(forward)
        print("batch %d  forward  %.0f ms  %.1f GFLOP/s" % (size, 1e3 * seconds, size * IMAGE_GFLOP / seconds))
        cases = [("tent", tent, 2), ("rmt-source-free, no views", rmt, 7), ("roid, no views", roid, None),
                 ("cotta, anchor sure", cotta, 5)]
        for label, begin, passes in cases:
            step = begin(batch_statistics(load(pack)), x)
            seconds = least(step)
            passes = passes or step.passes()
            print("batch %d  %s  %.0f ms  %.1f GFLOP/s" % (size, label, 1e3 * seconds, size * passes * IMAGE_GFLOP / seconds))


if __name__ == "__main__":
    main()
