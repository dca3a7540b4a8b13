#!/usr/bin/env python3
"""Whether every version of Keras 3 reads what the tool writes, and predicts the same.

usage: versions.py write KERATIN FOLDER     with the newest Keras: draws a model of each layer, writes it with the tool, and what it predicts
       versions.py read FOLDER              with any Keras 3, whatever its backend: reads them, and compares

`read` needs nothing but Keras of that version and one backend (KERAS_BACKEND=jax).
"""
import glob
import json
import os
import subprocess
import sys

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1")
import numpy as np


def write(tool, folder):
    import keras
    from draws import LAYERS, OPTIMIZERS, RANDOM_LAYERS, Draw
    from interop import inputs

    os.makedirs(folder, exist_ok=True)
    L = keras.layers
    for index, (name, make) in enumerate({**LAYERS, **RANDOM_LAYERS, **graphs(keras)}.items()):
        d = Draw(1, name, 0)
        made = make(d)
        if isinstance(made, keras.Model):
            model, x = made, d.normal((2,) + tuple(made.inputs[0].shape[1:]))
        else:
            shape, layers = made
            layers = layers if isinstance(layers, list) else [layers]
            model, x = keras.Sequential([keras.Input(shape)] + layers), inputs(d, layers, (2,) + shape)
        model.compile(list(OPTIMIZERS.values())[index % 8](d), "mse", metrics=["mae"])
        base = f"{folder}/{name.replace(' ', '_').replace(',', '')}"
        model.save(f"{base}.source.keras")
        subprocess.run([tool, "convert", f"{base}.source.keras", f"{base}.keras", "--overwrite"], check=True, capture_output=True)
        os.remove(f"{base}.source.keras")
        np.save(f"{base}.x.npy", x)
        np.save(f"{base}.y.npy", model.predict(x, verbose=0))


def graphs(keras):
    """Merges, attention, nested and shared layers."""
    L = keras.layers

    def graph(body):
        def make(d):
            x = keras.Input((5, 8))
            return keras.Model(x, body(x))
        return make
    two = lambda x: [L.Dense(4)(x), L.Dense(4)(x)]
    result = {name: graph(lambda x, name=name: getattr(L, name)()(two(x)))
              for name in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate")}
    inner = lambda: keras.Sequential([keras.Input((5, 8)), L.Dense(8)])

    def shared(x):
        dense = L.Dense(8)
        return L.Add()([dense(x), dense(dense(x))])
    return result | {
        "Dot": graph(lambda x: L.Dot(2, normalize=True)(two(x))),
        "Attention": graph(lambda x: L.Attention(use_scale=True)(two(x))),
        "AdditiveAttention": graph(lambda x: L.AdditiveAttention()(two(x))),
        "MultiHeadAttention": graph(lambda x: L.MultiHeadAttention(2, 3)(x, x)),
        "GroupQueryAttention": graph(lambda x: L.GroupQueryAttention(3, 4, 2)(x, x)),
        "shared": graph(shared), "nested": graph(lambda x: L.Dense(2)(inner()(x))),
        "operations": graph(lambda x: keras.ops.relu(L.Dense(3)(x) * 2 + 1)),
        "initial state": graph(lambda x: L.LSTM(4)(x, initial_state=[L.Dense(4)(x[:, 0]), L.Dense(4)(x[:, 1])])),
    }


def read(folder):
    import keras

    failures, count = {}, 0
    for path in sorted(glob.glob(f"{folder}/*.keras")):
        base = path[:-len(".keras")]
        count += 1
        try:
            model = keras.models.load_model(path)
            x, y = np.load(f"{base}.x.npy"), np.load(f"{base}.y.npy")
            got = np.asarray(model.predict(x, verbose=0))
            worst = np.max(np.abs(got - y), initial=0)
            assert worst <= 1e-4 * np.max(np.abs(y), initial=0) + 1e-5, f"differs by {worst}"
        except Exception as error:
            failures[os.path.basename(base)] = f"{type(error).__name__}: {str(error)[:160]}".replace("\n", " ")
    print(f"Keras {keras.__version__}: {count - len(failures)} of {count}")
    for name, error in failures.items():
        print(f"  {name}: {error}")


if __name__ == "__main__":
    if sys.argv[1] == "write":
        write(os.path.abspath(sys.argv[2]), sys.argv[3])
    else:
        read(sys.argv[2])
