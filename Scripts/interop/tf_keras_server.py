"""tf.keras 2.15 at the service of legacy.py: reads commands as lines of JSON from standard input and answers each with one line.

Runs in an environment of its own, whose `keras` is that of tf.keras 2.15. Draws are those of draws.py, as far as tf.keras has the layers.
"""
import json
import os
import sys

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1")
import keras
import numpy as np
import tensorflow as tf

import draws
import versions
from draws import Draw

tf.get_logger().setLevel("ERROR")
L = keras.layers


def predictions(model, x, batch):
    return np.asarray(model.predict(x, batch_size=batch, verbose=0))


def history(model, x, y, epochs, batch):
    result = model.fit(x, y, epochs=epochs, batch_size=batch, shuffle=False, verbose=0).history
    return {key: [float(value) for value in values] for key, values in result.items()}


def predict(model, x, output, batch=32):
    """A file's model, its predictions."""
    np.save(output, predictions(keras.models.load_model(model), np.load(x), batch))
    return {}


def go_on(model, x, y, epochs, batch):
    """Trains a file's model on; its losses."""
    loaded = keras.models.load_model(model)
    return history(loaded, np.load(x), np.load(y), epochs, batch)


def load_weights(model, weights, x, output):
    """Weights of a legacy file in the model of another one."""
    loaded = keras.models.load_model(model)
    loaded.load_weights(weights)
    np.save(output, predictions(loaded, np.load(x), 32))
    return {}


def inputs(d, layers, shape):
    if isinstance(layers[0], L.Embedding):
        x = d.rng.integers(0, layers[0].input_dim, shape)
        return np.where(d.rng.random(shape) < 0.3, 0, x).astype(np.int32)
    x = d.normal(shape)
    if isinstance(layers[0], L.Masking):
        x[d.rng.random(shape[:2]) < 0.4] = 0
    return x


def draw(table, name, seed, number, folder):
    """A drawn model of one layer, compiled; before and after ten steps, and what ten more give."""
    d = Draw(seed, name, number)
    try:
        if table == "GRAPHS":
            graph = versions.graphs(keras)[name](d)
            shape, layers = tuple(graph.inputs[0].shape[1:]), [graph]
            model = keras.Model(graph.inputs, L.Dense(2)(L.Flatten()(graph.outputs[0])))
        else:
            shape, layers = getattr(draws, table)[name](d)
            layers = layers if isinstance(layers, list) else [layers]
            model = keras.Sequential([keras.Input(shape)] + layers + [L.Flatten(), L.Dense(2)])
    except (AttributeError, TypeError, ValueError) as error:
        return {"absent": f"{type(error).__name__}: {error}"[:200]}
    model.compile(keras.optimizers.Adam(0.005), "mse", metrics=["mae"])
    x, y = inputs(d, layers, (8,) + shape), d.normal((8, 2))
    np.save(f"{folder}/tf-x.npy", x)
    np.save(f"{folder}/tf-y.npy", y)
    answer = {"trains": table != "RANDOM_LAYERS" and draws.trains_alike(layers)}
    if answer["trains"]:
        try:
            history(model, x, y, 5, 4)
        except tf.errors.OperatorNotAllowedInGraphError:
            return {"absent": f"training {name}"}
    for end in ("h5", "keras"):
        model.save(f"{folder}/tf.{end}")
    model.save_weights(f"{folder}/tf-weights.h5")
    np.save(f"{folder}/tf-p.npy", predictions(model, x, 32))
    if answer["trains"]:
        answer["history"] = history(model, x, y, 5, 4)
    return answer


COMMANDS = {"predict": predict, "go_on": go_on, "load_weights": load_weights, "draw": draw}


def main():
    answers = os.fdopen(os.dup(1), "w")
    # What libraries print is no answer.
    os.dup2(2, 1)
    for line in sys.stdin:
        command = json.loads(line)
        keras.backend.clear_session()
        try:
            answer = COMMANDS[command.pop("command")](**command)
        except Exception as error:  # whatever tf.keras cannot do is an answer
            answer = {"error": f"{type(error).__name__}: {error}".replace("\n", " ")[:400]}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
