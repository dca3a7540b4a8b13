"""Small models by real Keras, with what it computes from them, for tests that run where Keras is not.

Together they hold every layer and activation, every optimizer, and losses and metrics of each kind. Each folder has a model.keras
that was trained for five steps, so that the optimizer keeps something; x.npy, y.npy; prediction.npy; and facts.json with
the evaluation and, where nothing random is in the way, the history of ten more steps.
"""

import io
import json
import os
import shutil
import zipfile

import keras
import numpy as np
import tensorflow as tf

from draws import ACTIVATIONS, LOSSES, METRICS, OPTIMIZERS, Draw, bias, initializer

L = keras.layers


def normalized(d):
    layer = L.Normalization(axis=-1)
    layer.adapt(d.normal((20, 6), 2) + 1)
    return layer


# Stacks by name: the shape of a sample and the layers.
def stacks(d):
    def alpha():
        return keras.initializers.RandomUniform(0.05, 0.4, d.seed())
    yield "line", (12, 4), [
        L.Masking(), L.ZeroPadding1D(1), L.Conv1D(5, 3, padding="causal", dilation_rate=2, activation="gelu"), L.MaxPooling1D(2),
        L.SeparableConv1D(4, 3, padding="same"), L.UpSampling1D(2), L.AveragePooling1D(3, 2, "same"), L.Cropping1D((1, 0)),
        L.GlobalMaxPooling1D()]
    yield "line-2", (9, 3), [
        L.DepthwiseConv1D(3, depth_multiplier=2), L.Conv1DTranspose(4, 3, strides=2), L.LayerNormalization(),
        L.AdaptiveAveragePooling1D(4), L.AdaptiveMaxPooling1D(3), L.GlobalAveragePooling1D(keepdims=True)]
    yield "plane", (9, 8, 2), [
        L.ZeroPadding2D(((1, 0), (2, 1))), L.Conv2D(4, 3, strides=2, padding="same", activation="relu"), L.BatchNormalization(),
        L.MaxPooling2D(2), L.SeparableConv2D(5, 2, padding="same", depth_multiplier=2), L.LeakyReLU(0.1),
        L.Conv2DTranspose(3, 3, strides=2, output_padding=1), L.Cropping2D(1), L.GlobalAveragePooling2D()]
    yield "plane-2", (7, 6, 4), [
        L.DepthwiseConv2D(2, activation="tanh"), L.UpSampling2D(2, interpolation="bilinear"), L.AveragePooling2D(2),
        L.GroupNormalization(2), L.Conv2D(4, 2, groups=2, dilation_rate=2), L.AdaptiveMaxPooling2D((2, 3)),
        L.AdaptiveAveragePooling2D((2, 2)), L.GlobalMaxPooling2D()]
    yield "space", (5, 4, 4, 2), [
        L.ZeroPadding3D(1), L.Conv3D(3, 2, activation="silu"), L.MaxPooling3D(2), L.UpSampling3D(2), L.AveragePooling3D((2, 1, 2)),
        L.Cropping3D(((0, 1), (0, 0), (0, 0))), L.GlobalAveragePooling3D()]
    yield "space-2", (4, 3, 3, 2), [
        L.Conv3DTranspose(3, 2, strides=2), L.AdaptiveAveragePooling3D((3, 3, 2)), L.AdaptiveMaxPooling3D(2), L.GlobalMaxPooling3D()]
    yield "shapes", (6,), [
        L.Rescaling(0.5, 0.1), normalized(d), L.Dense(6), L.RepeatVector(3), L.Permute((2, 1)), L.Reshape((2, -1)),
        L.Identity(), L.BatchNormalization(axis=1), L.Flatten()]
    yield "rectified", (4, 3), [
        L.Dense(5), L.ReLU(3.0, 0.1, 0.05), L.Dense(5), L.PReLU(alpha(), shared_axes=[1]), L.Dense(5), L.ELU(0.7), L.Dense(5), L.Softmax(),
        L.UnitNormalization(), L.Dense(5), L.RMSNormalization(), L.ActivityRegularization(0.01, 0.02), L.Activation("mish")]
    # glu halves the last axis, which Keras's layers do not foresee.
    chosen = [name for name in ACTIVATIONS if name != "linear"]
    for number, part in enumerate([chosen[:9], chosen[9:18], chosen[18:]]):
        layers = []
        for name in part:
            layers += [L.Dense(6, name, kernel_initializer=initializer(d), bias_initializer=bias(d)), L.LayerNormalization()]
        yield f"activations-{number + 1}", (6,), layers
    yield "random", (4, 6), [
        L.Dropout(0.3), L.SpatialDropout1D(0.2), L.GaussianNoise(0.3), L.GaussianDropout(0.2), L.AlphaDropout(0.2), L.Reshape((2, 2, 6)),
        L.SpatialDropout2D(0.3), L.Reshape((2, 2, 2, 3)), L.SpatialDropout3D(0.3)]
    yield "words", (6,), [
        L.Embedding(9, 3, mask_zero=True), L.Bidirectional(L.LSTM(3, return_sequences=True)), L.TimeDistributed(L.Dense(3)),
        L.GRU(3, return_sequences=True, reset_after=False), L.SimpleRNN(2)]
    yield "cells", (5, 3), [
        L.RNN([L.LSTMCell(3), L.GRUCell(2), L.SimpleRNNCell(2)], return_sequences=True), L.GRU(3, go_backwards=True)]
    yield "films", (3, 4, 4, 4, 1), [
        L.ConvLSTM3D(1, 2, return_sequences=True), L.Reshape((3, 3, 3, 3)), L.ConvLSTM2D(2, 2, return_sequences=True),
        L.Reshape((3, 4, 2)), L.ConvLSTM1D(2, 2)]
    yield "products", (6,), [
        L.ReversibleEmbedding(9, 3), L.EinsumDense("abc,cd->abd", (6, 4), bias_axes="d", activation="tanh"),
        L.SpectralNormalization(L.Dense(3), 2)]
    yield "bins", (5,), [L.Discretization([-1.0, 0.0, 0.5]), L.CategoryEncoding(4, output_mode="count")]
    yield "sound", (40,), [
        L.MelSpectrogram(16, 5, num_mel_bins=3, sampling_rate=4000, power_to_db=False), L.Permute((2, 1)),
        L.STFTSpectrogram("magnitude", 4), L.Rescaling(0.1)]


def models():
    d = Draw(1, "fixtures", 0)
    names = list(OPTIMIZERS)
    for number, (name, shape, layers) in enumerate(stacks(d)):
        keras.utils.set_random_seed(number)
        model = keras.Sequential([keras.Input(shape), *layers, L.Flatten(), L.Dense(2, kernel_regularizer="l2")])
        model.compile(keras.optimizers.Adam(0.005), "mse", metrics=["mae"], jit_compile=False)
        x = d.rng.integers(0, 9, (6,) + shape).astype(np.int32) if name in ("words", "products") else d.normal((6,) + shape)
        yield name, model, x, d.normal((6, 2)), name != "random"
    kinds = list(LOSSES)
    metric_kinds = list(METRICS)
    for number, name in enumerate(names):
        d = Draw(2, name, number)
        kind = kinds[(number * 2 + 1) % len(kinds)]
        make, labels, activation = LOSSES[kind]
        # Metrics that suit these labels, other ones for each optimizer.
        order = metric_kinds[number * 3:] + metric_kinds[:number * 3]
        suiting = [m for m in order if METRICS[m][1] is labels and METRICS[m][2] == activation][:3]
        keras.utils.set_random_seed(number)
        model = keras.Sequential([
            keras.Input((5,)),
            L.Dense(6, "tanh", kernel_initializer=initializer(d), kernel_constraint=d.pick(None, keras.constraints.MaxNorm(1.0))),
            L.Dense(4, activation, kernel_initializer=initializer(d), kernel_regularizer=d.pick(None, keras.regularizers.L2(0.01)))])
        model.compile(OPTIMIZERS[name](d), make(d), metrics=[METRICS[m][0](d) for m in suiting], jit_compile=False)
        yield f"optimizer-{name}", model, d.normal((12, 5)), labels(d, 12, 4), True


def deflated(path):
    """Keras stores members as they are; deflated ones are a fifth as long."""
    with zipfile.ZipFile(path) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    with open(path, "wb") as out:
        out.write(file.getvalue())


def plain(values):
    """Numbers as JSON holds them; a list of figures becomes the tool's names `name[0]`, `name[1]`, …"""
    result = {}
    for key, value in values.items():
        value = np.asarray(value, np.float64)
        if value.ndim == 0:
            result[key] = float(value)
        else:
            for index, part in enumerate(value.ravel()):
                result[f"{key}[{index}]"] = float(part)
    return result


def write(folder):
    # Tracing takes longer than these models' steps.
    tf.config.run_functions_eagerly(True)
    if os.path.isdir(folder):
        shutil.rmtree(folder)
    for name, model, x, y, trains in models():
        place = os.path.join(folder, name)
        os.makedirs(place)
        count = len(x)
        model.fit(x, y, batch_size=count, epochs=5, shuffle=False, verbose=0)
        path = os.path.join(place, "model.keras")
        model.save(path)
        deflated(path)
        np.save(os.path.join(place, "x.npy"), x)
        np.save(os.path.join(place, "y.npy"), y)
        np.save(os.path.join(place, "prediction.npy"), model.predict(x, verbose=0))
        facts = {"keras": keras.__version__,
                 "evaluation": plain(model.evaluate(x, y, batch_size=5, verbose=0, return_dict=True))}
        if trains:
            history = model.fit(x, y, batch_size=count, epochs=10, shuffle=False, verbose=0).history
            logs = [plain({key: values[epoch] for key, values in history.items()}) for epoch in range(10)]
            facts["history"] = {key: [log[key] for log in logs] for key in logs[0]}
        with open(os.path.join(place, "facts.json"), "w") as file:
            json.dump(facts, file, indent=0, allow_nan=True)
            file.write("\n")
