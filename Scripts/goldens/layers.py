"""Layers: outputs, and gradients of sum(output * cotangent)."""

import inspect

from common import *
import more_layers

L = keras.layers


def channels_last_twin(layer):
    """The layer with data_format channels_last, which TensorFlow's CPU kernels need."""
    config = layer.get_config()
    config["data_format"] = "channels_last"
    return type(layer).from_config(config)


def to_last(x):
    return np.moveaxis(x, 1, -1)


def to_first(x):
    return np.moveaxis(x, -1, 1)


def needs_twin(layer):
    """Whether TensorFlow cannot compute the layer on a CPU with channels first."""
    words = ("Conv", "Pooling")
    name = type(layer).__name__
    first = getattr(layer, "data_format", None) == "channels_first"
    return first and any(word in name for word in words) and not name.startswith("Global")


def takes(layer, argument):
    return argument in inspect.signature(layer.call).parameters


def case(name, layer, shape, training=False, scale=1.0, x=None, ties=False, mask=None):
    draw = Draw(name)
    if x is None:
        x = draw.normal(shape, scale)
    if ties:
        x = np.round(x * 2) / 2
    transposed = needs_twin(layer)
    runner = channels_last_twin(layer) if transposed else layer
    fed = to_last(x) if transposed else x
    if not runner.built:
        runner.build(fed.shape)
    randomize(runner, draw)
    if hasattr(runner, "finalize_state"):
        runner.finalize_state()
    before = weights(runner)
    options = {"training": training} if takes(runner, "training") else {}

    variable = tf.constant(fed)
    with tf.GradientTape() as tape:
        tape.watch(variable)
        # A tensor of its own may carry a mask.
        entry = tf.identity(variable)
        if mask is not None:
            keras.src.backend.set_keras_mask(entry, tf.constant(mask))
        result = runner(entry, **options)
        output_mask = keras.src.backend.get_keras_mask(result)
        y = tf.experimental.numpy.moveaxis(result, -1, 1) if transposed and len(result.shape) > 2 else result
        cotangent = draw.normal(tuple(y.shape))
        total = tf.reduce_sum(y * cotangent)
    trainable = [w.value for w in runner.trainable_weights]
    added = sum(float(loss) for loss in runner.losses) if runner.losses else None
    gradients = tape.gradient(total, [variable] + trainable, unconnected_gradients="zero")
    dx = gradients[0].numpy()
    if transposed:
        dx = to_first(dx)
    result = {
        "name": name, "layer": layer_config(layer), "training": training, "weights": before,
        "inputs": [tensor(x)], "outputs": [tensor(y.numpy())], "cotangent": tensor(cotangent),
        "input_gradients": [tensor(dx)],
        "weight_gradients": [tensor(g.numpy()) for g in gradients[1:]],
    }
    if training:
        result["weights_after"] = weights(runner)
    if not layer.trainable:
        result["trainable"] = False
    if mask is not None:
        result["mask"] = tensor(mask)
    if output_mask is not None:
        result["output_mask"] = tensor(output_mask.numpy())
    if added is not None:
        result["added_loss"] = number(added)
    return result


def make():
    cases = []
    for shape, units in [((1, 1), 1), ((5, 3), 7), ((33, 17), 5), ((2, 31), 9), ((2, 3, 5), 4)]:
        cases.append(case(f"dense {shape} to {units}", L.Dense(units), shape))
    for activation in ["relu", "sigmoid", "tanh", "softmax", "elu", "gelu", "silu", "softplus"]:
        cases.append(case(f"dense {activation}", L.Dense(5, activation=activation), (4, 6)))
    cases.append(case("dense without bias", L.Dense(6, use_bias=False, activation="relu"), (5, 4)))
    write("dense", cases)

    cases = []
    row = np.array(
        [[-100, -20, -5, -2.5, -1, -0.5, -0.001, 0, 0.001, 0.5, 1, 2.5, 5, 20, 100]], np.float32)
    for activation in [
        "linear", "relu", "sigmoid", "tanh", "softmax", "elu", "gelu", "silu", "softplus"
    ]:
        layer = L.Activation(activation)
        cases.append(case(f"{activation}, wide values", layer, None, x=row))
        cases.append(case(f"{activation}, drawn", layer, (3, 2, 11), scale=2))
    write("activations", cases)

    cases = [
        case("flatten", L.Flatten(), (3, 2, 4, 5)), case("flatten rank 2", L.Flatten(), (3, 5)),
        case("flatten channels first", L.Flatten(data_format="channels_first"), (2, 3, 2, 4)),
        case("reshape", L.Reshape((3, 4)), (2, 12)),
        case("reshape with -1", L.Reshape((-1, 4)), (2, 6, 2)),
        case("reshape with -1 last", L.Reshape((2, 3, -1)), (3, 12)),
        case("reshape to one axis", L.Reshape((-1,)), (2, 3, 4)),
        case("dropout at inference", L.Dropout(0.4), (3, 7)),
        case("dropout of nothing", L.Dropout(0.0), (3, 7), training=True),
    ]
    write("reshaping", cases)

    cases = []
    for name, shape, options in [
        ("valid", (2, 6, 5, 3), dict(filters=4, kernel_size=3)),
        ("same", (1, 5, 6, 2), dict(filters=3, kernel_size=3, padding="same")),
        ("same, even window", (1, 5, 4, 2), dict(filters=3, kernel_size=2, padding="same")),
        ("same, strides", (2, 7, 6, 2), dict(filters=3, kernel_size=3, strides=2, padding="same")),
        ("same, strides beyond window", (1, 8, 7, 1), dict(filters=2, kernel_size=(2, 1), strides=3, padding="same")),
        ("valid, strides", (1, 8, 9, 2), dict(filters=3, kernel_size=(3, 2), strides=(2, 3))),
        ("dilation", (1, 8, 9, 2), dict(filters=3, kernel_size=3, dilation_rate=(2, 3))),
        ("dilation same", (1, 6, 7, 2), dict(filters=3, kernel_size=3, dilation_rate=2, padding="same")),
        ("groups", (2, 5, 5, 4), dict(filters=6, kernel_size=3, groups=2)),
        ("groups same strides", (1, 6, 5, 6), dict(filters=6, kernel_size=(3, 2), groups=3, strides=2, padding="same")),
        ("one by one", (2, 4, 3, 5), dict(filters=7, kernel_size=1)),
        ("whole input", (3, 4, 4, 2), dict(filters=5, kernel_size=4)),
        ("no bias, relu", (1, 5, 5, 2), dict(filters=4, kernel_size=3, use_bias=False, activation="relu")),
        ("sigmoid", (1, 5, 5, 2), dict(filters=4, kernel_size=3, activation="sigmoid")),
        ("softmax", (1, 4, 4, 2), dict(filters=4, kernel_size=2, activation="softmax")),
        ("one channel, many filters", (1, 7, 7, 1), dict(filters=17, kernel_size=3)),
        ("channels first", (2, 3, 6, 5), dict(filters=4, kernel_size=3, data_format="channels_first")),
        ("channels first same strides", (1, 2, 5, 6),
         dict(filters=3, kernel_size=3, strides=2, padding="same", data_format="channels_first", activation="tanh")),
    ]:
        cases.append(case(f"conv2d {name}", L.Conv2D(**options), shape))
    write("conv2d", cases)

    cases = []
    for name, shape, options in [
        ("valid", (2, 6, 5, 3), dict(kernel_size=3)),
        ("same", (1, 5, 6, 4), dict(kernel_size=3, padding="same")),
        ("multiplier", (1, 5, 5, 3), dict(kernel_size=(3, 2), depth_multiplier=2)),
        ("strides", (1, 7, 7, 2), dict(kernel_size=3, strides=2, padding="same", depth_multiplier=3)),
        ("dilation", (1, 8, 7, 2), dict(kernel_size=3, dilation_rate=2, activation="relu")),
        ("no bias", (2, 4, 4, 5), dict(kernel_size=2, use_bias=False)),
        ("channels first", (1, 3, 5, 6), dict(kernel_size=3, data_format="channels_first", depth_multiplier=2)),
    ]:
        cases.append(case(f"depthwise conv2d {name}", L.DepthwiseConv2D(**options), shape))
    write("depthwise_conv2d", cases)

    cases = []
    for word, layer in [("max", L.MaxPooling2D), ("average", L.AveragePooling2D)]:
        for name, shape, options in [
            ("default", (2, 6, 5, 3), dict(pool_size=2)),
            ("same", (1, 5, 7, 2), dict(pool_size=2, padding="same")),
            ("overlapping", (1, 7, 6, 3), dict(pool_size=3, strides=2)),
            ("overlapping same", (2, 5, 6, 2), dict(pool_size=3, strides=2, padding="same")),
            ("strides 1 same", (1, 4, 5, 2), dict(pool_size=(2, 3), strides=1, padding="same")),
            ("gaps", (1, 8, 9, 2), dict(pool_size=2, strides=3)),
            ("oblong", (1, 6, 9, 2), dict(pool_size=(3, 1), strides=(1, 2))),
            ("whole input", (2, 3, 4, 5), dict(pool_size=(3, 4))),
            ("channels first", (1, 3, 5, 6), dict(pool_size=2, data_format="channels_first")),
        ]:
            cases.append(case(f"{word} pooling {name}", layer(**options), shape))
    cases.append(
        case("max pooling with ties", L.MaxPooling2D(3, strides=1, padding="same"), (1, 6, 6, 2), ties=True))
    for word, layer in [("max", L.GlobalMaxPooling2D), ("average", L.GlobalAveragePooling2D)]:
        for name, shape, options in [
            ("default", (2, 5, 4, 3), {}), ("one cell", (2, 1, 1, 3), {}),
            ("keepdims", (1, 3, 4, 5), dict(keepdims=True)),
            ("channels first", (2, 3, 4, 5), dict(data_format="channels_first")),
        ]:
            cases.append(case(f"global {word} pooling {name}", layer(**options), shape))
    write("pooling", cases)

    cases = []
    for training in [False, True]:
        word = "training" if training else "inference"
        for name, shape, options in [
            ("rank 2", (6, 5), {}), ("rank 2, one column", (7, 1), {}), ("rank 4", (2, 3, 4, 3), {}),
            ("rank 3", (3, 4, 2), dict(momentum=0.8)), ("axis 1, rank 4", (2, 3, 4, 5), dict(axis=1)),
            ("axis 1, rank 2", (5, 4), dict(axis=1)), ("no center", (5, 4), dict(center=False)),
            ("no scale", (5, 4), dict(scale=False)), ("neither", (5, 4), dict(center=False, scale=False)),
            ("epsilon", (4, 3), dict(epsilon=0.1, momentum=0.5)),
        ]:
            cases.append(case(f"batch normalization {name}, {word}", L.BatchNormalization(**options), shape, training))
        far = np.round(Draw("far").normal((9, 3)) + 50, 3).astype(np.float32)
        cases.append(case(f"batch normalization far from zero, {word}", L.BatchNormalization(), None, training, x=far))
    write("batch_normalization", cases)
    more_layers.make(case)
