"""Keras 3 on the engine that KERAS_BACKEND names. usage: keras_peer.py JOB THREADS"""

import os
import sys

job, threads = sys.argv[1], int(sys.argv[2])
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
engine = os.environ["KERAS_BACKEND"]
if engine == "tensorflow":
    import tensorflow

    tensorflow.config.threading.set_intra_op_parallelism_threads(threads)
    version = tensorflow.__version__
else:
    import jax

    version = jax.__version__

import keras
import numpy
from keras import layers

from peer import INFERENCES, STEPS, UNITS, WORDS, serve, sizes

rng = numpy.random.default_rng(1)


def classes(count, width):
    return numpy.eye(width, dtype="float32")[rng.integers(0, width, count)]


def halves(count):
    return rng.integers(0, 2, (count, 1)).astype("float32")


def moons(items):
    model = keras.Sequential([
        layers.Input((2,)),
        layers.Dense(4, activation="tanh"),
        layers.Dense(2, activation="tanh"),
        layers.Dense(1, activation="sigmoid"),
    ])
    model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
    return model, rng.random((items, 2), dtype="float32"), halves(items)


def mlp(items):
    model = keras.Sequential([layers.Input((784,))])
    for _ in range(2):
        model.add(layers.Dense(512, activation="relu"))
        model.add(layers.Dropout(0.2))
    model.add(layers.Dense(10, activation="softmax"))
    model.compile("sgd", "categorical_crossentropy", metrics=["accuracy"])
    return model, rng.random((items, 784), dtype="float32"), classes(items, 10)


def cnn(items):
    model = keras.Sequential([
        layers.Input((28, 28, 1)),
        layers.Conv2D(32, 3, activation="relu"),
        layers.Conv2D(64, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Dropout(0.25),
        layers.Flatten(),
        layers.Dense(128, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ])
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    return model, rng.random((items, 28, 28, 1), dtype="float32"), classes(items, 10)


def reviews(cell):
    def make(items):
        model = keras.Sequential([
            layers.Input((STEPS,)),
            layers.Embedding(WORDS, UNITS),
            cell(UNITS),
            layers.Dense(1, activation="sigmoid"),
        ])
        model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
        words = rng.integers(0, WORDS, (items, STEPS)).astype("int32")
        return model, words, halves(items)

    return make


def resnet(items):
    model = keras.applications.ResNet50(weights=None)
    model.compile(keras.optimizers.SGD(1e-3, momentum=0.9), "categorical_crossentropy")
    return model, rng.random((items, 224, 224, 3), dtype="float32"), classes(items, 1000)


MODELS = {
    "moons": moons,
    "mnist-mlp": mlp,
    "mnist-cnn": cnn,
    "imdb-lstm": reviews(layers.LSTM),
    "imdb-gru": reviews(layers.GRU),
    "resnet50": resnet,
}
NETS = {"resnet50": "ResNet50", "mobilenetv2": "MobileNetV2", "vgg16": "VGG16"}
items, batch = sizes(job)


def prepare():
    if job in INFERENCES:
        model = getattr(keras.applications, NETS[INFERENCES[job][0]])(weights=None)
        x = rng.random((batch, 224, 224, 3), dtype="float32")
        return lambda: model.predict_on_batch(x)
    kind, name = job.split("/")
    model, x, y = MODELS[name](items)
    if kind == "predict":
        return lambda: model.predict(x, batch_size=batch, verbose=0)
    return lambda: model.fit(x, y, batch_size=batch, verbose=0)


serve({"keras": keras.__version__, engine: version}, items, batch, prepare)
