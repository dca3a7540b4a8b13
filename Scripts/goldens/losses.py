"""Losses with gradients, and metrics by Keras's rules."""

from common import *

LOSSES = {
    "mean_squared_error": keras.losses.MeanSquaredError,
    "binary_crossentropy": keras.losses.BinaryCrossentropy,
    "categorical_crossentropy": keras.losses.CategoricalCrossentropy,
    "sparse_categorical_crossentropy": keras.losses.SparseCategoricalCrossentropy,
}


def case(name, loss, y_true, y_pred, through=None, **options):
    """`through`: y_pred is what a softmax or sigmoid layer is given; the gradient is w.r.t. that."""
    function = LOSSES[loss](**options)
    activation = keras.layers.Activation(through) if through else None
    draw = Draw(name)
    cotangent = draw.normal(function(y_true, y_pred).shape) if options.get("reduction") in ("none", None) and (
        "reduction" in options) else np.float32(1)

    # A compiled function, as in fit: only there does Keras look behind the activation.
    @tf.function
    def compute(p):
        with tf.GradientTape() as tape:
            tape.watch(p)
            value = function(y_true, activation(p) if activation else p)
            total = tf.reduce_sum(value * cotangent)
        return value, tape.gradient(total, p)

    value, gradient = compute(tf.constant(y_pred))
    config = {k: v for k, v in function.get_config().items() if k not in ("name", "dtype", "axis")}
    return {
        "name": name, "loss": {"class_name": type(function).__name__, "config": config, "function": loss},
        "through": through, "y_true": tensor(y_true), "y_pred": tensor(y_pred),
        "value": tensor(value.numpy()), "cotangent": tensor(cotangent), "gradient": tensor(gradient.numpy()),
    }


def one_hot(labels, classes):
    return np.eye(classes, dtype=np.float32)[labels]


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return np.round(e / e.sum(-1, keepdims=True), 4).astype(np.float32)


def make():
    draw = Draw("losses")
    cases = []
    for shape in [(5, 1), (4, 3), (2, 3, 5)]:
        y, p = draw.normal(shape), draw.normal(shape)
        for reduction in ["sum_over_batch_size", "sum", "none"]:
            cases.append(case(f"mean_squared_error {shape} {reduction}", "mean_squared_error", y, p, reduction=reduction))

    saturated = np.array([[0, 1, 1e-8, 1 - 1e-7], [1, 0, 1e-5, 0.5]], np.float32)
    truth = np.array([[0, 1, 1, 0], [0, 1, 0, 1]], np.float32)
    wide = np.array([[-100, 100, 30, -30], [100, -100, 0, 1e-4]], np.float32)
    for name, y, p, logits in [
        ("one output", draw.integers((6, 1), 0, 2).astype(np.float32), draw.uniform((6, 1), 0.05, 0.95), False),
        ("several", draw.integers((4, 5), 0, 2).astype(np.float32), draw.uniform((4, 5), 0.05, 0.95), False),
        ("soft labels", draw.uniform((3, 4), 0, 1), draw.uniform((3, 4), 0.05, 0.95), False),
        ("saturated", truth, saturated, False),
        ("logits", draw.integers((4, 5), 0, 2).astype(np.float32), draw.normal((4, 5), 2), True),
        ("wide logits", truth, wide, True),
    ]:
        for smoothing in [0.0, 0.2]:
            cases.append(case(f"binary_crossentropy {name} smoothing {smoothing}", "binary_crossentropy", y, p,
                              from_logits=logits, label_smoothing=smoothing))
        cases.append(case(f"binary_crossentropy {name} none", "binary_crossentropy", y, p, from_logits=logits,
                          reduction="none"))
    for name, y, x in [
        ("drawn", draw.integers((5, 1), 0, 2).astype(np.float32), draw.normal((5, 1), 2)), ("wide", truth, wide),
    ]:
        cases.append(case(f"binary_crossentropy behind sigmoid, {name}", "binary_crossentropy", y, x, through="sigmoid"))
        cases.append(case(f"binary_crossentropy behind sigmoid, {name}, smoothing", "binary_crossentropy", y, x,
                          through="sigmoid", label_smoothing=0.1))

    labels = np.array([0, 3, 1, 2], np.int32)
    far = np.array([[100, -100, 0, 5], [0, 0, 0, -200], [1, 2, 3, 4], [80, 80, -80, -80]], np.float32)
    sharp = np.array([[1, 0, 0, 0], [1, 0, 0, 0], [1e-9, 1, 0, 0], [0.25, 0.25, 0.25, 0.25]], np.float32)
    unnormalized = draw.uniform((4, 4), 0.1, 2)
    drawn = draw.normal((4, 4), 2)
    for name, p, logits, through in [
        ("probabilities", softmax(drawn), False, None), ("not normalized", unnormalized, False, None),
        ("saturated", sharp, False, None), ("logits", drawn, True, None), ("wide logits", far, True, None),
        ("behind softmax", drawn, False, "softmax"), ("behind softmax, wide", far, False, "softmax"),
    ]:
        for smoothing in [0.0, 0.1]:
            cases.append(case(f"categorical_crossentropy {name} smoothing {smoothing}", "categorical_crossentropy",
                              one_hot(labels, 4), p, through, from_logits=logits, label_smoothing=smoothing))
        cases.append(case(f"sparse_categorical_crossentropy {name}", "sparse_categorical_crossentropy", labels, p,
                          through, from_logits=logits))
        cases.append(case(f"sparse_categorical_crossentropy {name}, column of labels", "sparse_categorical_crossentropy",
                          labels[:, None], p, through, from_logits=logits))
        for loss, y in [("categorical_crossentropy", one_hot(labels, 4)), ("sparse_categorical_crossentropy", labels)]:
            for reduction in ["sum", "none"]:
                if through is None and name in ("probabilities", "logits"):
                    cases.append(case(f"{loss} {name} {reduction}", loss, y, p, from_logits=logits, reduction=reduction))
    soft = softmax(draw.normal((2, 3, 5)))
    cases.append(case("categorical_crossentropy soft labels of rank 3", "categorical_crossentropy", soft,
                      draw.normal((2, 3, 5)), from_logits=True))
    cases.append(case("sparse_categorical_crossentropy rank 3", "sparse_categorical_crossentropy",
                      draw.integers((2, 3), 0, 5), draw.normal((2, 3, 5)), from_logits=True))
    # TensorFlow's kernel gives the gradient p - t whatever the labels sum to; behind no kernel it is the derivative.
    half, double = draw.uniform((4, 4), 0, 1), draw.uniform((4, 4), 0, 1)
    for name, p, logits, through in [
        ("probabilities", softmax(drawn), False, None), ("logits", drawn, True, None),
        ("behind softmax", drawn, False, "softmax"),
    ]:
        for y, total in [(half, 0.5), (double, 2)]:
            y = (y / y.sum(-1, keepdims=True) * total).round(4).astype(np.float32)
            for smoothing in [0.0, 0.3]:
                cases.append(case(f"categorical_crossentropy {name}, labels of sum {total}, smoothing {smoothing}",
                                  "categorical_crossentropy", y, p, through, from_logits=logits,
                                  label_smoothing=smoothing, reduction="sum"))
    write("losses", cases)
    metrics()


def metrics():
    draw = Draw("metrics")
    cases = []
    count = 11
    for name, loss, y, p, wanted in [
        ("binary, one output", "binary_crossentropy", draw.integers((count, 1), 0, 2).astype(np.float32),
         draw.uniform((count, 1), 0.02, 0.98), ["accuracy", "binary_accuracy", "mean_squared_error"]),
        ("binary, predictions at 0.5", "binary_crossentropy", draw.integers((count, 1), 0, 2).astype(np.float32),
         draw.integers((count, 1), 0, 3).astype(np.float32) / 2, ["accuracy"]),
        ("multi-label", "binary_crossentropy", draw.integers((count, 4), 0, 2).astype(np.float32),
         draw.uniform((count, 4), 0.02, 0.98), ["accuracy", "binary_crossentropy"]),
        ("one-hot labels", "categorical_crossentropy", one_hot(draw.integers(count, 0, 5), 5),
         softmax(draw.normal((count, 5))), ["accuracy", "categorical_accuracy", "categorical_crossentropy"]),
        ("class numbers", "sparse_categorical_crossentropy", draw.integers((count,), 0, 5),
         softmax(draw.normal((count, 5))), ["accuracy", "sparse_categorical_accuracy",
                                            "sparse_categorical_crossentropy"]),
        ("class numbers in a column", "sparse_categorical_crossentropy", draw.integers((count, 1), 0, 3),
         softmax(draw.normal((count, 3))), ["accuracy"]),
        ("ties", "sparse_categorical_crossentropy", draw.integers((count,), 0, 3),
         np.round(softmax(draw.normal((count, 3))), 1), ["accuracy"]),
        ("regression, one output", "mean_squared_error", draw.normal((count, 1)), draw.normal((count, 1)),
         ["mean_squared_error", "mse"]),
        ("regression, several outputs", "mean_squared_error", draw.normal((count, 3)), draw.normal((count, 3)),
         ["mean_squared_error"]),
    ]:
        model = keras.Sequential([keras.Input(p.shape[1:]), keras.layers.Activation("linear")])
        model.compile(loss=loss, metrics=list(wanted))
        results = model.evaluate(p, y, batch_size=4, verbose=0, return_dict=True)
        cases.append({
            "name": name, "loss": loss, "metrics": wanted, "batch_size": 4, "y_true": tensor(y), "y_pred": tensor(p),
            "results": {k: number(v) for k, v in results.items()},
        })
    write("metrics", cases)
