"""Models of tf.keras 2.15 trained with each of its optimizers, saved, and the losses with which tf.keras goes on from the
file. It needs a Python of its own, with tensorflow-cpu 2.15.1 and keras 2.15.0 (Python 3.11): `tf_keras_optimizers.py FOLDER`.

The tests' `histories.json` holds inputs, labels and losses of all cases. For Nadam, whose running product tf.keras loses and
multiplies once for each weight, the losses are those of Keras 3.15.1 from the same weights, slots, step and product."""

import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
import keras
import numpy as np

FOLDER = sys.argv[1]
O = keras.optimizers
S = O.schedules
generator = np.random.default_rng(3)
x = generator.normal(size=(6, 3)).astype("f4").round(3)
y = (x.sum(1, keepdims=True) * 0.5).astype("f4").round(3)
MAKERS = {
    "sgd-plain": lambda: O.SGD(0.05),
    "rmsprop": lambda: O.RMSprop(0.01),
    "rmsprop-centered": lambda: O.RMSprop(0.01, momentum=0.7, centered=True),
    "adagrad": lambda: O.Adagrad(0.1),
    "adadelta": lambda: O.Adadelta(1.0),
    "adamax": lambda: O.Adamax(0.02),
    "adam-amsgrad": lambda: O.Adam(0.03, amsgrad=True),
    "adamw": lambda: O.AdamW(0.02, weight_decay=0.1),
    "ftrl": lambda: O.Ftrl(0.1),
    "lion": lambda: O.Lion(0.01),
    "adafactor": lambda: O.Adafactor(0.02),
    "nadam": lambda: O.Nadam(0.02),
    "schedule": lambda: O.Adam(S.ExponentialDecay(0.05, 5, 0.6)),
    "schedule-sgd": lambda: O.SGD(S.PiecewiseConstantDecay([10, 14], [0.05, 0.02, 0.01]), momentum=0.9, nesterov=True),
    "ema": lambda: O.SGD(0.05, momentum=0.5, use_ema=True, ema_momentum=0.8),
    "clip": lambda: O.Adam(0.03, global_clipnorm=0.5),
    "legacy": lambda: O.legacy.SGD(0.05, momentum=0.8, decay=0.1),
}


def array(values):
    return {"shape": list(values.shape), "values": [float(v) for v in values.reshape(-1)]}


os.makedirs(FOLDER, exist_ok=True)
histories = {}
for name, make in MAKERS.items():
    keras.utils.set_random_seed(5)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(3, activation="tanh"), keras.layers.Dense(1)])
    model.compile(optimizer=make(), loss="mse")
    model.fit(x, y, epochs=3, batch_size=2, shuffle=False, verbose=0)
    path = f"{FOLDER}/model-{name}.keras"
    model.save(path)
    loaded = keras.models.load_model(path)
    loss = loaded.fit(x, y, epochs=3, batch_size=2, shuffle=False, verbose=0).history["loss"]
    histories[name] = {"x": array(x), "y": array(y), "loss": loss}
with open(f"{FOLDER}/histories.json", "w") as file:
    json.dump(histories, file)
