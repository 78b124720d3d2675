#!/usr/bin/env python3
"""Perplexity of a text under a model that `bitlattice model export --onnx` wrote.

    onnx_perplexity.py lm.onnx vocabulary.txt text.txt

Runs on onnxruntime where that is installed. Without it numpy computes the nine operators of such a file, which
the package onnx (Debian: python3-onnx) reads; slow, but it shows all there is to the model.
"""
import math
import sys

import numpy as np

OPERATORS = {
    "Gather": lambda inputs, _: [inputs[0][inputs[1]]],
    "Gemm": lambda inputs, _: [inputs[0] @ inputs[1].T + inputs[2]],  # always with transB = 1
    "Split": lambda inputs, outputs: np.split(inputs[0], outputs, axis=1),
    "Concat": lambda inputs, _: [np.concatenate(inputs, axis=1)],
    "Add": lambda inputs, _: [inputs[0] + inputs[1]],
    "Mul": lambda inputs, _: [inputs[0] * inputs[1]],
    "Sigmoid": lambda inputs, _: [1 / (1 + np.exp(-inputs[0]))],
    "Tanh": lambda inputs, _: [np.tanh(inputs[0])],
    "LogSoftmax": lambda inputs, _: [log_softmax(inputs[0])],
}


def log_softmax(logits):
    below = logits - logits.max(axis=1, keepdims=True)
    return below - np.log(np.exp(below).sum(axis=1, keepdims=True))


def with_onnxruntime(path):
    import onnxruntime

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    about = session.get_modelmeta().custom_metadata_map
    return about, lambda token, state: session.run(
        ["log_probability", "next_state"], {"token": token, "state": state})


def with_numpy(path):
    import onnx
    from onnx import numpy_helper

    model = onnx.load(path)
    onnx.checker.check_model(model)
    weights = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}

    def step(token, state):
        values = dict(weights, token=token, state=state)
        for node in model.graph.node:
            inputs = [values[name] for name in node.input]
            values.update(zip(node.output, OPERATORS[node.op_type](inputs, len(node.output))))
        return values["log_probability"], values["next_state"]

    return {entry.key: entry.value for entry in model.metadata_props}, step


def perplexity(path, vocabulary, text):
    try:
        about, step = with_onnxruntime(path)
    except ImportError:
        about, step = with_numpy(path)
    boundary, unknown, state_size = (
        int(about["bitlattice." + key]) for key in ("boundary-id", "unknown-id", "state-size"))
    with open(vocabulary, encoding="utf-8") as lines:
        ids = {line.rstrip("\n"): number for number, line in enumerate(lines)}
    nats, tokens = 0.0, 0
    with open(text, encoding="utf-8") as lines:
        for line in lines:
            state, last = np.zeros((1, state_size), np.float32), boundary
            for following in [ids.get(word, unknown) for word in line.split()] + [boundary]:
                log_probability, state = step(np.array([last], np.int64), state)
                nats -= float(log_probability[0, following])
                last, tokens = following, tokens + 1
    return math.exp(nats / tokens)


if __name__ == "__main__":
    print(perplexity(*sys.argv[1:]))
