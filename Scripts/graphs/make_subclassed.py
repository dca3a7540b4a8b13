#!/usr/bin/env python3
"""Models and layers of classes of their own, by real Keras: fixtures of `SubclassedFileTests`. usage: make_subclassed.py [FOLDER]

Writes Tests/KeratinIOTests/Fixtures/subclassed.zip: for each model N.keras (compiled, trained for two epochs), N.x.npy, N.y.npy, N.p.npy what
`predict` gives then, and N.json, the losses of two more epochs in batches of 4 without shuffling. With a FOLDER, reads what the tests wrote
there instead (KERATIN_SUBCLASSED_OUT=FOLDER): Keras must predict the same and train on in the same way.
"""
import io
import json
import os
import sys
import tempfile
import zipfile

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1")
import keras
import numpy as np
from keras import layers

HERE = os.path.dirname(os.path.abspath(__file__))
ARCHIVE = os.path.join(HERE, "../../Tests/KeratinIOTests/Fixtures/subclassed.zip")


@keras.saving.register_keras_serializable("Mine")
class Block(layers.Layer):
    """Layers in attributes, in a list, and a weight of its own."""

    def __init__(self, width, depth, **kwargs):
        super().__init__(**kwargs)
        self.width, self.depth = width, depth
        self.second = layers.LayerNormalization()
        self.inner = keras.Sequential([layers.Dense(4 * width, activation="gelu"), layers.Dense(width)])
        self.steps = [layers.Dense(width, activation="tanh") for _ in range(depth)]
        self.first = layers.LayerNormalization()

    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=(self.width,), initializer="ones")
        super().build(input_shape)

    def call(self, x):
        y = self.first(x + self.inner(x))
        for step in self.steps:
            y = y + step(y)
        return self.second(y) * self.gain

    def get_config(self):
        return super().get_config() | {"width": self.width, "depth": self.depth}


@keras.saving.register_keras_serializable("Mine")
class Tagger(keras.Model):
    """A model with a call of its own. Attributes stand before and behind `layers` in the alphabet, and one layer stands in two."""

    def __init__(self, width, **kwargs):
        super().__init__(**kwargs)
        self.width = width
        self.encoder = layers.Dense(width, activation="relu")
        self.towers = [layers.Dense(width, activation="tanh"), layers.Dense(width)]
        self.block = Block(width, 2)
        self.output_dense = layers.Dense(2)
        self.zoom = self.towers[0]

    def call(self, x, training=False):
        y = self.encoder(x)
        y = self.towers[1](self.towers[0](y)) + self.zoom(y)
        return self.output_dense(self.block(y))

    def get_config(self):
        return super().get_config() | {"width": self.width}


def models():
    yield "tagger", Tagger(3), (5,), (2,)
    inputs = keras.Input((4, 3))
    outputs = layers.Dense(1)(Block(3, 1)(Block(3, 2)(inputs)))
    yield "blocks", keras.Model(inputs, outputs), (4, 3), (4, 1)
    yield "stack", keras.Sequential([keras.Input((3,)), Block(3, 1), layers.Dense(2)]), (3,), (2,)


def train(model, x, y):
    return model.fit(x, y, batch_size=4, epochs=2, shuffle=False, verbose=0).history["loss"]


def write():
    members = {}
    with tempfile.TemporaryDirectory() as folder:
        for index, (name, model, shape, labels) in enumerate(models()):
            rng = np.random.default_rng(index)
            x = rng.standard_normal((10, *shape)).astype("float32")
            y = rng.standard_normal((10, *labels)).astype("float32")
            model.compile(keras.optimizers.Adam(0.01), "mse")
            train(model, x, y)
            path = os.path.join(folder, f"{name}.keras")
            model.save(path)
            members[f"{name}.keras"] = open(path, "rb").read()
            for kind, array in [("x", x), ("y", y), ("p", model.predict(x, verbose=0))]:
                buffer = io.BytesIO()
                np.save(buffer, array)
                members[f"{name}.{kind}.npy"] = buffer.getvalue()
            members[f"{name}.json"] = json.dumps(train(model, x, y)).encode()
    with zipfile.ZipFile(ARCHIVE, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    print(f"{len(members)} files, {os.path.getsize(ARCHIVE)} bytes")


def back(folder):
    failed = False
    archive = zipfile.ZipFile(ARCHIVE)
    for name, *_ in models():
        x, y, p = (np.load(io.BytesIO(archive.read(f"{name}.{kind}.npy"))) for kind in "xyp")
        model = keras.models.load_model(os.path.join(folder, f"{name}.keras"))
        gap = float(np.abs(model.predict(x, verbose=0) - p).max())
        losses = train(model, x, y)
        expected = json.loads(archive.read(f"{name}.json"))
        drift = max(abs(a - b) / abs(b) for a, b in zip(losses, expected))
        print(f"{name}: predictions differ by {gap:.1e}, losses by {drift:.1e}")
        failed |= gap > 1e-5 or drift > 1e-4
    return failed


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.exit(back(sys.argv[1]))
    keras.utils.set_random_seed(1)
    write()
