"""Five methods in eager PyTorch, written from their papers and from what their authors' programs do.

Each class has `step(x)`, which gives the output for one batch, and lists that `traces.py` records: `losses` of the
last step, `gradients` of all steps, `used` samples. `tensors()` gives the state after the step by group and name. Gradients
come from autograd and updates from torch.optim, so that an agreement with another program says something.
"""
import copy
import math

import torch
import torch.nn.functional as F
from torch import nn

NORM = ("bn1.weight", "bn1.bias", "bn2.weight", "bn2.bias")
RUNNING = ("bn1.running_mean", "bn1.running_var", "bn2.running_mean", "bn2.running_var")


class Tiny(nn.Module):
    """The network of the golden traces; `norm` makes its batch norms."""

    def __init__(self, weights, norm=nn.BatchNorm2d):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3, 1, 1, bias=False)
        self.bn1 = norm(8)
        self.conv2 = nn.Conv2d(8, 16, 3, 2, 1, bias=False)
        self.bn2 = norm(16)
        self.fc = nn.Linear(16, 10)
        self.load_state_dict(weights, strict=False)
        self.to(weights["fc.bias"].dtype)
        self.eval()

    def features(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(x))).mean((2, 3))

    def forward(self, x):
        return self.fc(self.features(x))

    def state(self, names):
        everything = self.state_dict()
        return {name: everything[name].detach().clone() for name in names}


def entropy(z):
    return -(z.softmax(1) * z.log_softmax(1)).sum(1)


def optimiser(parameters, hyper, rate=None):
    rule = dict(hyper["optimizer"])
    kind = rule.pop("type")
    if rate is not None:
        rule["lr"] = rate
    return getattr(torch.optim, kind)(parameters, **rule)


class Method:
    def __init__(self):
        self.losses, self.gradients, self.used = [], [], 0

    def parameters(self, net, names):
        net.requires_grad_(False)
        chosen = dict(net.named_parameters())
        return [chosen[name].requires_grad_(True) for name in names]

    def descend(self, loss, rule, net):
        rule.zero_grad()
        loss.backward()
        self.losses.append(loss.item())
        named = net.named_parameters()
        self.gradients.append({name: p.grad.clone() for name, p in named if p.requires_grad})
        rule.step()

    def tensors(self):
        return {}


class BatchNorm(nn.BatchNorm2d):
    """Always the statistics of what it is given."""

    def __init__(self, width):
        super().__init__(width, track_running_stats=False)


class Deyo(Method):
    def __init__(self, weights, hyper, patch_order):
        super().__init__()
        self.hyper, self.order = hyper, patch_order
        self.net = Tiny(weights, BatchNorm)
        self.rule = optimiser(self.parameters(self.net, NORM), hyper)

    def shuffled(self, x):
        """Row j of x has at place t its patch (multiplier * t + offset + j) mod patches^2."""
        side = self.order["patches"]
        b, c, height, width = x.shape
        cut = x.view(b, c, side, height // side, side, width // side).permute(0, 2, 4, 1, 3, 5)
        cut = cut.reshape(b, side * side, c, height // side, width // side)
        place = torch.arange(side * side)
        for j in range(b):
            cut[j] = cut[j, (self.order["multiplier"] * place + self.order["offset"] + j) % (side * side)]
        cut = cut.view(b, side, side, c, height // side, width // side)
        return cut.permute(0, 3, 1, 4, 2, 5).reshape(b, c, height, width)

    def step(self, x):
        self.losses = []
        log_c = math.log(10)
        z = self.net(x)
        h = entropy(z)
        reliable = (h < self.hyper["margin"] * log_c).nonzero()[:, 0]
        if len(reliable) == 0:
            return z.detach()
        with torch.no_grad():
            destroyed = self.net(self.shuffled(x[reliable])).softmax(1)
        p, label = z[reliable].softmax(1).detach().max(1)
        drop = p - destroyed[torch.arange(len(reliable)), label]
        kept = drop > self.hyper["plpd"]
        if kept.any():
            h, drop = h[reliable][kept], drop[kept]
            weight = torch.exp(self.hyper["e0_factor"] * log_c - h.detach()) + torch.exp(drop)
            self.used += len(h)
            self.descend((weight * h).mean(), self.rule, self.net)
        return z.detach()

    def tensors(self):
        return {"student": self.net.state(NORM)}


class PriorNorm(nn.BatchNorm2d):
    """Running statistics blended with those of the input, which take no gradient; `share` is the input's."""

    share = 0.0

    def forward(self, x):
        variance, mean = torch.var_mean(x.detach(), (0, 2, 3), unbiased=True)
        mean = (1 - self.share) * self.running_mean + self.share * mean
        variance = (1 - self.share) * self.running_var + self.share * variance
        return F.batch_norm(x, mean, variance, self.weight, self.bias, False, 0.0, self.eps)


class Memo(Method):
    def __init__(self, weights, hyper, views):
        super().__init__()
        self.weights, self.hyper, self.views = weights, hyper, views

    def view(self, x, number):
        how = self.views[number % len(self.views)]
        x = x.flip(2) if how["flip"] else x
        return (how["scale"] * x + how["offset"]).clamp(*how["clip"])

    def step(self, x):
        outputs, losses = [], []
        for image in x:
            self.losses = []
            net = Tiny(self.weights, PriorNorm)
            net.bn1.share = net.bn2.share = self.hyper["bn_alpha"]
            names = [name for name, _ in net.named_parameters()]
            rule = optimiser(self.parameters(net, names), self.hyper)
            z = net(torch.stack([self.view(image, v) for v in range(self.hyper["views"])]))
            log_mean = z.log_softmax(1).logsumexp(0) - math.log(len(z))
            self.descend(-(log_mean.exp() * log_mean).sum(), rule, net)
            losses += self.losses
            with torch.no_grad():
                outputs.append(net(image[None])[0])
        self.losses = [sum(losses) / len(losses)]
        self.used += len(x)
        return torch.stack(outputs)


class T3a(Method):
    def __init__(self, weights, hyper):
        super().__init__()
        self.net, self.keep = Tiny(weights), hyper["supports"]
        self.supports = self.net.fc.weight.detach()
        self.logits = self.net.fc(self.supports).detach()

    @torch.no_grad()
    def step(self, x):
        f = self.net.features(x)
        self.supports = torch.cat([self.supports, f])
        self.logits = torch.cat([self.logits, self.net.fc(f)])
        label, h = self.logits.argmax(1), entropy(self.logits)
        kept = []
        for c in range(10):
            own = (label == c).nonzero()[:, 0]
            kept.append(own[h[own].sort(stable=True)[1][: self.keep]])
        kept = torch.cat(kept)
        self.supports, self.logits = self.supports[kept], self.logits[kept]
        owners = F.one_hot(self.logits.argmax(1), 10).to(f.dtype)
        return f @ F.normalize(F.normalize(self.supports, dim=1).T @ owners, dim=0)

    def tensors(self):
        return {"state": {"support_counts": torch.bincount(self.logits.argmax(1), minlength=10).float()}}


class Draws:
    """Numbers below 1, one after the other, in the place of chance."""

    def __init__(self, numbers):
        self.numbers = iter(numbers.tolist())

    def number(self):
        return next(self.numbers)

    def below(self, n):
        return int(self.number() * n)


class Note(Method):
    def __init__(self, weights, hyper, draws):
        super().__init__()
        self.hyper, self.draws = hyper, draws
        self.net = Tiny(weights, lambda width: nn.BatchNorm2d(width, momentum=hyper["bn_momentum"]))
        self.rule = optimiser(self.parameters(self.net, NORM), hyper)
        self.bank, self.seen, self.offered = [], [0] * 10, 0

    def offer(self, image, label):
        self.seen[label] += 1
        if len(self.bank) < self.hyper["memory_size"]:
            self.bank.append((image, label))
            return
        counts = [sum(1 for _, held in self.bank if held == c) for c in range(10)]
        if counts[label] < max(counts):
            given = [i for i, (_, held) in enumerate(self.bank) if counts[held] == max(counts)]
        elif self.draws.number() < counts[label] / self.seen[label]:
            given = [i for i, (_, held) in enumerate(self.bank) if held == label]
        else:
            return
        self.bank[given[self.draws.below(len(given))]] = (image, label)

    def step(self, x):
        self.losses, outputs = [], []
        for image in x:
            self.net.eval()
            with torch.no_grad():
                outputs.append(self.net(image[None])[0])
            self.offer(image, int(outputs[-1].argmax()))
            self.offered += 1
            if self.offered % self.hyper["update_every"] == 0:
                self.net.train()
                self.used += len(self.bank)
                loss = self.loss(self.net(torch.stack([held for held, _ in self.bank])))
                self.descend(loss, self.rule, self.net)
        return torch.stack(outputs)

    def loss(self, z):
        return entropy(z).mean()

    def tensors(self):
        labels = torch.zeros(self.hyper["memory_size"])
        labels[: len(self.bank)] = torch.tensor([label for _, label in self.bank])
        return {"student": self.net.state(NORM + RUNNING), "state": {"bank_labels": labels}}


class RenormNorm(nn.BatchNorm2d):
    """Values of the running statistics, gradient through those of the input; they follow in training.

    `fresh` takes the statistics of the next input as the running ones first.
    """

    fresh = False

    def forward(self, x):
        variance, mean = torch.var_mean(x, (0, 2, 3), unbiased=True, keepdim=True)
        if self.fresh:
            self.running_mean.copy_(mean.detach().flatten())
            self.running_var.copy_(variance.detach().flatten())
            self.fresh = False
        deviation = (variance + self.eps).sqrt()
        ours = (self.running_var.view_as(mean) + self.eps).sqrt()
        r = (deviation / ours).detach()
        d = ((mean - self.running_mean.view_as(mean)) / ours).detach()
        y = (x - mean) / deviation * r + d
        if self.training:
            self.running_mean += self.momentum * (mean.detach().flatten() - self.running_mean)
            self.running_var += self.momentum * (variance.detach().flatten() - self.running_var)
        return y * self.weight.view_as(mean) + self.bias.view_as(mean)


class Cema(Method):
    def __init__(self, weights, hyper, draws):
        super().__init__()
        self.hyper, self.draws = hyper, draws
        self.net = Tiny(weights, RenormNorm)
        self.net.bn1.momentum = self.net.bn2.momentum = hyper["bn_momentum"]
        self.net.bn1.fresh = self.net.bn2.fresh = hyper["first_batch_statistics"] == 1
        self.teacher = copy.deepcopy(self.net)
        self.rule = optimiser(self.parameters(self.net, NORM), hyper)
        rate = hyper["teacher_learning_rate"]
        self.teacher_rule = optimiser(self.parameters(self.teacher, NORM), hyper, rate)
        self.e0 = hyper["e0_factor"] * math.log(10)
        self.entropy_sum, self.entropy_count, self.entropy_start = 0.0, 0, None
        self.mean = None
        self.waiting, self.replay = [], []

    def select(self, z):
        """Indices of the samples to upload."""
        h = entropy(z)
        self.entropy_sum += h.double().sum().item()
        self.entropy_count += len(h)
        now = self.entropy_sum / self.entropy_count
        if self.entropy_start is None and 0 < self.hyper["warm_up"] <= self.entropy_count:
            self.entropy_start = now
        limit = self.e0
        if self.entropy_start is not None:
            limit = self.e0 * now / self.entropy_start * self.hyper["lambda"]
        telling = (h < limit) & (h > self.hyper["e_min_factor"] * math.log(10))
        chosen = telling.nonzero()[:, 0]
        p = z.softmax(1)
        if self.mean is not None:
            alike = F.cosine_similarity(self.mean[None], p[chosen], dim=1).abs()
            chosen = chosen[alike < self.hyper["d_margin"]]
        if len(chosen):
            keep = self.hyper["prob_momentum"]
            new = p[chosen].mean(0)
            self.mean = new if self.mean is None else keep * self.mean + (1 - keep) * new
        return chosen

    def drawn(self, count):
        """Different samples of the replay bank."""
        order = list(range(len(self.replay)))
        for j in range(count):
            other = j + self.draws.below(len(order) - j)
            order[j], order[other] = order[other], order[j]
        return [self.replay[i] for i in order[:count]]

    def distil(self, images):
        x = torch.stack(images)
        self.teacher.eval()
        with torch.no_grad():
            t = self.teacher(x)
        self.net.train()
        z = self.net(x)
        h = entropy(z)
        sure = torch.exp(self.e0 - entropy(t))
        apart = F.kl_div(z.log_softmax(1), t.softmax(1), reduction="none").sum(1)
        wrong = F.cross_entropy(z, t.argmax(1), reduction="none")
        loss = 3 * (torch.exp(self.e0 - h.detach()) * h).mean() + 3 * (sure * apart).mean() + (sure * wrong).mean()
        self.descend(loss, self.rule, self.net)

    def step(self, x):
        self.losses = []
        self.net.eval()
        with torch.no_grad():
            output = self.net(x)
        chosen = [x[i] for i in self.select(output)]
        self.used += len(chosen)
        self.waiting += chosen
        self.replay = (self.replay + chosen)[-self.hyper["replay_size"] :]
        uploads, rounds = self.hyper["uploads"], 0
        while len(self.waiting) >= uploads:
            rounds += 1
            fresh, self.waiting = self.waiting[:uploads], self.waiting[uploads:]
            self.teacher.train()
            h = entropy(self.teacher(torch.stack(fresh)))
            self.teacher_rule.zero_grad()
            (torch.exp(self.e0 - h.detach()) * h).mean().backward()
            self.teacher_rule.step()
            old = self.drawn(self.hyper["replayed"]) if len(self.replay) >= self.hyper["replay_from"] else []
            self.distil(fresh + old)
        if rounds == 0 and len(self.replay) > self.hyper["replay_from"]:
            self.distil(self.drawn(uploads + self.hyper["replayed"]))
        return output

    def tensors(self):
        mean = torch.zeros(10) if self.mean is None else self.mean
        return {
            "student": self.net.state(NORM + RUNNING),
            "teacher": self.teacher.state(NORM + RUNNING),
            "state": {"moving_probs": mean},
        }
