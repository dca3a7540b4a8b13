#!/usr/bin/env python3
"""Takes functional models to Keratin and back. usage: back_in_keras.py TOOL [ZIP]

Each graph of `make_graphs.py` (default: the fixtures) is trained for two epochs by the tool, whose file real Keras then opens: it must
predict what the tool predicts, and train the next two epochs as if Keras had trained all four. Ends with code 1 otherwise.
"""
import glob
import json
import os
import subprocess
import sys
import tempfile
import zipfile

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1")
import keras
import numpy as np

tool = os.path.abspath(sys.argv[1])
fixtures = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../Tests/KeratinIOTests/Fixtures/graphs.zip")
archive = os.path.abspath(sys.argv[2]) if len(sys.argv) > 2 else fixtures
BOUND = 1e-4


def run(*arguments):
    done = subprocess.run([tool, *arguments, "--backend", "cpu"], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr.strip())


def options(name, files):
    return [word for file in files for word in (name, file)]


def check(graph):
    x = sorted(glob.glob(f"{graph}.x*.npy"))
    y = sorted(glob.glob(f"{graph}.y*.npy"))
    outputs = [f"o{index}.npy" for index in range(len(y))]
    run("train", f"{graph}.keras", *options("--x", x), *options("--y", y), "--epochs", "2", "--no-shuffle",
        "--batch-size", "4", "--verbose", "0", "--output", "o.keras")
    run("predict", "o.keras", *options("--x", x), *options("--output", outputs))
    model = keras.models.load_model("o.keras")
    data, labels = [np.load(f) for f in x], [np.load(f) for f in y]
    predicted = model.predict(data, verbose=0)
    predicted = predicted if isinstance(predicted, list) else [predicted]
    worst = max(
        float(np.abs(np.load(file) - array).max() / max(np.abs(array).max(), 1e-6))
        for file, array in zip(outputs, predicted))
    labels = labels if len(labels) > 1 else labels[0]
    history = model.fit(data, labels, batch_size=4, epochs=2, shuffle=False, verbose=0).history
    expected = json.load(open(f"{graph}.json"))["history"]
    drift = max(
        abs(history[key][index] - expected[key][index + 2]) / max(abs(expected[key][index + 2]), 1e-3)
        for key in expected for index in range(2))
    return worst, drift


failed = False
with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    zipfile.ZipFile(archive).extractall()
    for file in sorted(glob.glob("??.keras")):
        try:
            worst, drift = check(file[:2])
            fails = not (worst < BOUND and drift < BOUND)
            print(f"{file[:2]}  prediction {worst:.1e}  next epochs {drift:.1e}{'  FAILS' if fails else ''}")
        except Exception as error:
            fails = True
            print(f"{file[:2]}  {type(error).__name__}: {str(error)[:300]}  FAILS")
        failed = failed or fails
sys.exit(1 if failed else 0)
