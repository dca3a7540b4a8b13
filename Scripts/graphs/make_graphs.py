#!/usr/bin/env python3
"""Draws functional models with real Keras: fixtures of `GraphFileTests`. usage: make_graphs.py [COUNT [SEED [ZIP]]]

One zip, Tests/KeratinIOTests/Fixtures/graphs.zip. A graph N is N.keras (compiled, not trained), N.xI.npy for each input in the model's
order, N.yI.npy for each output, N.pI.npy what `predict` gives, and N.json: the names of outputs, the history of four epochs in
batches of 4 without shuffling, and the lines of `summary` at 100 characters.
The same Keras and seed give the same numbers; file names in the zip have no dates.
"""
import io
import itertools
import json
import os
import random
import sys
import tempfile
import zipfile

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1", COLUMNS="120")
import keras
import numpy as np
from keras import layers, ops

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 20
SEED = int(sys.argv[2]) if len(sys.argv) > 2 else 1
BATCH, SAMPLES = 4, 10
# Kinds of attention, in turn.
ATTENTION = itertools.cycle(["groups", "heads", "additive", "heads", "dot", "heads"])


class Drawing:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.inputs = []
        self.data = []

    def pick(self, *choices):
        return self.random.choice(choices)

    def size(self):
        return self.random.randint(2, 7)

    def activation(self):
        return self.pick(None, "relu", "tanh", "sigmoid", "gelu", "softplus")

    def input(self, kind, rng):
        if kind == "vector":
            shape = (self.size(),)
            x = keras.Input(shape)
            self.data.append(rng.standard_normal((SAMPLES, *shape)).astype("float32"))
        elif kind == "tokens":
            x = keras.Input((6,), dtype="int32")
            self.data.append(rng.integers(0, 9, (SAMPLES, 6)).astype("int32"))
        elif kind == "sequence":
            shape = (self.pick(None, 5), self.size())
            x = keras.Input(shape)
            self.data.append(rng.standard_normal((SAMPLES, 5, shape[1])).astype("float32"))
        else:
            shape = (8, 8, self.random.randint(1, 3))
            x = keras.Input(shape)
            self.data.append(rng.standard_normal((SAMPLES, *shape)).astype("float32"))
        self.inputs.append(x)
        return x

    def dense(self, units=None):
        return layers.Dense(units or self.size(), activation=self.activation())

    def to_vector(self, x):
        if len(x.shape) == 2:
            return x
        if len(x.shape) == 3:
            k = self.random.randrange(5)
            if k == 0:
                return layers.LSTM(self.size())(x)
            if k == 1:
                return layers.GRU(self.size())(x)
            if k == 2:
                return x[:, -1, :]
            if k == 3:
                return layers.Bidirectional(layers.LSTM(3))(x)
            return self.pick(layers.GlobalAveragePooling1D, layers.GlobalMaxPooling1D)()(x)
        if self.random.random() < 0.5:
            return layers.GlobalAveragePooling2D()(x)
        return layers.Flatten()(layers.MaxPooling2D(2)(x))

    def step(self, x):
        """Some layer or operation that keeps the rank."""
        r = self.random.random()
        if len(x.shape) == 2:
            if r < 0.35:
                return self.dense()(x)
            if r < 0.45:
                return layers.LayerNormalization()(x)
            if r < 0.55:
                return layers.BatchNormalization()(x)
            if r < 0.65:
                return x * 2 - 0.5
            if r < 0.72:
                return ops.tanh(x) + ops.mean(x, axis=-1, keepdims=True)
            if r < 0.79:
                return 1 / (1 + ops.square(x))
            if r < 0.86:  # a residual with a shared layer
                d = layers.Dense(x.shape[-1], activation="tanh")
                return layers.Add()([x, d(d(x))])
            if r < 0.93:  # a nested model
                inside = keras.Input((x.shape[-1],))
                h = self.dense()(inside)
                inner = keras.Model(inside, layers.Concatenate()([h, inside]))
                return inner(x)
            return keras.Sequential([self.dense(), layers.Activation("tanh")])(x)
        if len(x.shape) == 3:
            if self.random.random() < 0.45:
                return self.attend(x)
            if r < 0.4:
                return layers.Conv1D(self.size(), 3, padding="same", activation=self.activation())(x)
            if r < 0.6:
                return layers.TimeDistributed(layers.Dense(self.size()))(x)
            if r < 0.8:
                y, *states = layers.GRU(4, return_sequences=True, return_state=True)(x)
                return y * ops.expand_dims(states[0], 1)
            return layers.LSTM(self.size(), return_sequences=True)(x)
        if r < 0.5:
            return layers.Conv2D(self.size(), 3, padding="same", activation=self.activation())(x)
        if r < 0.75:
            return layers.BatchNormalization()(x)
        y = layers.Conv2D(x.shape[-1], 1)(x)
        return layers.Multiply()([x, ops.sigmoid(y)])

    def attend(self, x):
        """Attention of a sequence to itself or to what was made of it."""
        kind = next(ATTENTION)
        # Keras wants one width for all inputs of groups.
        other = self.pick(x, x, layers.Dense(x.shape[-1] if kind == "groups" else self.size())(x))
        if kind == "dot":
            return layers.Attention(use_scale=self.pick(True, False), score_mode=self.pick("dot", "concat"))([x, x])
        if kind == "additive":
            return layers.AdditiveAttention()([x, other, x])
        if kind == "groups":
            layer = layers.GroupQueryAttention(2, 4, self.pick(1, 2, 4), use_bias=self.pick(True, False))
        else:
            layer = layers.MultiHeadAttention(
                self.pick(1, 2, 3), self.size(), value_dim=self.pick(None, 3), use_gate=self.pick(True, False, False),
                sliding_window=self.pick(None, None, 2))
        named = {"use_causal_mask": True} if self.random.random() < 0.3 else {}
        if self.random.random() < 0.2:
            named["key"] = other
        y = layer(x, self.pick(x, other), **named)
        # A transformer's residual; its normalization leads the masks on, or does not.
        return layers.LayerNormalization()(self.pick(layers.Add()([x, y]), x + y)) if self.random.random() < 0.5 else y

    def merge(self, a, b):
        """Two vectors."""
        r = self.random.random()
        if r < 0.4:
            return layers.Concatenate()([a, b])
        if a.shape[-1] != b.shape[-1]:
            b = layers.Dense(a.shape[-1])(b)
        if r < 0.9:
            merge = self.pick(
                layers.Add, layers.Subtract, layers.Multiply, layers.Average, layers.Maximum, layers.Minimum)
            return merge()([a, b])
        axes, normalize = self.pick(1, -1), self.pick(True, False)
        # The cosine of single numbers has a gradient of nothing but rounding, of which RMSprop makes steps.
        return layers.Dot(axes=axes, normalize=normalize and a.shape[-1] > 1)([a, b])

    def model(self, rng):
        kinds = [self.pick("vector", "vector", "tokens", "sequence", "image")]
        for _ in range(self.pick(0, 1, 1, 2)):
            kinds.append(self.pick("vector", "vector", "sequence", "tokens"))
        towers = []
        for kind in kinds:
            x = self.input(kind, rng)
            if kind == "tokens":
                x = layers.Embedding(9, self.size(), mask_zero=self.pick(True, False))(x)
            for _ in range(self.random.randint(0, 2)):
                x = self.step(x)
            towers.append(self.to_vector(x))
        if self.random.random() < 0.4:
            towers.append(self.dense()(towers[0]))
        x = towers[0]
        for other in towers[1:]:
            x = self.merge(x, other)
        outputs, losses = [], []
        for index in range(self.pick(1, 1, 2, 3)):
            y = x
            for _ in range(self.random.randint(0, 2)):
                y = self.step(y)
            kind = self.pick("number", "number", "class", "binary")
            if kind == "number":
                outputs.append(layers.Dense(self.random.randint(1, 3), name=f"out{index}")(y))
                losses.append("mean_squared_error")
            elif kind == "class":
                outputs.append(layers.Dense(3, activation="softmax", name=f"out{index}")(y))
                losses.append("sparse_categorical_crossentropy")
            else:
                outputs.append(layers.Dense(1, activation="sigmoid", name=f"out{index}")(y))
                losses.append("binary_crossentropy")
        return keras.Model(self.inputs, outputs), losses


def draw(number):
    seed = SEED * 1000 + number
    keras.utils.set_random_seed(seed)
    keras.backend.clear_session()
    rng = np.random.default_rng(seed)
    drawing = Drawing(seed)
    model, losses = drawing.model(rng)
    labels = []
    for loss, out in zip(losses, model.outputs):
        if loss == "mean_squared_error":
            labels.append(rng.standard_normal((SAMPLES, out.shape[-1])).astype("float32"))
        else:
            labels.append(rng.integers(0, 3 if "sparse" in loss else 2, (SAMPLES, 1)).astype("int32"))
    several = len(losses) > 1
    names = [f"out{i}" for i in range(len(losses))]
    by_name = drawing.random.random() < 0.5
    metric = {"mean_squared_error": "mae"}
    metrics = [[metric.get(loss, "accuracy")] for loss in losses]
    weights = [drawing.pick(1.0, 0.5, 2.0) for _ in losses]
    optimizer = drawing.pick("sgd", "adam", "rmsprop")
    if not several:
        model.compile(optimizer, losses[0], metrics=metrics[0])
    elif by_name:
        model.compile(
            optimizer, dict(zip(names, losses)), metrics=dict(zip(names, metrics)),
            loss_weights=dict(zip(names, weights)))
    else:
        model.compile(optimizer, losses, metrics=metrics, loss_weights=weights)
    lines = []
    model.summary(line_length=100, print_fn=lambda text, **_: lines.extend(text.rstrip("\n").split("\n")))
    files = {}
    with tempfile.TemporaryDirectory() as folder:
        model.save(f"{folder}/m.keras")
        files["keras"] = open(f"{folder}/m.keras", "rb").read()
    predicted = model.predict(drawing.data, verbose=0)
    predicted = predicted if several else [predicted]
    history = model.fit(
        drawing.data, labels if several else labels[0], batch_size=BATCH, epochs=4, shuffle=False, verbose=0)
    for kind, arrays in (("x", drawing.data), ("y", labels), ("p", predicted)):
        for index, array in enumerate(arrays):
            stream = io.BytesIO()
            np.save(stream, array)
            files[f"{kind}{index}.npy"] = stream.getvalue()
    files["json"] = json.dumps(
        {"outputs": names, "history": history.history, "summary": lines}, indent=1).encode()
    return files


def main():
    fixture = os.path.join(os.path.dirname(__file__), "../../Tests/KeratinIOTests/Fixtures/graphs.zip")
    target = sys.argv[3] if len(sys.argv) > 3 else fixture
    with zipfile.ZipFile(target, "w") as archive:
        for number in range(COUNT):
            for name, content in sorted(draw(number).items()):
                info = zipfile.ZipInfo(f"{number:02}.{name}", date_time=(1980, 1, 1, 0, 0, 0))
                info.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(info, content, compresslevel=9)


main()
