"""Draws models by seed with real Keras and checks that the `keratin` tool agrees: predictions, training histories with the
optimizer's state carried over, evaluations, and files in both directions, on every backend.

usage: interop.py --fixtures FOLDER
       interop.py --tool PATH [--seed N] [--draws N] [--backends cpu,opencl] [--rows 'TEXT;TEXT'] [--markdown FILE]
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import keras
import numpy as np

import fixtures
from draws import (
    ACTIVATIONS, IMAGE_LAYERS, LAYERS, LOSSES, METRICS, OPTIMIZERS, RANDOM_IMAGE_LAYERS, RANDOM_LAYERS, Draw)
from networks import NETWORKS

L = keras.layers
# The table of tolerances: values, and histories over the first 20 steps.
RELATIVE, ABSOLUTE, HISTORY = 1e-4, 1e-6, 1e-3


class Mismatch(Exception):
    pass


class Tool:
    def __init__(self, path, backend, folder):
        self.path, self.backend, self.folder = path, backend, folder

    def file(self, name):
        return os.path.join(self.folder, name)

    def __call__(self, command, *arguments):
        done = subprocess.run(
            [self.path, command, *map(str, arguments), "--backend", self.backend], capture_output=True, text=True)
        if done.returncode != 0:
            raise Mismatch(f"{command}: {done.stderr.strip()[:300]}")
        return done.stdout

    def array(self, name, value):
        np.save(self.file(name), value)
        return self.file(name)

    def predict(self, model, x, batch=32):
        self("predict", model, "--x", self.array("x.npy", x), "--output", self.file("y.npy"), "--batch-size", batch)
        return np.load(self.file("y.npy"))

    def train(self, model, x, y, epochs, batch, output, *more):
        history = self.file("history.json")
        self("train", model, "--x", self.array("x.npy", x), "--y", self.array("y.npy", y), "--epochs", epochs,
             "--batch-size", batch, "--no-shuffle", "--verbose", 0, "--output", output, "--history", history, *more)
        with open(history) as file:
            return json.load(file)

    def evaluate(self, model, x, y, batch, *more):
        return json.loads(self("evaluate", model, "--x", self.array("x.npy", x), "--y", self.array("y.npy", y),
                               "--batch-size", batch, "--json", *more))


def close(ours, theirs, what, relative=RELATIVE):
    ours, theirs = np.asarray(ours, np.float64), np.asarray(theirs, np.float64)
    if ours.shape != theirs.shape:
        raise Mismatch(f"{what}: shape {ours.shape}, Keras {theirs.shape}")
    if not np.array_equal(np.isnan(ours), np.isnan(theirs)):
        raise Mismatch(f"{what}: NaN in different places")
    bound = relative * np.nanmax(np.abs(theirs), initial=0) + ABSOLUTE
    worst = np.nanmax(np.abs(ours - theirs), initial=0)
    if worst > bound:
        raise Mismatch(f"{what}: differs by {worst:.3g}, allowed {bound:.3g}")


def close_values(ours, theirs):
    """What an evaluation gives: the same names, and close."""
    if sorted(ours) != sorted(theirs):
        raise Mismatch(f"keys {sorted(ours)}, Keras {sorted(theirs)}")
    for key in theirs:
        close(ours[key], np.asarray(theirs[key]), key)


def close_history(ours, theirs, what):
    if sorted(ours) != sorted(theirs):
        raise Mismatch(f"{what}: keys {sorted(ours)}, Keras {sorted(theirs)}")
    for key in theirs:
        for step, (a, b) in enumerate(zip(ours[key], theirs[key])):
            close(a, b, f"{what}: {key} of epoch {step + 1}", HISTORY)


def weights_of(model):
    return [np.asarray(w) for w in model.get_weights()]


def keras_reads(path, model, x, what, relative=RELATIVE, batch=32):
    """Real Keras opens our file, and finds the same model."""
    loaded = keras.models.load_model(path)
    reset(loaded)
    reset(model)
    close(loaded.predict(x, batch, verbose=0), model.predict(x, batch, verbose=0),
          f"{what}: Keras's prediction from our file", relative)
    return loaded


def history(model, x, y, epochs, batch, **more):
    result = model.fit(x, y, epochs=epochs, batch_size=batch, shuffle=False, verbose=0, **more).history
    return {key: [np.asarray(v).tolist() for v in values] for key, values in result.items()}


def head(d, inputs):
    return [L.Flatten(), L.Dense(2, kernel_initializer=keras.initializers.GlorotUniform(d.seed()))]


# Rows. Each gives the model, its data and what to check; the checks run on every backend.

def inputs(d, layers, shape):
    """Numbers for the first layer: of its vocabulary, or drawn, with steps of zeros where they are masked."""
    if isinstance(layers[0], L.Embedding):
        x = d.rng.integers(0, layers[0].input_dim, shape)
        return np.where(d.rng.random(shape) < 0.3, 0, x).astype(d.pick(np.int32, np.float32))
    x = d.normal(shape)
    if isinstance(layers[0], L.Masking):
        x[d.rng.random(shape[:2]) < 0.4] = 0
    return x


def check_layer(tool, d, make, trains):
    shape, layers = make(d)
    layers = layers if isinstance(layers, list) else [layers]
    model = keras.Sequential([keras.Input(shape)] + layers)
    x = inputs(d, layers, (d.integer(1, 5),) + shape)
    path = tool.file("layer.keras")
    model.save(path)
    close(tool.predict(path, x), model.predict(x, verbose=0), "prediction")
    # The way back: Keras reads what we write.
    back = tool.file("back.keras")
    tool("convert", path, back)
    keras_reads(back, model, x, "convert")
    if not trains:
        return
    model = keras.Sequential([keras.Input(shape)] + layers + head(d, shape))
    # What follows an embedding is trained with what embeddings are trained with.
    adaptive = [keras.optimizers.Adam(0.01), keras.optimizers.RMSprop(0.005)]
    embedded = isinstance(layers[0], L.Embedding)
    optimizer = d.pick(*adaptive) if embedded else keras.optimizers.SGD(0.01)
    model.compile(optimizer, "mse")
    x, y = inputs(d, layers, (8,) + shape), d.normal((8, 2))
    model.save(path)
    # Twenty steps: four batches of two, five times, each with its own loss as the history sees it.
    theirs = history(model, x, y, 5, 2)
    close_history(tool.train(path, x, y, 5, 2, back), theirs, "history")
    loaded = keras_reads(back, model, x, "trained", HISTORY)
    compare_variables(loaded.optimizer, model.optimizer)


def check_activation(tool, d, name):
    model = keras.Sequential([keras.Input((6,)), L.Dense(5, name="a"), L.Activation(name)])
    x = d.normal((7, 6), 3)
    path = tool.file("activation.keras")
    model.compile("sgd", "mse")
    model.save(path)
    close(tool.predict(path, x), model.predict(x, verbose=0), "prediction")
    y = d.normal((7, 5))
    theirs = history(model, x, y, 20, 7)
    close_history(tool.train(path, x, y, 20, 7, tool.file("out.keras")), theirs, "history")


def classifier(d, inputs, outputs, activation):
    return keras.Sequential([
        keras.Input((inputs,)), L.Dense(6, "tanh", kernel_initializer=keras.initializers.GlorotUniform(d.seed())),
        L.Dense(outputs, activation, kernel_initializer=keras.initializers.GlorotUniform(d.seed()))])


def check_loss(tool, d, entry):
    make, labels, activation = entry
    n = d.integer(9, 14)
    loss = make(d)
    model = classifier(d, 5, 4, activation)
    if isinstance(loss, keras.losses.CTC):
        # Steps of classes.
        model = classifier(d, 5, 24, activation)
        model.add(L.Reshape((6, 4)))
    # Percentages have steep gradients, whose signs would flip with rounding at a large step.
    rate = 2e-4 if isinstance(loss, keras.losses.MeanAbsolutePercentageError) else 0.02
    model.compile(keras.optimizers.SGD(rate), loss)
    x, y = d.normal((n, 5)), labels(d, n, 4)
    path, out = tool.file("loss.keras"), tool.file("out.keras")
    model.save(path)
    weights = (np.abs(d.normal(n)) + 0.1).astype(np.float32)
    ours = tool.evaluate(path, x, y, 4)
    theirs = model.evaluate(x, y, batch_size=4, verbose=0, return_dict=True)
    close(ours["loss"], theirs["loss"], "loss")
    ours = tool.evaluate(path, x, y, 4, "--sample-weight", tool.array("w.npy", weights))
    theirs = model.evaluate(x, y, batch_size=4, sample_weight=weights, verbose=0, return_dict=True)
    close(ours["loss"], theirs["loss"], "weighted loss")
    theirs = history(model, x, y, 7, 5)
    close_history(tool.train(path, x, y, 7, 5, out), theirs, "history")
    keras_reads(out, model, x, "trained", HISTORY)


def check_metric(tool, d, entry):
    make, labels, activation = entry
    n = d.integer(20, 40)
    model = classifier(d, 5, 4, activation)
    metric = make(d)
    y = labels(d, n, 4)
    if y.ndim == 2 and y.shape[1] == 1:
        model = classifier(d, 5, 1, activation)
    model.compile("sgd", "mse" if y.ndim > 1 else "sparse_categorical_crossentropy", metrics=[metric], weighted_metrics=[make(d)])
    x = d.normal((n, 5))
    model.evaluate(x[:1], y[:1], verbose=0)
    path = tool.file("metric.keras")
    model.save(path)
    weights = d.rng.integers(1, 4, n).astype(np.float32)
    ours = tool.evaluate(path, x, y, 8, "--sample-weight", tool.array("w.npy", weights))
    theirs = model.evaluate(x, y, batch_size=8, sample_weight=weights, verbose=0, return_dict=True)
    close_values(ours, theirs)


def check_optimizer(tool, d, make):
    constraint = d.pick(None, keras.constraints.MaxNorm(1.5))
    regularizer = d.pick(None, keras.regularizers.L2(0.01))
    model = keras.Sequential([
        keras.Input((5,)), L.Dense(7, "tanh", kernel_constraint=constraint, kernel_regularizer=regularizer,
                                  kernel_initializer=keras.initializers.GlorotUniform(d.seed())),
        L.Dense(3, kernel_initializer=keras.initializers.GlorotUniform(d.seed()))])
    model.compile(make(d), "mse", metrics=["mae"])
    x, y = d.normal((10, 5)), d.normal((10, 3))
    first, second, back = tool.file("first.keras"), tool.file("second.keras"), tool.file("back.keras")
    model.save(first)
    theirs = history(model, x, y, 10, 10)
    model.save(second)
    # From the start, and from the middle with the optimizer's state.
    close_history(tool.train(first, x, y, 10, 10, back), theirs, "first 10 steps")
    loaded = keras_reads(back, model, x, "after 10 steps", HISTORY)
    compare_variables(loaded.optimizer, model.optimizer)
    theirs = history(model, x, y, 10, 10)
    close_history(tool.train(second, x, y, 10, 10, tool.file("end.keras")), theirs, "10 more steps, Keras's state")
    close_history(history(loaded, x, y, 10, 10), theirs, "10 more steps in Keras, our state")


def compare_variables(ours, theirs):
    if len(ours.variables) != len(theirs.variables):
        raise Mismatch(f"{len(ours.variables)} optimizer variables, Keras {len(theirs.variables)}")
    for a, b in zip(ours.variables, theirs.variables):
        # Late rounding shows in small numbers first: the bound of histories.
        scale = np.max(np.abs(np.asarray(b)), initial=0)
        worst = np.max(np.abs(np.asarray(a, np.float64) - np.asarray(b, np.float64)), initial=0)
        if worst > 5 * HISTORY * scale + 1e-5:
            raise Mismatch(f"optimizer variable {b.path} differs by {worst:.3g} of {scale:.3g}")


def reset(model):
    """A stateful model forgets, so that two of them begin alike."""
    for layer in model.layers:
        if getattr(layer, "stateful", False):
            layer.reset_states()


def check_network(tool, d, make):
    """Predictions, a history with validation, the trained model and weights' files, and an evaluation."""
    model, x, y, batch, split = make(d)
    path, out = tool.file("model.keras"), tool.file("out.keras")
    model.save(path)
    close(tool.predict(path, x, batch), model.predict(x, batch_size=batch, verbose=0), "prediction")
    reset(model)
    theirs = history(model, x, y, 5, batch, **({"validation_split": split} if split else {}))
    ours = tool.train(path, x, y, 5, batch, out, *(["--validation-split", split] if split else []))
    close_history(ours, theirs, "history")
    keras_reads(out, model, x, "trained", HISTORY, batch)
    # One for each result: Keras has no rule for a sample's weight beside the losses of its steps.
    weights = np.abs(d.normal(y.shape[:2] if len(model.output_shape) == 3 else len(x))) + np.float32(0.1)
    reset(model)
    model.save(path)
    ours = tool.evaluate(path, x, y, batch, "--sample-weight", tool.array("w.npy", weights))
    theirs = model.evaluate(x, y, batch_size=batch, sample_weight=weights, verbose=0, return_dict=True)
    close_values(ours, theirs)
    for end in (".weights.h5", ".safetensors", ".npz"):
        tool("convert", out, tool.file("w" + end))
    other = keras.models.load_model(path)
    other.load_weights(tool.file("w.weights.h5"))
    reset(other)
    reset(model)
    close(other.predict(x, batch_size=batch, verbose=0), model.predict(x, batch_size=batch, verbose=0), "weights file", HISTORY)


def rows():
    for name, make in (LAYERS | IMAGE_LAYERS).items():
        yield "layer", name, lambda tool, d, make=make: check_layer(tool, d, make, True)
    for name, make in (RANDOM_LAYERS | RANDOM_IMAGE_LAYERS).items():
        yield "layer", name, lambda tool, d, make=make: check_layer(tool, d, make, False)
    for name in ACTIVATIONS:
        yield "activation", name, lambda tool, d, name=name: check_activation(tool, d, name)
    for name, entry in LOSSES.items():
        yield "loss", name, lambda tool, d, entry=entry: check_loss(tool, d, entry)
    for name, entry in METRICS.items():
        yield "metric", name, lambda tool, d, entry=entry: check_metric(tool, d, entry)
    for name, make in OPTIMIZERS.items():
        yield "optimizer", name, lambda tool, d, make=make: check_optimizer(tool, d, make)
    for name, make in NETWORKS.items():
        yield "model", name, lambda tool, d, make=make: check_network(tool, d, make)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--fixtures", help="write the fixtures of KeratinIOTests there, and nothing else")
    parser.add_argument("--tool")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--draws", type=int, default=3)
    parser.add_argument("--backends", default="cpu,opencl")
    parser.add_argument("--rows", default="", help="only rows whose kind and name contain one of these, split by ';'")
    parser.add_argument("--markdown")
    options = parser.parse_args()
    if options.fixtures:
        return fixtures.write(options.fixtures)
    if not options.tool:
        parser.error("--tool or --fixtures is needed")
    backends = options.backends.split(",")
    start, failures = time.time(), 0
    lines = [f"| kind | name | {' | '.join(backends)} |", f"|---|---|{'---|' * len(backends)}"]
    with tempfile.TemporaryDirectory() as folder:
        for kind, name, check in rows():
            if not any(text in f"{kind} {name}".lower() for text in options.rows.lower().split(";")):
                continue
            cells = []
            for backend in backends:
                problem = None
                for number in range(options.draws):
                    keras.backend.clear_session()
                    tool = Tool(os.path.abspath(options.tool), backend, folder)
                    try:
                        check(tool, Draw(options.seed, name, number))
                    except Exception as mismatch:  # also what Keras itself cannot do
                        problem = f"draw {number}: {type(mismatch).__name__}: {str(mismatch)[:300]}".replace("\n", " ")
                        break
                failures += problem is not None
                cells.append("pass" if problem is None else f"FAIL {problem}")
            lines.append(f"| {kind} | {name} | {' | '.join(cells)} |")
            print(lines[-1], flush=True)
    summary = f"{len(lines) - 2} rows, {options.draws} draws each, seed {options.seed}, {failures} failures, " \
              f"{time.time() - start:.0f} s, Keras {keras.__version__}"
    print(summary)
    if options.markdown:
        with open(options.markdown, "w") as file:
            file.write("# Interoperation with Keras\n\nMade by `make interop`, see `Scripts/interop/interop.py`.\n"
                       f"{summary}.\n\n" + "\n".join(lines) + "\n")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
