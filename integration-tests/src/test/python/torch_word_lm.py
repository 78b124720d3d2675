#!/usr/bin/env python3
"""A word LSTM as PyTorch's users have it: trained for a moment, written as safetensors, and measured.

    torch_word_lm.py make FOLDER --list WORDS --train TEXT [--embedding N] [--hidden N] [--layers N] [--tied]
        writes FOLDER/lm.safetensors and FOLDER/words.txt, whose rows are in an order of their own
    torch_word_lm.py perplexity FILE --words WORDS --text TEXT [--boundary WORD] [--tied]
        perplexity of a text: every sentence from the zero state, <eos> first and last

Needs torch and numpy (Debian: python3-torch). safetensors is written and read by hand, so that its library is not needed.
"""
import argparse
import json
import math
import os
import struct

import numpy as np
import torch
from torch import nn

UNKNOWN = "<unk>"


class WordLm(nn.Module):
    def __init__(self, words, embedding, hidden, layers, tied):
        super().__init__()
        self.encoder = nn.Embedding(words, embedding)
        self.rnn = nn.LSTM(embedding, hidden, layers)
        self.decoder = nn.Linear(hidden, words)
        if tied:
            self.decoder.weight = self.encoder.weight

    def forward(self, tokens):
        return torch.log_softmax(self.decoder(self.rnn(self.encoder(tokens))[0]), -1)


def save(model, path):
    tensors = {name: value.detach().numpy() for name, value in model.state_dict().items()}
    header, offset = {"__metadata__": {"format": "pt"}}, 0
    for name, value in tensors.items():
        header[name] = {"dtype": "F32", "shape": value.shape, "data_offsets": [offset, offset + value.nbytes]}
        offset += value.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for value in tensors.values():
            file.write(value.astype("<f4").tobytes())


def load(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    header.pop("__metadata__", None)
    tensors = {}
    for name, about in header.items():
        assert about["dtype"] == "F32", about
        begin, end = about["data_offsets"]
        values = np.frombuffer(data[begin:end], "<f4").reshape(about["shape"])
        tensors[name] = torch.from_numpy(values.copy())
    return tensors


def lines(path):
    with open(path, encoding="utf-8") as file:
        return file.read().splitlines()


def sentences(path, ids, boundary):
    end = ids[boundary]
    return [[end] + [ids.get(word, ids[UNKNOWN]) for word in line.split()] + [end] for line in lines(path) if line.split()]


def make(arguments):
    words = sorted(word for word in lines(arguments.list) if not word.startswith("<"))
    words[1:1], words[5:5] = [UNKNOWN], ["<eos>"]
    ids = {word: row for row, word in enumerate(words)}
    torch.manual_seed(1)
    model = WordLm(len(words), arguments.embedding, arguments.hidden, arguments.layers, arguments.tied)
    optimiser = torch.optim.Adam(model.parameters(), 0.01)
    text = sentences(arguments.train, ids, "<eos>")
    for step in range(150):
        batch = [torch.tensor(sentence) for sentence in text[step * 16 % len(text):][:16]]
        padded = nn.utils.rnn.pad_sequence(batch, padding_value=-1)
        loss = nn.functional.nll_loss(
            model(padded[:-1].clamp(min=0)).flatten(0, 1), padded[1:].flatten(), ignore_index=-1)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    os.makedirs(arguments.folder, exist_ok=True)
    save(model, os.path.join(arguments.folder, "lm.safetensors"))
    with open(os.path.join(arguments.folder, "words.txt"), "w", encoding="utf-8") as file:
        file.writelines("%s %d\n" % pair for pair in ids.items())


def perplexity(arguments):
    tensors = load(arguments.file)
    rows = [line.split() for line in lines(arguments.words)]
    ids = {row[0]: int(row[1]) if len(row) > 1 else number for number, row in enumerate(rows)}
    layers = sum(name.startswith("rnn.weight_hh_l") for name in tensors)
    hidden = tensors["rnn.weight_hh_l0"].shape[1]
    model = WordLm(*tensors["encoder.weight"].shape, hidden, layers, arguments.tied)
    model.load_state_dict(tensors, strict=True)
    nats, tokens = 0.0, 0
    with torch.no_grad():
        for sentence in sentences(arguments.text, ids, arguments.boundary):
            given, following = torch.tensor(sentence[:-1]), torch.tensor(sentence[1:])
            chosen = model(given[:, None])[:, 0].gather(1, following[:, None])
            nats -= float(chosen.double().sum())
            tokens += len(following)
    print("%.6f" % math.exp(nats / tokens))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(required=True)
    maker = commands.add_parser("make")
    maker.set_defaults(run=make)
    maker.add_argument("folder")
    for option in ("--list", "--train"):
        maker.add_argument(option, required=True)
    for option in ("--embedding", "--hidden", "--layers"):
        maker.add_argument(option, type=int, default=1)
    measure = commands.add_parser("perplexity")
    measure.set_defaults(run=perplexity)
    measure.add_argument("file")
    for option in ("--words", "--text"):
        measure.add_argument(option, required=True)
    measure.add_argument("--boundary", default="<eos>")
    for command in (maker, measure):
        command.add_argument("--tied", action="store_true")
    chosen = parser.parse_args()
    chosen.run(chosen)
