#!/usr/bin/env python3
"""Gives Keras's weights to the nets of Examples and compares what they predict first. usage: example_weights.py FOLDER [BACKEND …]

FOLDER holds the programs, such as .build/release. Ends with code 1 if one differs.
"""
import os
import re
import subprocess
import sys
import tempfile

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1")
import keras
import numpy as np
from keras import applications, layers


def unet():
    def block(x, filters, name):
        for number in (1, 2):
            x = layers.Conv2D(filters, 3, padding="same", use_bias=False, name=f"{name}_conv{number}")(x)
            x = layers.BatchNormalization(name=f"{name}_bn{number}")(x)
            x = layers.ReLU(name=f"{name}_relu{number}")(x)
        return x

    inputs = keras.Input((None, None, 1))
    x, skips = inputs, []
    for level, filters in enumerate((8, 16, 32)):
        x = block(x, filters, f"down{level}")
        skips.append(x)
        x = layers.MaxPooling2D(name=f"pool{level}")(x)
    x = block(x, 64, "bottom")
    for level, filters in reversed(list(enumerate((8, 16, 32)))):
        x = layers.Conv2DTranspose(filters, 2, strides=2, padding="same", name=f"up{level}_wider")(x)
        x = block(layers.Concatenate(name=f"up{level}_join")([x, skips[level]]), filters, f"up{level}")
    return keras.Model(inputs, layers.Conv2D(2, 1, activation="softmax", name="pixels")(x))


def net(make, size):
    return make(weights=None, classes=10, input_shape=(size, size, 3))


def picture(size, scale, offset, bright, dark):
    index = np.arange(size * size * 3)
    brightest = index % 3 == 0
    return (index * 37 % 101 / scale + np.where(brightest, bright, dark) + offset).reshape(1, size, size, 3)


def discs():
    y, x = np.mgrid[0:48, 0:48]
    inside = (y - 12) ** 2 + (x - 36) ** 2 <= 36
    return ((y * 31 + x * 17) % 23 / 46 + np.where(inside, 0.5, 0)).reshape(1, 48, 48, 1)


EXAMPLES = {
    "ResNet50": (lambda: net(applications.ResNet50, 64), picture(64, 202, 0, 0.5, 0)),
    "MobileNetV2": (lambda: net(applications.MobileNetV2, 96), picture(96, 101, 0, 0, -0.5)),
    "EfficientNetB0": (lambda: net(applications.EfficientNetB0, 64), picture(64, 1, 0, 100, 0)),
    "UNet": (unet, discs()),
}

folder = os.path.abspath(sys.argv[1])
failed = False
for name, (make, x) in EXAMPLES.items():
    keras.utils.set_random_seed(5)
    model = make()
    rng = np.random.default_rng(5)
    for layer in model.layers:
        if isinstance(layer, layers.BatchNormalization):
            gamma, beta, mean, variance = layer.get_weights()
            layer.set_weights([
                rng.uniform(0.8, 1.2, gamma.shape), rng.normal(0, 0.1, beta.shape),
                rng.normal(0, 0.05, mean.shape), rng.uniform(0.5, 1.5, variance.shape)])
    expected = model.predict(x.astype("float32"), verbose=0).ravel()
    for backend in sys.argv[2:] or ["cpu", "opencl"]:
        with tempfile.TemporaryDirectory() as work:
            for file in ("m.keras", "m.weights.h5"):
                path = f"{work}/{file}"
                model.save(path) if file == "m.keras" else model.save_weights(path)
                done = subprocess.run(
                    [f"{folder}/{name}", path], capture_output=True, text=True,
                    env={**os.environ, "KERATIN_BACKEND": backend})
                found = re.search(r"first prediction \[(.*)\]", done.stdout)
                got = np.array([float(number) for number in found[1].split(",")]) if found else np.array([np.nan])
                apart = np.abs(got - expected[:len(got)]).max() / np.abs(expected[:len(got)]).max()
                ok = apart < 1e-3 and done.returncode == 0
                failed = failed or not ok
                losses = re.findall(r"loss:? ([0-9.e-]+)", done.stdout)
                print(f"{backend:7} {name:15} {file:13} {apart:.1e} losses {' '.join(losses)}{'' if ok else '  FAILS ' + done.stderr[-500:]}", flush=True)
sys.exit(1 if failed else 0)
