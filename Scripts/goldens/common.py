"""What all families share: seeds, rounding, and the JSON form of tensors and configurations."""

import json
import math
import os
import zlib

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import keras  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

FOLDER = os.environ.get("GOLDEN_FOLDER") or os.path.normpath(
    os.path.join(os.path.dirname(__file__), "../../Tests/KeratinLayersTests/Goldens")
)

# Another seed gives other cases of the same kind; the committed files are those of the empty one.
SEED = os.environ.get("GOLDEN_SEED", "")

# Keys of get_config that say nothing about the computation of a built layer.
SILENT = {
    "name", "trainable", "dtype", "kernel_initializer", "bias_initializer", "beta_initializer",
    "gamma_initializer", "moving_mean_initializer", "moving_variance_initializer",
    "depthwise_initializer", "kernel_regularizer", "bias_regularizer", "activity_regularizer",
    "kernel_constraint", "bias_constraint", "beta_regularizer", "gamma_regularizer",
    "beta_constraint", "gamma_constraint", "depthwise_regularizer", "depthwise_constraint",
    "lora_rank", "lora_alpha", "quantization_config", "synchronized", "seed", "noise_shape",
}


class Draw:
    """Random inputs, rounded to three decimals so that they are short and exact as text."""

    def __init__(self, name):
        self.generator = np.random.default_rng(zlib.crc32((SEED + name).encode()))

    def normal(self, shape, scale=1.0):
        return np.round(self.generator.normal(size=shape) * scale, 3).astype(np.float32)

    def uniform(self, shape, low=-1.0, high=1.0):
        return np.round(self.generator.uniform(low, high, size=shape), 3).astype(np.float32)

    def integers(self, shape, low, high):
        return self.generator.integers(low, high, size=shape).astype(np.int32)


def number(value):
    value = float(value)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    # The shortest text, of at most nine digits, that gives the same float32.
    single = np.float32(value)
    for digits in range(1, 10):
        text = f"{value:.{digits}g}"
        if np.float32(text) == single:
            break
    value = float(text)
    return int(value) if value == int(value) and abs(value) < 1e9 else value


def tensor(array):
    array = np.asarray(array)
    if array.dtype.kind in "iub":
        return {
            "shape": list(array.shape), "dtype": "int32",
            "values": [int(v) for v in array.reshape(-1)],
        }
    return {
        "shape": list(array.shape), "dtype": "float32",
        "values": [number(v) for v in array.reshape(-1)],
    }


def plain(value):
    if isinstance(value, tuple):
        return [plain(v) for v in value]
    return value


def layer_config(layer):
    """{class_name, config} as Keras spells them, without what a built layer does not need."""
    config = layer.get_config()
    silent = SILENT if config.get("renorm") else SILENT | {"renorm", "renorm_clipping", "renorm_momentum"}
    kept = {k: plain(v) for k, v in config.items() if k not in silent}
    return {"class_name": type(layer).__name__, "config": kept}


def weights(layer):
    return [
        {"name": w.name, "trainable": bool(w.trainable), **tensor(w.numpy())}
        for w in layer.weights
    ]


def randomize(layer, draw, scale=0.5):
    """Gives every weight of a built layer or model a drawn value; variances and deviations stay positive."""
    for w in layer.weights:
        if "variance" in w.name or "stddev" in w.name:
            w.assign(draw.uniform(w.shape, 0.5, 1.5))
        elif "gamma" in w.name:
            w.assign(draw.uniform(w.shape, 0.6, 1.4))
        else:
            w.assign(draw.normal(w.shape, scale))


def write(family, cases, folder=FOLDER, **more):
    path = os.path.join(folder, family + ".json")
    lines = ",\n".join(json.dumps(case, separators=(",", ":"), ensure_ascii=False) for case in cases)
    head = json.dumps({"keras": keras.__version__, "tensorflow": tf.__version__, "family": family, **more})
    with open(path, "w") as file:
        file.write(head[:-1] + ', "cases": [\n' + lines + "\n]}\n")
    print(f"{family}: {len(cases)} cases, {os.path.getsize(path)} bytes")


def write_index():
    """Lists the families that there are; gives the bytes of all files."""
    files = os.listdir(FOLDER)
    families = sorted(f[:-5] for f in files if f.endswith(".json") and f != "index.json")
    with open(os.path.join(FOLDER, "index.json"), "w") as file:
        json.dump({"keras": keras.__version__, "families": families}, file)
        file.write("\n")
    return sum(os.path.getsize(os.path.join(FOLDER, f)) for f in os.listdir(FOLDER))
