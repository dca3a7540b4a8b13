"""What the nets of keras.applications are: their layers and weights, and what some of them predict with weights by a formula."""

import hashlib
import json
import os
import re

import numpy as np
from common import keras

NETS = (
    "VGG16 VGG19 ResNet50 ResNet101 ResNet152 ResNet50V2 ResNet101V2 ResNet152V2 InceptionV3 InceptionResNetV2 Xception MobileNet "
    "MobileNetV2 MobileNetV3Small MobileNetV3Large DenseNet121 DenseNet169 DenseNet201 NASNetMobile NASNetLarge EfficientNetB0 "
    "EfficientNetB1 EfficientNetB2 EfficientNetB3 EfficientNetB4 EfficientNetB5 EfficientNetB6 EfficientNetB7 EfficientNetV2B0 "
    "EfficientNetV2B1 EfficientNetV2B2 EfficientNetV2B3 EfficientNetV2S EfficientNetV2M EfficientNetV2L ConvNeXtTiny ConvNeXtSmall "
    "ConvNeXtBase ConvNeXtLarge ConvNeXtXLarge").split()

# Besides each net as it is: nets with arguments of their own, which the test has in Swift.
VARIANTS = {
    "MobileNet narrow": ("MobileNet", {"alpha": 0.25, "depth_multiplier": 2, "input_shape": (64, 48, 3), "classes": 7}),
    "MobileNet without a classifier": ("MobileNet", {"include_top": False, "pooling": "max", "input_shape": (128, 128, 1)}),
    "MobileNetV2 narrow": ("MobileNetV2", {"alpha": 0.35, "input_shape": (96, 96, 3)}),
    "MobileNetV2 wide": ("MobileNetV2", {"alpha": 1.4, "include_top": False}),
    "MobileNetV3Small minimalistic": ("MobileNetV3Small", {"minimalistic": True, "include_preprocessing": False}),
    "MobileNetV3Large wide": ("MobileNetV3Large", {"alpha": 1.25, "dropout_rate": 0.0, "input_shape": (65, 33, 3)}),
    "EfficientNetV2S without preprocessing": ("EfficientNetV2S", {"include_preprocessing": False, "include_top": False}),
    "EfficientNetV2B0 grey": ("EfficientNetV2B0", {"input_shape": (40, 40, 1), "classes": 3}),
    "ConvNeXtTiny named": ("ConvNeXtTiny", {"name": "other", "include_top": False, "pooling": "avg"}),
    "NASNetMobile without a classifier": ("NASNetMobile", {"include_top": False}),
    "EfficientNetB1 without a classifier": ("EfficientNetB1", {"include_top": False, "pooling": "avg", "input_shape": (33, 64, 3)}),
}

PREDICTING = {
    "MobileNet": {"alpha": 0.25}, "MobileNetV2": {"alpha": 0.35}, "MobileNetV3Small": {"alpha": 0.75},
    "MobileNetV3Large": {"alpha": 0.5, "minimalistic": True}, "EfficientNetB0": {}, "EfficientNetV2B0": {}, "NASNetMobile": {},
    "DenseNet121": {},
}


def snake(name):
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def digest(model):
    """Of a line for each layer: its class, its name (a star for automatic ones) and the shapes of its weights."""
    lines = []
    for layer in model.layers:
        kind = layer.__class__.__name__
        automatic = re.fullmatch(snake(kind) + r"(_\d+)?", layer.name)
        shapes = ";".join(",".join(map(str, w.shape)) for w in layer.weights)
        lines.append(f"{kind}|{'*' if automatic else layer.name}|{shapes}\n")
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def fact(name, net, arguments):
    keras.utils.clear_session()
    model = getattr(keras.applications, net)(weights=None, **arguments)
    trainable = sum(int(np.prod(w.shape)) for w in model.trainable_weights)
    return {"name": name, "model": model.name, "parameters": model.count_params(), "trainable": trainable, "layers": len(model.layers),
            "input": list(model.input_shape), "output": list(model.output_shape), "digest": digest(model)}


def fill(model):
    """Weights by a formula, of a size that lets signals through."""
    for number, weight in enumerate(model.weights):
        kind, shape = weight.path.split("/")[-1], tuple(weight.shape)
        if kind == "count":
            continue
        i = np.arange(int(np.prod(shape)), dtype=np.float64)
        wave = np.sin(12.9898 * i + 78.233 * (number + 1)) * 43758.5453
        noise = 2 * (wave - np.floor(wave)) - 1
        if kind.endswith("kernel"):
            # Of a convolution of each channel by itself, the window; of others, the channels, too.
            inputs = shape[0] * shape[1] if len(shape) == 4 and shape[3] == 1 else int(np.prod(shape[:-1]))
            value = noise * (7 / inputs) ** 0.5
        elif kind in ("gamma", "moving_variance", "variance"):
            value = 1 + 0.1 * noise
        else:
            value = 0.1 * noise
        weight.assign(value.reshape(shape).astype(np.float32))
    for layer in model.layers:
        if isinstance(layer, keras.layers.Normalization):
            layer.finalize_state()


def predicted(net, arguments, precision):
    keras.utils.clear_session()
    keras.config.set_floatx(precision)
    model = getattr(keras.applications, net)(
        weights=None, input_shape=(33, 33, 3), classes=5, classifier_activation=None, **arguments)
    fill(model)
    i = np.arange(2 * 33 * 33 * 3, dtype=np.float64)
    x = np.float32(127 + 120 * np.sin(0.9 * i + (i / 100) ** 2)).reshape(2, 33, 33, 3)
    y = model.predict(x, verbose=0).ravel()
    keras.config.set_floatx("float32")
    return y


def prediction(net, arguments):
    """In doubles, with what Keras's own floats are off by: deep nets make much of roundings."""
    y = predicted(net, arguments, "float64")
    rounding = float(np.abs(predicted(net, arguments, "float32") - y).max())
    return {"net": net, "y": [float(f"{v:.7g}") for v in y], "rounding": float(f"{rounding:.2g}")}


def make():
    facts = [fact(name, name, {}) for name in NETS] + [fact(name, *pair) for name, pair in VARIANTS.items()]
    predictions = [prediction(net, arguments) for net, arguments in PREDICTING.items()]
    folder = os.environ.get("GOLDEN_FOLDER") or os.path.join(
        os.path.dirname(__file__), "../../Tests/KeratinApplicationsTests/Goldens")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "applications.json"), "w") as file:
        json.dump({"nets": facts, "predictions": predictions}, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    make()
