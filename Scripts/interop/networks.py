"""Whole networks: each function draws a compiled model, its data, the batch size and what else `fit` is given."""

import keras
import numpy as np

from draws import OPTIMIZERS, recurrent_layer

L = keras.layers


def convolutional(d):
    """A small network of everything."""
    model = keras.Sequential([
        keras.Input((9, 8, 2)), L.ZeroPadding2D(1), L.Conv2D(4, 3, padding="same", activation="relu"),
        L.BatchNormalization(), L.MaxPooling2D(2), L.SeparableConv2D(5, 3, padding="same"), L.LayerNormalization(),
        L.LeakyReLU(0.1), L.GlobalAveragePooling2D(), L.Dropout(0.0), L.Dense(3, "softmax")])
    model.compile(OPTIMIZERS[d.pick(*OPTIMIZERS)](d), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model, d.normal((12, 9, 8, 2)), d.rng.integers(0, 3, 12).astype(np.int32), 4, 0.25


def padding(d, shape):
    """Which steps count: padded in front, behind, with holes, or not at all; now and then a sample has none."""
    samples, steps = shape
    first = d.rng.integers(0, steps + 1, (samples, 1))
    place = np.arange(steps)
    kind = d.integer(0, 3)
    if kind == 0:
        return place >= first
    if kind == 1:
        return place < first
    return d.rng.random(shape) < 0.7 if kind == 2 else np.ones(shape, bool)


def plain(d, kind, units, **more):
    """A layer with the arguments that most models have."""
    seeds = {"kernel_initializer": keras.initializers.GlorotUniform(d.seed()),
             "recurrent_initializer": keras.initializers.Orthogonal(seed=d.seed())}
    return getattr(L, kind)(units, **seeds, **more)


def recurrent_layers(d, steps_out):
    depth = d.integer(1, 3)
    layers = []
    for index in range(depth):
        kind = d.pick("SimpleRNN", "GRU", "LSTM")
        sequences = steps_out or index < depth - 1
        make = d.pick(plain, recurrent_layer)
        units = d.pick(d.integer(1, 40), d.integer(1, 40), 64, 130)
        layer = make(d, kind, units, return_sequences=sequences, activity_regularizer=None)
        if d.integer(0, 2) == 0:
            layer = L.Bidirectional(layer, merge_mode=d.pick("concat", "sum", "ave"))
        layers.append(layer)
        if sequences and d.flag():
            layers.append(d.pick(L.LayerNormalization(), L.Dropout(0.0), L.BatchNormalization()))
    return layers


def recurrent(d, samples=12):
    """Layers over up to 80 steps, of numbers or of words; a result for each step, whose loss is masked, or at the end."""
    steps, classes, steps_out = d.pick(d.integer(1, 12), d.integer(1, 80)), d.integer(2, 4), d.flag()
    counts = padding(d, (samples, steps))
    if d.flag():
        words = d.integer(3, 60)
        x = np.where(counts, d.rng.integers(1, words, (samples, steps)), 0).astype(np.int32)
        first = [keras.Input((steps,)), L.Embedding(
            words, d.integer(1, 24), mask_zero=d.pick(True, True, False),
            embeddings_initializer=keras.initializers.RandomUniform(seed=d.seed()))]
    else:
        x = d.normal((samples, steps, d.integer(1, 9)))
        first = [keras.Input(x.shape[1:])]
        if d.flag():
            x[~counts] = 0
            first.append(L.Masking())
    kind = d.pick("classes", "numbers", "flag")
    dense = L.Dense({"classes": classes, "numbers": 2, "flag": 1}[kind],
                    {"classes": "softmax", "numbers": None, "flag": "sigmoid"}[kind],
                    kernel_initializer=keras.initializers.GlorotUniform(d.seed()))
    last = L.TimeDistributed(dense) if steps_out and d.flag() else dense
    model = keras.Sequential(first + recurrent_layers(d, steps_out) + [last])
    optimizer = d.pick(keras.optimizers.Adam(0.003), keras.optimizers.RMSprop(0.001), keras.optimizers.SGD(0.05, clipnorm=1.0))
    shape = (samples, steps) if steps_out else (samples,)
    if kind == "classes":
        model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"], weighted_metrics=["accuracy"])
        y = d.rng.integers(0, classes, shape).astype(np.int32)
    elif kind == "numbers":
        model.compile(optimizer, d.pick("mse", "mae", "huber"), metrics=["mae"])
        y = d.normal(shape + (2,))
    else:
        model.compile(optimizer, "binary_crossentropy", metrics=["accuracy"])
        y = (d.rng.random(shape + (1,)) < 0.5).astype(np.float32)
    return model, x, y, 4, d.pick(None, 0.25)


def stateful(d):
    """States that go on from batch to batch and from epoch to epoch."""
    batch, steps, width = d.integer(1, 3), d.integer(1, 6), d.integer(1, 4)
    layers = [keras.Input(batch_shape=(batch, steps, width))]
    for last in (False, True):
        layers.append(plain(d, d.pick("SimpleRNN", "GRU", "LSTM"), d.integer(1, 8), stateful=True, return_sequences=not last))
    model = keras.Sequential(layers + [L.Dense(2, kernel_initializer=keras.initializers.GlorotUniform(d.seed()))])
    model.compile(keras.optimizers.Adam(0.01), "mse", metrics=["mae"])
    return model, d.normal((4 * batch, steps, width)), d.normal((4 * batch, 2)), batch, None


NETWORKS = {"convolutional network": convolutional, "recurrent network": recurrent, "stateful network": stateful}
