#!/usr/bin/env python3
"""Compares nets of keras.applications, a U-Net and a transformer's encoder with real Keras. usage: real_nets.py TOOL [--backend NAME] [NET …]

Each net is made with `weights=None`, random statistics in its batch normalizations and without dropout, and goes to the tool as a
`.keras` file. The tool must predict what Keras predicts, at a small size and a large one (224×224 of the nets for pictures); the losses of a few steps of
SGD must be Keras's; the trained file must load in Keras, predict there what the tool predicts of it, and hold Keras's weights. Ends
with code 1 otherwise.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1")
import keras
import numpy as np
from keras import applications, layers

STEPS, BATCH, RATE, CLASSES, TOKENS = 2, 4, 1e-5, 10, 500
PREDICTION, LOSS = 1e-3, 1e-3


def application(make):
    def build(size):
        return make(weights=None, classes=CLASSES, input_shape=(size, size, 3))
    return build


def unet(size):
    def block(x, filters):
        for _ in range(2):
            x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
            x = layers.ReLU()(layers.BatchNormalization()(x))
        return x

    inputs = keras.Input((size, size, 3))
    x, skips = inputs, []
    for filters in (8, 16, 32):
        x = block(x, filters)
        skips.append(x)
        x = layers.MaxPooling2D()(x)
    x = block(x, 64)
    for skip in reversed(skips):
        x = layers.Conv2DTranspose(skip.shape[-1], 2, strides=2, padding="same")(x)
        x = block(layers.Concatenate()([x, skip]), skip.shape[-1])
    return keras.Model(inputs, layers.Conv2D(3, 1, activation="softmax")(x), name="unet")


def transformer(length):
    words = keras.Input((length,), dtype="int32")
    embedding = layers.Embedding(TOKENS, 64, mask_zero=True)
    x = embedding(words)
    places = layers.Embedding(length, 64)(keras.ops.cumsum(keras.ops.ones_like(words), axis=1) - 1)
    x = layers.LayerNormalization()(x + places)
    for _ in range(4):
        attended = layers.MultiHeadAttention(8, 8)(x, x)
        x = layers.LayerNormalization()(layers.Add()([x, attended]))
        dense = layers.Dense(64)(layers.Dense(256, activation="gelu")(x))
        x = layers.LayerNormalization()(layers.Add()([x, dense]))
    x = layers.GlobalAveragePooling1D()(x, mask=embedding.compute_mask(words))
    return keras.Model(words, layers.Dense(CLASSES, activation="softmax")(x), name="transformer")


# How a net is made, the size that it is trained at, the sizes that it predicts at.
NETS = {
    "ResNet50": (application(applications.ResNet50), 128, (64, 224)),
    "MobileNetV2": (application(applications.MobileNetV2), 96, (96, 224)),
    "EfficientNetB0": (application(applications.EfficientNetB0), 64, (64, 224)),
    "UNet": (unet, 64, (64, 96)),
    "Transformer": (transformer, 48, (48, 200)),
}


def make(net, size):
    keras.utils.set_random_seed(19)
    keras.backend.clear_session()
    model = NETS[net][0](size)
    rng = np.random.default_rng(7)
    for layer in model.layers:
        if isinstance(layer, layers.BatchNormalization):
            gamma, beta, mean, variance = layer.get_weights()
            layer.set_weights([
                rng.uniform(0.8, 1.2, gamma.shape), rng.normal(0, 0.1, beta.shape),
                rng.normal(0, 0.05, mean.shape), rng.uniform(0.5, 1.5, variance.shape)])
        if isinstance(layer, layers.Dropout):
            layer.rate = 0.0
    return model


def data(model, size, samples):
    rng = np.random.default_rng(size)
    if model.name == "transformer":
        # Sequences end in padding.
        x = rng.integers(1, TOKENS, (samples, size)).astype("int32")
        x[np.arange(size) >= rng.integers(size // 2, size, (samples, 1))] = 0
        return x, rng.integers(0, CLASSES, samples).astype("int32")
    scale = 255 if "efficientnet" in model.name else 1
    x = (rng.uniform(0, 1, (samples, size, size, 3)) * scale).astype("float32")
    shape = (samples, *model.output_shape[1:-1])
    return x, rng.integers(0, model.output_shape[-1], shape).astype("int32")


def apart(a, b):
    return float(np.abs(a - b).max() / max(np.abs(b).max(), 1e-30))


def flat(weights):
    return np.concatenate([np.ravel(weight).astype("float64") for weight in weights])


class Check:
    def __init__(self, tool, backend):
        self.tool, self.backend, self.failed = tool, backend, False

    def run(self, *arguments):
        done = subprocess.run(
            [self.tool, *arguments, "--backend", self.backend], capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(done.stderr.strip()[-500:])

    def predict(self, file, x):
        np.save("x.npy", x)
        self.run("predict", file, "--x", "x.npy", "--output", "p.npy")
        return np.load("p.npy")

    def report(self, net, what, value, bound):
        fails = not value < bound
        self.failed = self.failed or fails
        print(f"{self.backend:7} {net:15} {what:30} {value:.1e} of {bound:.1e}{'  FAILS' if fails else ''}", flush=True)

    def prediction(self, net, size):
        model = make(net, size)
        x, _ = data(model, size, 2)
        model.save("m.keras")
        self.report(
            net, f"prediction at {size}", apart(self.predict("m.keras", x), model.predict(x, verbose=0)), PREDICTION)

    def training(self, net):
        size = NETS[net][1]
        start, runs = None, []
        for dtype, noise in (("float64", 0), ("float32", 1e-7), ("float32", 0)):
            keras.config.set_floatx(dtype)
            model = make(net, size)
            start = start or [weight.astype("float32") for weight in model.get_weights()]
            rng = np.random.default_rng(3)
            model.set_weights([weight * (1 + noise * rng.standard_normal(weight.shape)) for weight in start])
            model.compile(keras.optimizers.SGD(RATE, momentum=0.9), "sparse_categorical_crossentropy")
            x, y = data(model, size, BATCH)
            model.save("m.keras")
            losses = [float(model.train_on_batch(x.astype(dtype) if x.dtype.kind == "f" else x, y)) for _ in range(STEPS)]
            runs.append((np.array(losses), flat(model.get_weights())))
        np.save("x.npy", x)
        np.save("y.npy", y)
        self.run("train", "m.keras", "--x", "x.npy", "--y", "y.npy", "--epochs", str(STEPS), "--batch-size", str(BATCH),
                 "--no-shuffle", "--verbose", "0", "--history", "h.json", "--output", "o.keras")
        back = keras.models.load_model("o.keras")
        losses, weights = np.array(json.load(open("h.json"))["loss"]), flat(back.get_weights())
        # Deep nets multiply rounding: what is not four times as far from the truth as Keras's own float32, from weights that
        # differ by a rounding, is near enough.
        exact, rounded = runs[0], runs[1:]
        theirs = max(apart(run[0], exact[0]) for run in rounded)
        self.report(net, f"losses of {STEPS} steps", apart(losses, exact[0]), max(LOSS, 4 * theirs))
        moved = np.linalg.norm(exact[1] - flat(start))
        own = np.linalg.norm(weights - exact[1]) / moved
        theirs = max(np.linalg.norm(run[1] - exact[1]) / moved for run in rounded)
        self.report(net, "weights, in Keras again", own, max(LOSS, 4 * theirs))
        self.report(
            net, "prediction, in Keras again", apart(self.predict("o.keras", x), back.predict(x, verbose=0)), PREDICTION)
        if int(back.optimizer.iterations.numpy()) != STEPS or not any(
                np.abs(v.numpy()).max() > 0 for v in back.optimizer.variables[2:]):
            self.report(net, "the optimizer's state in Keras", float("nan"), 1)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tool")
    parser.add_argument("nets", nargs="*", default=[])
    parser.add_argument("--backend", action="append")
    arguments = parser.parse_args()
    failed = False
    tool = os.path.abspath(arguments.tool)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for backend in arguments.backend or ["cpu", "opencl"]:
            check = Check(tool, backend)
            for net in arguments.nets or NETS:
                for work in [lambda size=size: check.prediction(net, size) for size in NETS[net][2]] + [lambda: check.training(net)]:
                    try:
                        work()
                    except Exception as error:
                        check.failed = True
                        print(f"{backend:7} {net:15} {type(error).__name__}: {str(error)[:600]}  FAILS", flush=True)
            failed = failed or check.failed
    sys.exit(1 if failed else 0)


main()
