"""Hutchinson samples of the Hessian's diagonal blocks by double back-propagation in PyTorch, in double precision.

traces FILE --words FILE --text FILE --seed N --samples N [--stream hutchinson] [--blocks 5,20]
    prints for every unit of the model: its name, the mean over directions, the standard error of the mean. The directions of the stream "hutchinson" are those that
    Bitlattice takes for this seed.
time --words N --hidden N --layers N --batch N --length N --rounds N
    prints the seconds of one product Hv in single precision, by double back-propagation and by two gradients.
"""
import argparse
import itertools
import math
import time

import torch

from torch_word_lm import WordLm, lines, load, sentences

MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15


def scrambled(z):
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def stream(seed, name, number):
    """The seed that a named stream has for a number."""
    mixed = lambda value: scrambled((value + GOLDEN) & MASK)
    value = 0xCBF29CE484222325 ^ mixed(seed)
    for byte in name.encode():
        value = ((value ^ byte) * 0x100000001B3) & MASK
    value = (mixed(value ^ number) * 0x100000001B3) & MASK
    return mixed(value)


def direction(seed, parameters):
    """One sign for each weight of each matrix: the bits of Java's SplittableRandom, 64 weights a number."""
    state, signs = seed, []
    for parameter in parameters:
        bits = []
        while len(bits) < parameter.numel():
            state = (state + GOLDEN) & MASK
            number = scrambled(state)
            bits.extend((number >> place) & 1 for place in range(64))
        values = torch.tensor(bits[: parameter.numel()], dtype=parameter.dtype)
        signs.append((2 * values - 1).reshape(parameter.shape))
    return signs


def matrices(model):
    layers = model.rnn.num_layers
    names = ["encoder.weight"]
    names += ["rnn.weight_%s_l%d" % (kind, layer) for layer in range(layers) for kind in ("ih", "hh")]
    names += ["decoder.weight"]
    parameters = dict(model.named_parameters())
    return [(name, parameters[name]) for name in names]


def units(model, bounds):
    for place, (name, parameter) in enumerate(matrices(model)):
        rows = parameter.shape[0]
        words = name in ("encoder.weight", "decoder.weight")
        cuts = [0] + [bound for bound in bounds if words and bound < rows] + [rows]
        for begin, end in zip(cuts, cuts[1:]):
            whole = end - begin == rows
            yield (name if whole else "%s[%d:%d]" % (name, begin, end)), place, slice(begin, end)


def opened(arguments):
    tensors = load(arguments.file)
    layers = sum(name.startswith("rnn.weight_hh_l") for name in tensors)
    hidden = tensors["rnn.weight_hh_l0"].shape[1]
    model = WordLm(*tensors["encoder.weight"].shape, hidden, layers, False)
    model.load_state_dict(tensors, strict=True)
    ids = {word: row for row, word in enumerate(lines(arguments.words))}
    return model.double(), sentences(arguments.text, ids, "</s>")


def summed_loss(model, text):
    """The loss in nats, summed over all tokens; sentences of equal length go together."""
    loss = 0.0
    for _, group in itertools.groupby(sorted(text, key=len), key=len):
        batch = torch.tensor(list(group)).t()
        loss = loss + torch.nn.functional.nll_loss(model(batch[:-1]).flatten(0, 1), batch[1:].flatten(), reduction="sum")
    return loss


def gradients(model, text):
    tokens = sum(len(sentence) - 1 for sentence in text)
    parameters = [parameter for _, parameter in matrices(model)]
    return parameters, torch.autograd.grad(summed_loss(model, text) / tokens, parameters, create_graph=True)


def bounds(arguments):
    return [int(bound) for bound in arguments.blocks.split(",") if bound]


def traces(arguments):
    model, text = opened(arguments)
    parameters, gradient = gradients(model, text)
    found = {name: [] for name, _, _ in units(model, bounds(arguments))}
    for sample in range(arguments.samples):
        signs = direction(stream(arguments.seed, arguments.stream, sample), parameters)
        slope = sum((g * v).sum() for g, v in zip(gradient, signs))
        products = torch.autograd.grad(slope, parameters, retain_graph=True)
        for name, place, rows in units(model, bounds(arguments)):
            found[name].append(float((signs[place][rows] * products[place][rows]).sum()))
    for name, values in found.items():
        n, mean = len(values), sum(values) / len(values)
        error = math.sqrt(sum((value - mean) ** 2 for value in values) / (n - 1) / n)
        print("%s %.9g %.9g" % (name, mean, error))


def best_seconds(work, rounds):
    work()
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def timed(arguments):
    torch.set_num_threads(1)
    torch.manual_seed(1)
    model = WordLm(arguments.words, arguments.hidden, arguments.hidden, arguments.layers, False)
    text = torch.randint(0, arguments.words, (arguments.batch, arguments.length + 1)).tolist()
    parameters = [parameter for _, parameter in matrices(model)]
    signs = direction(1, parameters)

    def double_backward():
        _, gradient = gradients(model, text)
        slope = sum((g * v).sum() for g, v in zip(gradient, signs))
        torch.autograd.grad(slope, parameters)

    def moved(step):
        with torch.no_grad():
            for parameter, sign in zip(parameters, signs):
                parameter.add_(sign, alpha=step)

    def two_gradients():
        moved(3e-5)
        torch.autograd.grad(summed_loss(model, text), parameters)
        moved(-6e-5)
        torch.autograd.grad(summed_loss(model, text), parameters)
        moved(3e-5)

    print("%.6f %.6f" % (best_seconds(double_backward, arguments.rounds), best_seconds(two_gradients, arguments.rounds)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("traces")
    command.set_defaults(run=traces)
    command.add_argument("file")
    for option in ("--words", "--text"):
        command.add_argument(option, required=True)
    for option in ("--seed", "--samples"):
        command.add_argument(option, type=int, required=True)
    command.add_argument("--stream", default="hutchinson")
    command.add_argument("--blocks", default="")
    timer = commands.add_parser("time")
    timer.set_defaults(run=timed)
    for option in ("--words", "--hidden", "--layers", "--batch", "--length", "--rounds"):
        timer.add_argument(option, type=int, required=True)
    chosen = parser.parse_args()
    chosen.run(chosen)
