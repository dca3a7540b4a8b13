"""Checks that the nets of keras.applications are Keras's: layers, shapes and configurations, weights in `.weights.h5` and `.h5`, predictions,
and that Keras opens what we write. Every net is drawn with another picture, head and weights for each seed.

usage: applications.py --tool PATH [--seed N] [--backends cpu,opencl] [--nets MobileNetV2,VGG16]
"""

import argparse
import json
import os
import re
import sys
import tempfile
import time

import h5py
import interop
import keras
import numpy as np
from draws import Draw
from keras.src.applications import convnext, inception_resnet_v2
from keras.src.legacy.saving import legacy_h5_format

# Layers that Keras has and does not offer.
CUSTOM = {"LayerScale": convnext.LayerScale, "StochasticDepth": convnext.StochasticDepth,
          "CustomScaleLayer": inception_resnet_v2.CustomScaleLayer}

NETS = [name for name in (
    "VGG16 VGG19 ResNet50 ResNet101 ResNet152 ResNet50V2 ResNet101V2 ResNet152V2 InceptionV3 InceptionResNetV2 Xception MobileNet "
    "MobileNetV2 MobileNetV3Small MobileNetV3Large DenseNet121 DenseNet169 DenseNet201 NASNetMobile NASNetLarge EfficientNetB0 "
    "EfficientNetB1 EfficientNetB2 EfficientNetB3 EfficientNetB4 EfficientNetB5 EfficientNetB6 EfficientNetB7 EfficientNetV2B0 "
    "EfficientNetV2B1 EfficientNetV2B2 EfficientNetV2B3 EfficientNetV2S EfficientNetV2M EfficientNetV2L ConvNeXtTiny ConvNeXtSmall "
    "ConvNeXtBase ConvNeXtLarge ConvNeXtXLarge").split()]
SMALLEST = {"InceptionV3": 75, "InceptionResNetV2": 75, "Xception": 71}


def drawn(name, seed):
    """The arguments of a net: those of Keras, and those of the tool."""
    d = Draw(seed, name, 0)
    least = SMALLEST.get(name, 32)
    shape = (d.integer(least, least + 24), d.integer(least, least + 24), 3)
    if name.startswith("NASNet"):
        shape = (shape[0], shape[0], 3)  # Keras itself fails where both sides are not odd alike
    top = d.flag() and not name.startswith("VGG")  # VGG's dense layers have 100 million weights
    arguments = {"weights": None, "include_top": top, "input_shape": shape}
    options = ["--input-shape", ",".join(map(str, shape))]
    if top:
        classes = d.integer(2, 20)
        arguments |= {"classes": classes, "classifier_activation": None}
        options += ["--classes", classes, "--activation", "linear"]
    else:
        pooling = d.pick(None, "avg", "max")
        arguments["pooling"] = pooling
        options += ["--no-top"] + (["--pooling", pooling] if pooling else [])
    return arguments, options, d


def randomize(model, d):
    """Weights that let signals through, each of another kind."""
    for weight in model.weights:
        shape = tuple(weight.shape)
        kind = weight.path.split("/")[-1]
        if kind in ("kernel", "depthwise_kernel", "pointwise_kernel"):
            value = d.normal(shape, (2 / max(1, int(np.prod(shape[:-1])))) ** 0.5)
            if "depthwise" in weight.path and len(shape) == 4:
                value = d.normal(shape, (1 / (shape[0] * shape[1])) ** 0.5)
        elif kind in ("gamma", "moving_variance", "variance"):
            value = np.abs(1 + d.normal(shape, 0.1))
        elif kind == "count":
            continue
        else:
            value = d.normal(shape, 0.1)
        weight.assign(value)


def plain(config):
    """A model's layers without what the process decides: numbers of automatic names."""
    text = json.dumps(config, sort_keys=True)
    names = {}
    for layer in config["config"]["layers"]:
        base = re.sub(r"_\d+$", "", layer["name"])
        if base in AUTOMATIC:
            names[layer["name"]] = f"{base}#{sum(1 for n in names.values() if n.startswith(base + '#'))}"
    return json.loads(re.sub(r'"([a-z0-9_]+)"', lambda m: f'"{names.get(m[1], m[1])}"', text))


AUTOMATIC = {
    "input_layer", "conv2d", "batch_normalization", "activation", "max_pooling2d", "average_pooling2d", "concatenate", "add", "re_lu",
    "rescaling", "normalization", "zero_padding2d", "cropping2d", "global_average_pooling2d", "global_max_pooling2d", "dropout",
    "flatten", "multiply", "layer_normalization", "custom_scale_layer"}
# What says nothing about a layer, or of which there are two spellings.
SILENT = {"dtype", "build_config", "kernel_initializer", "bias_initializer", "depthwise_initializer", "pointwise_initializer",
          "gamma_initializer", "beta_initializer", "moving_mean_initializer", "moving_variance_initializer", "batch_shape"}


def compare(ours, theirs, path=""):
    """Throws where two configurations differ."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for key in sorted(set(ours) | set(theirs) - SILENT):
            if key not in SILENT:
                compare(ours.get(key), theirs.get(key), f"{path}.{key}")
    elif isinstance(theirs, list) and isinstance(ours, list):
        if len(ours) != len(theirs):
            raise interop.Mismatch(f"{path}: {len(ours)} parts, Keras {len(theirs)}")
        for index, pair in enumerate(zip(ours, theirs)):
            named = theirs[index]
            compare(*pair, f"{path}[{named['name'] if isinstance(named, dict) and 'name' in named else index}]")
    elif isinstance(theirs, (int, float)) and isinstance(ours, (int, float)):
        if abs(ours - theirs) > 1e-9 * max(1, abs(theirs)):
            raise interop.Mismatch(f"{path}: {ours}, Keras {theirs}")
    elif ours != theirs:
        raise interop.Mismatch(f"{path}: {str(ours)[:120]}, Keras {str(theirs)[:120]}")


def check(name, seed, tools):
    arguments, options, d = drawn(name, seed)
    keras.utils.clear_session()
    model = getattr(keras.applications, name)(**arguments)
    randomize(model, d)
    x = d.normal((2, *arguments["input_shape"]), 60) + 100
    expected = model.predict(x, verbose=0)
    for tool in tools:
        for ending in (".weights.h5", ".h5"):
            stored = tool.file("net" + ending)
            if ending == ".h5":
                # As the weights of ImageNet are stored: the file of Keras 2, without a model.
                with h5py.File(stored, "w") as file:
                    legacy_h5_format.save_weights_to_hdf5_group(file, model)
            else:
                model.save_weights(stored)
            made = tool.file("net.keras")
            tool("application", name, "--weights", stored, "--output", made, "--overwrite", *options)
            interop.close(tool.predict(made, x), expected, f"{tool.backend} {ending}")
        tool("application", name, "--weights", "none", "--output", tool.file("net.json"), *options)
        with open(tool.file("net.json")) as file:
            # As Keras understands it: defaults that only newer versions know are not written.
            ours = json.loads(keras.models.model_from_json(file.read(), custom_objects=CUSTOM).to_json())
        compare(plain(ours)["config"]["layers"], plain(json.loads(model.to_json()))["config"]["layers"])
        loaded = keras.models.load_model(made, custom_objects=CUSTOM)
        interop.close(loaded.predict(x, verbose=0), expected, f"{tool.backend}: Keras's prediction from our file")
    return f"{len(model.layers)} layers, {model.count_params():,} parameters, {arguments['input_shape']}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tool", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--draws", type=int, default=1)
    parser.add_argument("--backends", default="cpu,opencl")
    parser.add_argument("--nets", default=",".join(NETS))
    options = parser.parse_args()
    failures = 0
    for name in options.nets.split(","):
        for draw in range(options.draws):
            with tempfile.TemporaryDirectory() as folder:
                tools = [interop.Tool(options.tool, backend, folder) for backend in options.backends.split(",")]
                start = time.time()
                try:
                    print(f"{name}: {check(name, options.seed + draw, tools)}, {time.time() - start:.0f} s", flush=True)
                except Exception as error:  # noqa: BLE001
                    failures += 1
                    print(f"FAILED {name}: {str(error)[:400]}", flush=True)
    print(f"{failures} failed")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
