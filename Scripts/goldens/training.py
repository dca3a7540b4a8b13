"""Optimizers on fixed gradients, small models through fit, and summaries."""

import contextlib
import io

from common import *

L = keras.layers
O = keras.optimizers


def optimizer_config(optimizer):
    kept = {}
    for key, value in optimizer.get_config().items():
        if key in ("name", "loss_scale_factor", "gradient_accumulation_steps", "use_ema", "ema_momentum",
                   "ema_overwrite_frequency", "weight_decay", "clipnorm", "clipvalue", "global_clipnorm"):
            continue
        kept[key] = number(value) if isinstance(value, float) else value
    return {"class_name": type(optimizer).__name__, "config": kept}


def blobs(draw, count, shape, classes):
    """Class numbers and inputs that depend on them, so that there is something to learn."""
    labels = draw.integers((count,), 0, classes)
    centers = draw.normal((classes,) + shape)
    x = np.round(centers[labels] * 0.7 + draw.normal((count,) + shape, 0.5), 2).astype(np.float32)
    return x, labels


def training_case(name, layers, x, y, loss, optimizer, metrics=(), batch_size=6, epochs=5, **fit):
    def build():
        model = keras.Sequential([keras.Input(x.shape[1:])] + [type(l).from_config(l.get_config()) for l in layers])
        loss_object = loss() if callable(loss) else loss
        model.compile(optimizer=type(optimizer).from_config(optimizer.get_config()), loss=loss_object, metrics=list(metrics))
        return model

    draw = Draw(name)
    model = build()
    randomize(model, draw, 0.3)
    initial = model.get_weights()
    initial_json = [tensor(w) for w in initial]
    history = model.fit(x, y, batch_size=batch_size, epochs=epochs, shuffle=False, verbose=0, **fit).history

    # The loss of each batch: fit reports only running means, so the same steps are taken one by one.
    twin = build()
    twin.set_weights(initial)
    count = int(len(x) * (1 - fit.get("validation_split", 0)))
    batch_losses = []
    for _ in range(epochs):
        for start in range(0, count, batch_size):
            twin.reset_metrics()
            end = min(start + batch_size, count)
            result = twin.train_on_batch(x[start:end], y[start:end], return_dict=True)
            batch_losses.append(number(result["loss"]))
    for a, b in zip(model.get_weights(), twin.get_weights()):
        assert np.allclose(a, b, rtol=1e-4, atol=1e-6), name

    final = [tensor(w) for w in model.get_weights()]
    evaluation = model.evaluate(x, y, batch_size=4, verbose=0, return_dict=True)
    prediction = model.predict(x[:5], batch_size=2, verbose=0)
    loss_object = loss() if callable(loss) else keras.losses.get(loss)
    spelled = loss if isinstance(loss, str) else None
    loss_config = {"name": spelled} if spelled else {
        "class_name": type(loss_object).__name__,
        "config": {k: v for k, v in loss_object.get_config().items() if k not in ("name", "dtype", "axis")}}
    result = {
        "name": name, "layers": [layer_config(l) for l in layers], "input_shape": list(x.shape[1:]),
        "loss": loss_config, "optimizer": optimizer_config(optimizer), "metrics": list(metrics),
        "batch_size": batch_size, "epochs": epochs, "x": tensor(x), "y": tensor(y), "initial_weights": initial_json,
        "batch_losses": batch_losses, "history": {k: [number(v) for v in vs] for k, vs in history.items()},
        "final_weights": final, "prediction": tensor(prediction),
        "evaluation": {k: number(v) for k, v in evaluation.items()}, "evaluation_batch_size": 4,
    }
    if "validation_split" in fit:
        result["validation_split"] = fit["validation_split"]
    if "validation_data" in fit:
        vx, vy = fit["validation_data"]
        result["validation_data"] = {"x": tensor(vx), "y": tensor(vy)}
        result["validation_batch_size"] = fit.get("validation_batch_size", batch_size)
    return result


def histories():
    draw = Draw("training")
    cases = []
    x = draw.normal((22, 4))
    y = np.round((x @ draw.normal((4, 2)) + 0.1 * draw.normal((22, 2))), 3).astype(np.float32)
    cases.append(training_case("regression, plain SGD", [L.Dense(5, activation="tanh"), L.Dense(2)], x, y,
                               "mean_squared_error", O.SGD(0.05), ["mean_squared_error"]))
    cases.append(training_case("regression, softplus, validation split", [L.Dense(6, activation="softplus"), L.Dense(2)],
                               x, y, "mse", O.RMSprop(0.01), batch_size=4, validation_split=0.2))

    mx, labels = blobs(draw, 24, (2,), 2)
    cases.append(training_case("binary, tanh and sigmoid, Adam",
                               [L.Dense(4, activation="tanh"), L.Dense(2, activation="tanh"), L.Dense(1, activation="sigmoid")],
                               mx, labels.astype(np.float32)[:, None], "binary_crossentropy", O.Adam(0.01), ["accuracy"]))
    bx, labels = blobs(draw, 22, (5,), 3)
    cases.append(training_case("one-hot, relu and softmax, Adam", [L.Dense(7, activation="relu"), L.Dense(3, activation="softmax")],
                               bx, np.eye(3, dtype=np.float32)[labels], "categorical_crossentropy", O.Adam(0.02), ["accuracy"]))
    cases.append(training_case("class numbers, elu, RMSprop, validation data",
                               [L.Dense(6), L.Activation("elu"), L.Dense(3, activation="softmax")], bx[:16], labels[:16],
                               "sparse_categorical_crossentropy", O.RMSprop(0.01), ["accuracy"], batch_size=5,
                               validation_data=(bx[16:], labels[16:])))
    cases.append(training_case("batch normalization, logits, Nesterov",
                               [L.Dense(6, use_bias=False), L.BatchNormalization(momentum=0.9), L.Activation("relu"), L.Dense(3)],
                               bx, labels, lambda: keras.losses.SparseCategoricalCrossentropy(from_logits=True),
                               O.SGD(0.05, momentum=0.9, nesterov=True), ["accuracy"]))
    cases.append(training_case("label smoothing, silu, centered RMSprop",
                               [L.Dense(6, activation="silu"), L.Dense(3, activation="softmax")], bx,
                               np.eye(3, dtype=np.float32)[labels],
                               lambda: keras.losses.CategoricalCrossentropy(label_smoothing=0.1),
                               O.RMSprop(0.01, momentum=0.5, centered=True), ["accuracy"]))
    multi = draw.integers((22, 3), 0, 2).astype(np.float32)
    cases.append(training_case("multi-label, gelu, AMSGrad", [L.Dense(6, activation="gelu"), L.Dense(3)], bx, multi,
                               lambda: keras.losses.BinaryCrossentropy(from_logits=True), O.Adam(0.02, amsgrad=True), []))

    ix, labels = blobs(draw, 22, (6, 6, 1), 3)
    cases.append(training_case("convolution and max pooling, Adam",
                               [L.Conv2D(3, 3, activation="relu"), L.MaxPooling2D(2), L.Flatten(), L.Dropout(0.0),
                                L.Dense(3, activation="softmax")], ix, labels, "sparse_categorical_crossentropy", O.Adam(0.01),
                               ["accuracy"]))
    cases.append(training_case("same convolution, strides, average pooling, momentum",
                               [L.Conv2D(4, 3, padding="same", strides=2), L.BatchNormalization(), L.Activation("relu"),
                                L.AveragePooling2D(2, padding="same"), L.Flatten(), L.Dense(3, activation="softmax")], ix, labels,
                               "sparse_categorical_crossentropy", O.SGD(0.05, momentum=0.9), ["accuracy"]))
    cx, labels = blobs(draw, 16, (5, 5, 2), 3)
    cases.append(training_case("depthwise, groups and global average pooling, Adam",
                               [L.DepthwiseConv2D(3, depth_multiplier=2, padding="same"), L.Activation("elu"),
                                L.Conv2D(6, 2, groups=2, activation="tanh"), L.GlobalAveragePooling2D(),
                                L.Dense(3, activation="softmax")], cx, np.eye(3, dtype=np.float32)[labels],
                               "categorical_crossentropy", O.Adam(0.02), ["accuracy"], batch_size=5, validation_split=0.25))
    cases.append(training_case("reshape, dilation and global max pooling, RMSprop",
                               [L.Reshape((10, 5, 1)), L.Conv2D(4, 2, dilation_rate=(2, 1), activation="sigmoid"),
                                L.GlobalMaxPooling2D(), L.Dense(3, activation="softmax")], cx, labels,
                               "sparse_categorical_crossentropy", O.RMSprop(0.02), ["accuracy"], batch_size=4))
    write("training", cases)


def summary_case(name, layers, input_shape=None, compiled=False):
    keras.utils.clear_session()
    built = [type(l).from_config({**l.get_config(), "name": None}) for l in layers]
    model = keras.Sequential(([keras.Input(input_shape)] if input_shape else []) + built)
    if compiled:
        model.compile(optimizer="adam", loss="mse")
    buffer = io.StringIO()
    with contextlib.redirect_stdout(buffer):
        model.summary()
    return {"name": name, "layers": [layer_config(l) for l in layers], "input_shape": list(input_shape) if input_shape else None,
            "compiled": compiled, "text": buffer.getvalue()}


def summaries():
    os.environ["COLUMNS"] = "80"
    cnn = [L.Conv2D(32, 3, activation="relu"), L.MaxPooling2D(2), L.Flatten(), L.Dropout(0.5), L.Dense(10, activation="softmax")]
    cases = [
        summary_case("dense", [L.Dense(4, activation="tanh"), L.Dense(2, activation="tanh"), L.Dense(1)], (2,)),
        summary_case("cnn", cnn, (28, 28, 1)), summary_case("cnn compiled", cnn, (28, 28, 1), compiled=True),
        summary_case("mnist mlp", [L.Dense(512, activation="relu"), L.Dropout(0.2), L.Dense(512, activation="relu"), L.Dropout(0.2),
                                   L.Dense(10, activation="softmax")], (784,)),
        summary_case("batch normalization", [L.Conv2D(8, 3), L.BatchNormalization(), L.Activation("relu"),
                                             L.DepthwiseConv2D(3), L.AveragePooling2D(2), L.GlobalAveragePooling2D(),
                                             L.Reshape((2, -1)), L.Flatten(), L.Dense(3)],
                     (12, 12, 3)),
        summary_case("recurrent", [L.Embedding(100, 8), L.Bidirectional(L.LSTM(4, return_sequences=True)),
                                   L.RNN([L.GRUCell(3), L.SimpleRNNCell(2)], return_sequences=True),
                                   L.TimeDistributed(L.Dense(2)), L.GRU(5), L.Dense(1)], (None,)),
        summary_case("not built", [L.Dense(4), L.Dropout(0.1), L.BatchNormalization(), L.Dense(1)]),
        summary_case("large", [L.Dense(4096), L.Dense(4096), L.Dense(1000)], (2048,)),
    ]
    write("summary", cases)


def initializers():
    I = keras.initializers
    cases = []
    for name, build in [
        ("glorot_uniform", I.GlorotUniform), ("glorot_normal", I.GlorotNormal), ("he_uniform", I.HeUniform),
        ("he_normal", I.HeNormal), ("lecun_uniform", I.LecunUniform), ("lecun_normal", I.LecunNormal),
    ]:
        # Dense, convolution, depthwise convolution, bias.
        for shape in [(300, 200), (3, 3, 32, 64), (5, 5, 48, 1), (4000,)]:
            initializer = build(seed=1)
            config = initializer.get_config()
            receptive = int(np.prod(shape[:-2])) if len(shape) > 2 else 1
            fan_in, fan_out = (shape[0], shape[0]) if len(shape) == 1 else (shape[-2] * receptive, shape[-1] * receptive)
            mode = initializer.mode
            scale = initializer.scale / {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[mode]
            values = np.asarray(initializer(shape))
            row = {"name": name, "shape": list(shape), "fan_in": fan_in, "fan_out": fan_out, "distribution": initializer.distribution,
                   "config": {k: v for k, v in config.items() if k != "seed"}, "mean": 0}
            if initializer.distribution == "uniform":
                row["minimum"], row["maximum"] = -math.sqrt(3 * scale), math.sqrt(3 * scale)
                row["standard_deviation"] = math.sqrt(scale)
            else:
                # Truncated at two deviations of the underlying normal, which is widened to keep the variance.
                deviation = math.sqrt(scale) / 0.87962566103423978
                row["minimum"], row["maximum"] = -2 * deviation, 2 * deviation
                row["standard_deviation"] = math.sqrt(scale)
            assert values.min() >= row["minimum"] * 1.00001 and values.max() <= row["maximum"] * 1.00001, row
            assert abs(values.std() / row["standard_deviation"] - 1) < 0.05, (row, values.std())
            assert values.max() > 0.9 * row["maximum"], row
            cases.append(row)
    for name, initializer, low, high, deviation, mean in [
        ("zeros", I.Zeros(), 0, 0, 0, 0), ("ones", I.Ones(), 1, 1, 0, 1),
        ("random_uniform", I.RandomUniform(seed=1), -0.05, 0.05, 0.05 / math.sqrt(3), 0),
        ("random_normal", I.RandomNormal(seed=1), None, None, 0.05, 0),
    ]:
        shape = (100, 300)
        values = np.asarray(initializer(shape))
        assert abs(values.std() - deviation) <= 0.02 * deviation and abs(values.mean() - mean) < 1e-3
        cases.append({"name": name, "shape": list(shape), "distribution": name, "mean": mean, "minimum": low, "maximum": high,
                      "config": {k: v for k, v in initializer.get_config().items() if k != "seed"},
                      "standard_deviation": deviation})
    write("initializers", cases)


def make():
    histories()
    summaries()
    initializers()
