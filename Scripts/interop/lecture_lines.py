#!/usr/bin/env python3
"""What lecture notes write to save and load models, in Swift and in Python: each side opens the files of the other, and predicts the same.

usage: lecture_lines.py --tool KERATIN --example KERASFILES --tf-python PATH [--backends cpu,opencl]

KERASFILES is the program of Examples/KerasFiles, whose lines are those of keras_files.py beside it. tf.keras 2.15 runs the lines too.
"""
import argparse
import os
import runpy
import subprocess
import sys
import tempfile

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1")
import keras
import numpy as np

from interop import HISTORY, Tool, close

HERE = os.path.dirname(os.path.abspath(__file__))
LINES = os.path.join(HERE, "../../Examples/KerasFiles/keras_files.py")

# The lines as tf.keras has them; weights have one name there.
OLD_LINES = """
import numpy as np
import tensorflow as tf
keras = tf.keras
x = np.load("x.npy")
model = keras.Sequential([keras.Input((9,)), keras.layers.Dense(16, activation="relu"), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
model.fit(x, x.mean(axis=-1, keepdims=True), epochs=2, verbose=0)
model.save("trained_model.h5")
model.save_weights("weights.h5")
open("model.json", "w").write(model.to_json())
np.save("y.npy", model.predict(x, verbose=0))
"""

# tf.keras opens what Swift wrote.
OLD_READING = """
import numpy as np
import tensorflow as tf
keras = tf.keras
x = np.load("x.npy")
model = keras.models.load_model("trained_model.h5")
np.save("whole.npy", model.predict(x, verbose=0))
again = keras.models.model_from_json(model.to_json())
again.load_weights("weights.h5")
np.save("weights.npy", again.predict(x, verbose=0))
"""


def ours_in_python(tool, example, tf_python, x):
    """Swift's lines, and who opens their files."""
    subprocess.run([example], check=True, capture_output=True, cwd=tool.folder,
                   env=dict(os.environ, KERATIN_BACKEND=tool.backend))
    expected = tool.predict(tool.file("trained_model.h5"), x)
    for name in ("trained_model.h5", "full_model.keras"):
        model = keras.models.load_model(tool.file(name))
        close(model.predict(x, verbose=0), expected, f"Keras 3's prediction from {name}", HISTORY)
    for name in ("weights.h5", "large.weights.json"):
        again = keras.models.model_from_json(model.to_json())
        again.load_weights(tool.file(name))
        close(again.predict(x, verbose=0), expected, f"Keras 3's prediction with {name}", HISTORY)
    tool.array("x.npy", x)
    subprocess.run([tf_python, "-c", OLD_READING], check=True, capture_output=True, cwd=tool.folder)
    for name in ("whole", "weights"):
        close(np.load(tool.file(f"{name}.npy")), expected, f"tf.keras's prediction, {name}", HISTORY)


def theirs_in_swift(tool, tf_python, x):
    """Python's lines, and what the tool makes of their files."""
    os.chdir(tool.folder)
    lines = runpy.run_path(LINES)
    model = lines["model"]
    expected = model.predict(x, verbose=0)
    with open("model.json", "w") as file:
        file.write(lines["json_string"])
    for arguments in (["trained_model.h5"], ["full_model.keras"], ["model.json", "--weights", "weights.weights.h5"],
                      ["model.json", "--weights", "large.weights.json"]):
        tool("predict", *arguments, "--x", tool.array("x.npy", x), "--output", tool.file("ours.npy"))
        close(np.load("ours.npy"), expected, f"prediction from Keras 3's {' '.join(arguments)}")
    subprocess.run([tf_python, "-c", OLD_LINES], check=True, capture_output=True)
    for arguments in (["trained_model.h5"], ["model.json", "--weights", "weights.h5"]):
        tool("predict", *arguments, "--x", "x.npy", "--output", tool.file("ours.npy"))
        close(np.load("ours.npy"), np.load("y.npy"), f"prediction from tf.keras's {' '.join(arguments)}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tool", required=True)
    parser.add_argument("--example", required=True)
    parser.add_argument("--tf-python", required=True)
    parser.add_argument("--backends", default="cpu,opencl")
    options = parser.parse_args()
    tf_python = os.path.abspath(options.tf_python)
    x = np.random.default_rng(5).uniform(size=(16, 9)).astype(np.float32)
    tool, example = os.path.abspath(options.tool), os.path.abspath(options.example)
    for backend in options.backends.split(","):
        for check, more in ((ours_in_python, [example]), (theirs_in_swift, [])):
            with tempfile.TemporaryDirectory() as folder:
                check(Tool(tool, backend, folder), *more, tf_python, x)
                os.chdir("/")
            print(f"{check.__name__}, {backend}: pass", flush=True)


if __name__ == "__main__":
    sys.exit(main())
