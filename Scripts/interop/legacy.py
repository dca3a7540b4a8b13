#!/usr/bin/env python3
"""Compares files in both directions with tf.keras 2.15, and our .h5 files with Keras 3: predictions, and trainings that go on.

usage: legacy.py --tool PATH --tf-python PATH [--seed N] [--draws N] [--backends cpu,opencl] [--rows 'TEXT;TEXT'] [--markdown FILE]

For each layer a model is drawn with Keras 3; the tool trains it and writes .h5, which Keras 3 and tf.keras 2.15 open: both
must predict the same, and lose the same in further training without a state of the optimizer. The same layer is drawn with tf.keras, which saves .h5
and .keras in the midst of a training with Adam; the tool must predict the same, and go on from both.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time

from interop import HISTORY, Mismatch, Tool, close, close_history, history, inputs

import keras
import numpy as np

from draws import LAYERS, RANDOM_LAYERS, Draw, trains_alike
from versions import graphs

L = keras.layers


class Server:
    """tf.keras 2.15 in a process of its own."""

    def __init__(self, python):
        folder = os.path.dirname(os.path.abspath(__file__))
        self.process = subprocess.Popen(
            [python, f"{folder}/tf_keras_server.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True)

    def __call__(self, command, **arguments):
        self.process.stdin.write(json.dumps({"command": command, **arguments}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("tf.keras ended")
        answer = json.loads(line)
        if "error" in answer:
            raise Mismatch(f"tf.keras: {answer['error']}")
        return answer


def check_ours(tool, server, d, make, trains):
    """Our .h5 in Keras 3 and tf.keras. Returns what the tool says that tf.keras cannot read."""
    made = make(d)
    graph = made if isinstance(made, keras.Model) else None
    shape, layers = (tuple(graph.inputs[0].shape[1:]), [graph]) if graph else made
    layers = layers if isinstance(layers, list) else [layers]
    try:
        model = keras.Sequential([keras.Input(shape)] + layers + [L.Flatten(), L.Dense(2)])
    except ValueError:
        # Keras itself does not know the shape behind some EinsumDense.
        model, trains = keras.Sequential([keras.Input(shape)] + layers), False
    if graph:
        model = keras.Model(graph.inputs, L.Dense(2)(L.Flatten()(graph.outputs[0])))
    # An optimizer that keeps nothing goes on everywhere.
    model.compile(keras.optimizers.SGD(0.01), "mse", metrics=["mae"])
    x, y = inputs(d, layers, (8,) + shape), d.normal((8, 2))
    source, whole, weights = tool.file("source.keras"), tool.file("ours.h5"), tool.file("ours-weights.hdf5")
    model.save(source)
    said = subprocess.run([tool.path, "convert", source, whole, "--backend", tool.backend], capture_output=True, text=True)
    if said.returncode:
        raise Mismatch(f"convert: {said.stderr.strip()[:300]}")
    unknown = re.search(r"tf.keras 2.15 cannot read (.*)", said.stderr)
    if trains:
        close_history(tool.train(source, x, y, 2, 4, whole), history(model, x, y, 2, 4), "history")
    theirs = model.predict(x, verbose=0)
    loaded = keras.models.load_model(whole)
    close(loaded.predict(x, verbose=0), theirs, "Keras 3's prediction from our .h5", HISTORY)
    again = None
    if trains:
        again = history(model, x, y, 3, 4)
        close_history(history(loaded, x, y, 3, 4), again, "Keras 3 goes on from our .h5")
    if unknown:
        return unknown[1]
    x_path, y_path, output = tool.array("x.npy", x), tool.array("y.npy", y), tool.file("tf-y.npy")
    server("predict", model=whole, x=x_path, output=output)
    close(np.load(output), theirs, "tf.keras's prediction from our .h5", HISTORY)
    if trains and trains_alike(layers):
        close_history(server("go_on", model=whole, x=x_path, y=y_path, epochs=3, batch=4), again, "tf.keras goes on from our .h5")
    return None


def check_theirs(tool, server, table, name, seed, number):
    """tf.keras's files here. Returns why tf.keras has none."""
    answer = server("draw", table=table, name=name, seed=seed, number=number, folder=tool.folder)
    if "absent" in answer:
        return answer["absent"]
    x, y, p = (np.load(tool.file(f"tf-{part}.npy")) for part in "xyp")
    for end in ("keras", "h5"):
        path = tool.file(f"tf.{end}")
        close(tool.predict(path, x), p, f"prediction from tf.keras's .{end}")
        if answer["trains"]:
            ours = tool.train(path, x, y, 5, 4, tool.file("ours.keras"))
            close_history(ours, answer["history"], f"going on from tf.keras's .{end}")
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tool", required=True)
    parser.add_argument("--tf-python", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--draws", type=int, default=3)
    parser.add_argument("--backends", default="cpu,opencl")
    parser.add_argument("--rows", default="")
    parser.add_argument("--only", choices=["ours", "theirs"], help="one direction only")
    parser.add_argument("--markdown")
    options = parser.parse_args()
    server, start, failures = Server(options.tf_python), time.time(), 0
    lines = ["| layer | backend | our .h5 in Keras 3 and tf.keras 2.15 | files of tf.keras 2.15 here |", "|---|---|---|---|"]
    rows = [("LAYERS", name, make) for name, make in LAYERS.items()] + [
        ("RANDOM_LAYERS", name, make) for name, make in RANDOM_LAYERS.items()] + [
        ("GRAPHS", name, make) for name, make in graphs(keras).items()]
    with tempfile.TemporaryDirectory() as folder:
        for table, name, make in rows:
            if not any(text in name.lower() for text in options.rows.lower().split(";")):
                continue
            for backend in options.backends.split(","):
                tool = Tool(os.path.abspath(options.tool), backend, folder)
                cells = []
                for direction, check in (
                    ("ours", lambda n: check_ours(tool, server, Draw(options.seed, name, n), make, table != "RANDOM_LAYERS")),
                    ("theirs", lambda n: check_theirs(tool, server, table, name, options.seed, n)),
                ):
                    if options.only not in (None, direction):
                        cells.append("")
                        continue
                    problem, notes = None, set()
                    for number in range(options.draws):
                        keras.backend.clear_session()
                        try:
                            note = check(number)
                            notes |= {note} if note else set()
                        except Exception as mismatch:  # also what Keras itself cannot do
                            problem = f"draw {number}: {type(mismatch).__name__}: {str(mismatch)[:300]}".replace("\n", " ")
                            break
                    failures += problem is not None
                    passed = "pass" + (f" (tf.keras 2.15 has not: {'; '.join(sorted(notes))})" if notes else "")
                    cells.append(f"FAIL {problem}" if problem else passed)
                lines.append(f"| {name} | {backend} | {' | '.join(cells)} |")
                print(lines[-1], flush=True)
    summary = f"{len(lines) - 2} rows, {options.draws} draws each, seed {options.seed}, {failures} failures, " \
              f"{time.time() - start:.0f} s, Keras {keras.__version__}"
    print(summary)
    if options.markdown:
        with open(options.markdown, "w") as file:
            file.write("# Interoperation with tf.keras 2.15\n\nMade by `make interop`, see `Scripts/interop/legacy.py`.\n"
                       f"{summary}.\n\n" + "\n".join(lines) + "\n")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
