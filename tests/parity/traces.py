"""Golden traces of deyo, memo, t3a, note and cema from the reference methods in methods.py.

    python3 tests/parity/traces.py ../shared/data/golden OUT
    python3 tests/parity/traces.py ../shared/data/golden/trained OUT/trained

Reads network, weights and batches of a folder of golden traces and writes a folder of the same format: golden.json,
golden.safetensors and a copy of the network. `meander parity OUT` follows them. Every trace is computed in float32
and once more in float64; how far they are apart is its measured deviation. Needs torch 1.13 or newer and numpy.
"""
import json
import math
import shutil
import struct
import sys
from pathlib import Path

import numpy as np
import torch

from methods import Cema, Deyo, Draws, Memo, NORM, Note, T3a, Tiny

ADAM = {"type": "Adam", "lr": 1e-3, "betas": [0.9, 0.999], "eps": 1e-8, "weight_decay": 0.0}
SGD = {"type": "SGD", "lr": 0.01, "momentum": 0.9, "nesterov": False, "weight_decay": 0.0}
PLAIN_SGD = {**SGD, "lr": 0.02, "momentum": 0.0}
VIEWS = {
    "type": "by_row",
    "views": [
        {"flip": v % 2 == 1, "scale": round(1 - 0.08 * v, 2), "offset": round(0.03 * v, 2), "clip": [0, 1]}
        for v in range(5)
    ],
}
CEMA = {
    "e0_factor": 0.6, "d_margin": 0.8, "prob_momentum": 0.9, "e_min_factor": 0.1, "lambda": 1.0, "warm_up": 0,
    "uploads": 6, "replay_size": 40, "replayed": 9, "replay_from": 12, "teacher_learning_rate": 0.005,
    "bn_momentum": 0.1, "first_batch_statistics": 0,
}
DRAWN = 400

# What a trace does not set: the numbers of the papers and of the authors' programs where those are for small images.
USUAL = {
    "deyo": {"optimizer": ADAM, "margin": 0.5, "e0_factor": 0.4, "plpd": 0.2, "patches": 4},
    "memo": {"optimizer": {**PLAIN_SGD, "lr": 0.005}, "views": 32, "bn_alpha": 0.1},
    "t3a": {"supports": 20},
    "note": {"optimizer": {**ADAM, "lr": 1e-4}, "memory_size": 64, "update_every": 64, "bn_momentum": 0.01},
    "cema": {
        "optimizer": {**SGD, "lr": 2.5e-3}, "e0_factor": 0.4, "d_margin": 0.05, "prob_momentum": 0.9,
        "e_min_factor": 0.02, "lambda": 1.0, "warm_up": 0, "uploads": 32, "replay_size": 1024, "replayed": 96,
        "replay_from": 256, "teacher_learning_rate": 2.5e-4, "bn_momentum": 0.1, "first_batch_statistics": 0,
    },
}

TRACES = [
    ("deyo_usual", "deyo", {}),
    ("memo_usual", "memo", {}),
    ("t3a_usual", "t3a", {}),
    ("note_usual", "note", {}),
    ("cema_usual", "cema", {}),
    ("cema_upload", "cema", {"d_margin": 0.9}),
    ("deyo", "deyo", {"optimizer": ADAM, "margin": 0.5, "e0_factor": 0.4, "plpd": 0.05, "patches": 4}),
    ("deyo_sgd", "deyo", {"optimizer": SGD, "margin": 0.35, "e0_factor": 0.3, "plpd": 0.0, "patches": 2}),
    ("deyo_all", "deyo", {"optimizer": ADAM, "margin": 1.0, "e0_factor": 0.5, "plpd": -1.0, "patches": 4}),
    ("memo", "memo", {"optimizer": PLAIN_SGD, "views": 5, "bn_alpha": 1 / 17}),
    ("memo_adam", "memo", {"optimizer": ADAM, "views": 3, "bn_alpha": 0.3}),
    ("t3a_1", "t3a", {"supports": 1}),
    ("t3a_3", "t3a", {"supports": 3}),
    ("note", "note", {"optimizer": ADAM, "memory_size": 12, "update_every": 8, "bn_momentum": 0.1}),
    ("note_small", "note", {"optimizer": SGD, "memory_size": 5, "update_every": 7, "bn_momentum": 0.01}),
    ("note_wide", "note", {"optimizer": ADAM, "memory_size": 64, "update_every": 32, "bn_momentum": 0.05}),
    ("cema", "cema", {"optimizer": {**SGD, "lr": 0.005}, **CEMA}),
    ("cema_dynamic", "cema", {"optimizer": SGD, **CEMA, "e0_factor": 0.7, "lambda": 0.8, "warm_up": 30, "uploads": 4}),
    ("cema_first", "cema", {"optimizer": SGD, **CEMA, "e0_factor": 0.5, "first_batch_statistics": 1}),
    ("cema_fresh", "cema", {"optimizer": SGD, **CEMA, "replayed": 0, "replay_size": 8, "bn_momentum": 0.02}),
]

PROCEDURES = {
    "deyo": "BatchNorms always use the statistics of what is forwarded. z=f(x). S1={H_i < margin*ln C}. x'=S1 with patches in another order (views.type patch_order: row j of S1 has at place t, row by row, its patch (multiplier*t+offset+j) mod patches^2), forwarded alone without gradient. drop_i=p_y(x_i)-p_y(x'_i), y=argmax of z. S2={i in S1: drop_i > plpd}. loss = mean over S2 of w_i*H_i, w_i=exp(e0_factor*ln C-H_i)+exp(drop_i) without gradient. No step if S2 is empty.",
    "memo": "Every image alone, from the initial weights and a new optimizer: view v of the image is views[v mod their number]: clip(scale*flip(x)+offset). All views in one pass; BatchNorms normalise with (1-bn_alpha)*running + bn_alpha*(statistics of the pass, UNBIASED variance), which take no gradient. loss = entropy of the mean of the views' softmax. One step on all parameters, then the image itself is predicted the same way (its own statistics over H,W). losses: mean over the images. Gradients: those of the first images.",
    "t3a": "Running statistics, no training. Supports start as the rows of the classifier's weight. Logits, predicted class and entropy of each from the classifier with bias. Per batch: features of all images become supports; per predicted class the `supports` with the lowest entropy stay; W[:,c] = sum of the L2-normalised supports of class c, L2-normalised (zero where there is none); output = features W.",
    "note": "Per image: predicted in eval mode, offered to the bank with the predicted class; after every update_every-th offer the whole bank is forwarded in train mode (batch statistics normalise, running <- (1-bn_momentum)*running + bn_momentum*batch with UNBIASED variance), loss = mean H, one step. Bank: below memory_size everything is added at the end. In a full bank, with counts per class held and seen per class offered (this one included): if the class holds less than the largest, a place of any class that holds as much as the largest is given up; else with chance held/seen a place of its own class; else the image is dropped. Chance: the next number u of `draws`, taken for a chance as u < held/seen, for a place as place number floor(u*n) of the n in question in ascending order.",
    "cema": "Student and teacher start equal and have their own running statistics; if first_batch_statistics is 1, the first forward of each replaces them, layer by layer, by the statistics of its input before it normalises. BatchNorm: ((x-mean_b)/sd_b)*r+d with r=sd_b/sd_run, d=(mean_b-mean_run)/sd_run without gradient, UNBIASED variance; afterwards in train mode running <- running+bn_momentum*(batch-running). Per batch: output = student in eval mode. Selection: Ebar = mean entropy of all images so far, with this batch; Ebar0 = its value after the first batch that completes warm_up images (0: never); limit = e0_factor*ln C, or that times lambda*Ebar/Ebar0 once Ebar0 exists. S={e_min_factor*ln C < H < limit}; if the mean m exists only those with |cos(m,p)| < d_margin; if any are left m <- mean p the first time, else prob_momentum*m+(1-prob_momentum)*mean p. All of them join the queue and the replay bank (its newest replay_size stay). While the queue holds `uploads`: (1) teacher in train mode on them: mean exp(E0-H_t)*H_t, E0=e0_factor*ln C, step with teacher_learning_rate; (2) if the bank holds replay_from or more, `replayed` different ones of it are added; teacher in eval mode without gradient; student in train mode: loss = 3*mean exp(E0-H_s)*H_s + 3*mean exp(E0-H_t)*KL(p_t||p_s) + mean exp(E0-H_t)*CE(z_s, argmax z_t), factors without gradient; step. A batch without such a round makes one step (2) on uploads+replayed of the bank if it holds more than replay_from. Different ones: for j=0,1,..: swap place j of the bank's order with place j+floor(u*(n-j)), u the next of `draws`.",
}

TYPES = {"F32": np.float32, "F64": np.float64, "I64": np.int64}


def read(file):
    data = file.read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    tensors = {}
    for name, entry in json.loads(data[8 : 8 + size]).items():
        if name != "__metadata__":
            start, end = (8 + size + offset for offset in entry["data_offsets"])
            values = np.frombuffer(data[start:end], TYPES[entry["dtype"]])
            tensors[name] = torch.from_numpy(values.reshape(entry["shape"]).copy())
    return tensors


def write(file, tensors):
    header, parts, at = {}, [], 0
    for name, tensor in sorted(tensors.items()):
        part = tensor.detach().to(torch.float32).contiguous().numpy().tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [at, at + len(part)]}
        parts.append(part)
        at += len(part)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    file.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(parts))


def patch_order(hyper):
    return {"type": "patch_order", "patches": hyper["patches"], "multiplier": 5, "offset": 1}


def start(kind, weights, hyper, draws):
    if kind == "deyo":
        return Deyo(weights, hyper, patch_order(hyper))
    if kind == "memo":
        return Memo(weights, hyper, VIEWS["views"])
    if kind == "t3a":
        return T3a(weights, hyper)
    return {"note": Note, "cema": Cema}[kind](weights, hyper, Draws(draws))


def run(kind, weights, hyper, batches, draws):
    """Everything there is to record, batch by batch."""
    method = start(kind, weights, hyper, draws)
    steps = []
    for x in batches:
        output = method.step(x)
        steps.append((output, list(method.losses), method.used, method.tensors()))
        if len(steps) == 1:
            gradients = method.gradients[:3]
    return steps, gradients


def apart(one, other):
    return max((float((a.double() - b.double()).abs().max()) for a, b in zip(one, other)), default=0.0)


def flat(steps):
    return [v for step in steps for group in step[3].values() for v in group.values()]


def measured(found, exact):
    (steps, gradients), (exact_steps, exact_gradients) = found, exact
    pairs = [(a, b) for s, e in zip(steps, exact_steps) for a, b in zip(s[1], e[1])]
    if [s[2] for s in steps] != [s[2] for s in exact_steps]:
        raise ValueError("rounding decides which samples are used; choose other numbers")
    return {
        "output": apart([s[0] for s in steps], [s[0] for s in exact_steps]),
        "state": apart(flat(steps), flat(exact_steps)),
        "grad": apart([g for b in gradients for g in b.values()], [g for b in exact_gradients for g in b.values()]),
        "loss_rel": max((abs(a - b) / max(abs(b), 1e-12) for a, b in pairs), default=0.0),
    }


def describe(tag, kind, hyper, batches, found, deviation):
    steps, gradients = found
    groups = steps[0][3]
    places = {"student": "{name}", "teacher": "teacher.{name}", "state": "state.{name}"}
    suggested = {name: max(1e-5, float("%.1e" % (5 * value))) for name, value in deviation.items()}
    trace = {
        "tag": tag, "method": kind, "network": "tiny2", "initial_weights": "init.*", "batches": batches,
        "hyper": hyper, "usual": {name: value for name, value in USUAL[kind].items() if name not in hyper},
        "trainable": {"t3a": None, "memo": "all"}.get(kind, "norm"),
        "output": {"kind": "logits", "tensors": [f"{tag}.out{i}" for i in range(len(steps))]},
        "state_after_step": {
            "pattern": {group: tag + ".step{i}." + places[group] for group in groups},
            "names": {group: list(names) for group, names in groups.items()},
            "steps_present": {group: list(range(len(steps))) for group in groups},
        },
        "gradients_of_first_batch": {
            "pattern": tag + ".grad{b}.{name}",
            "names": {str(b): list(names) for b, names in enumerate(gradients)},
        },
        "losses": [step[1] for step in steps],
        "scalars_after_step": [{} if kind == "t3a" else {"used_cumulative": step[2]} for step in steps],
        "predictions": ["".join("%x" % c for c in step[0].argmax(1).tolist()) for step in steps],
        "tolerance": {
            "measured": {name: float("%.1e" % value) for name, value in deviation.items()},
            "suggested_abs": {name: suggested[name] for name in ("output", "state", "grad")},
            "suggested_rel_loss": suggested["loss_rel"],
        },
    }
    if kind in ("deyo", "memo"):
        trace["views"] = patch_order({**USUAL[kind], **hyper}) if kind == "deyo" else VIEWS
    if kind in ("note", "cema"):
        trace["draws"] = "draws"
    return trace


def recorded(tag, found):
    steps, gradients = found
    tensors = {}
    for i, (output, _, _, groups) in enumerate(steps):
        tensors[f"{tag}.out{i}"] = output
        for group, values in groups.items():
            inner = "" if group == "student" else group + "."
            tensors.update({f"{tag}.step{i}.{inner}{name}": value for name, value in values.items()})
    for b, gradient in enumerate(gradients):
        tensors.update({f"{tag}.grad{b}.{name}": value for name, value in gradient.items()})
    return tensors


def text(description):
    """A line for each entry, and for each trace."""
    lines = []
    for name, value in description.items():
        if name == "traces":
            inner = ",\n".join(json.dumps(trace) for trace in value)
            lines.append(f'"traces": [\n{inner}\n]')
        else:
            lines.append(f"{json.dumps(name)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main(folder, out):
    torch.set_num_threads(1)
    golden = json.loads((folder / "golden.json").read_text())
    given = read(folder / golden["tensors"])
    network = golden["network"]["torchscript"]
    weights = {name[5:]: value for name, value in given.items() if name.startswith("init.")}
    batches = [given[name] for name in golden["batches"]]
    script = torch.jit.load(str(folder / network)).eval()
    with torch.no_grad():
        assert apart([Tiny(weights)(batches[0])], [script(batches[0])]) < 1e-5, "not the same network"
    draws = torch.from_numpy(np.random.RandomState(20240501).random_sample(DRAWN).astype(np.float32))
    tensors = {name: given[name] for name in golden["batches"]}
    tensors.update({"init." + name: value for name, value in weights.items()}, draws=draws)
    exact_weights = {name: value.double() for name, value in weights.items()}
    traces = []
    for tag, kind, hyper in TRACES:
        numbers = {**USUAL[kind], **hyper}
        found = run(kind, weights, numbers, batches, draws)
        exact = run(kind, exact_weights, numbers, [x.double() for x in batches], draws)
        deviation = measured(found, exact)
        traces.append(describe(tag, kind, hyper, golden["batches"], found, deviation))
        tensors.update(recorded(tag, found))
        print(tag, [s[2] for s in found[0]], [len(s[1]) for s in found[0]], traces[-1]["tolerance"]["measured"])
    description = {
        "format_version": 1, "tensors": "golden.safetensors", "network": golden["network"],
        "batches": golden["batches"], "augmentation": golden["augmentation"],
        "conventions": {
            **{name: golden["conventions"][name] for name in ("notation", "H", "CE", "cos", "adam", "sgd")},
            "tolerance": "measured = largest deviation of the float32 run from a float64 run of the same program; suggested = 5 x measured, at least 1e-5.",
            "usual": "numbers that the trace leaves to the program under test, with the values they should have there",
            "draws": "numbers below 1 in the place of chance, from the first on in every trace",
        },
        "procedures": PROCEDURES, "traces": traces,
    }
    out.mkdir(parents=True, exist_ok=True)
    (out / "golden.json").write_text(text(description))
    write(out / "golden.safetensors", tensors)
    shutil.copyfile(folder / network, out / network)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
