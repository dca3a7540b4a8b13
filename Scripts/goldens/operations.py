"""Keras's ops: each as a graph with its configuration, its inputs and its results. `python operations.py operations` makes them anew."""

import sys

from common import *
from more_layers import plain_tree

O = keras.ops


def one(name, arrays, function, batch=False, at_once=False):
    """A graph of one expression. With `batch` the first axis is unknown; `at_once`: Keras's own graph of it fails or differs."""
    arrays = [np.asarray(x) for x in arrays]
    inputs = [
        keras.Input(batch_shape=((None,) if batch else x.shape[:1]) + x.shape[1:], dtype=str(x.dtype)) for x in arrays
    ]
    model = keras.Model(inputs, function(*inputs))
    tensors = [tf.constant(x) for x in arrays]
    results = function(*tensors) if at_once else model(tensors if len(tensors) > 1 else tensors[0])
    results = results if isinstance(results, (list, tuple)) else [results]
    return {
        "name": name, "model": plain_tree(keras.saving.serialize_keras_object(model)),
        "inputs": [tensor(x) for x in arrays],
        "outputs": [tensor(np.asarray(y).astype(np.float32)) for y in results],
        "shapes": [list(y.shape) for y in (results if at_once else model.outputs)],
    }


def operations():
    keras.utils.clear_session()
    draw = Draw("operations")
    cases = []

    def add(name, arrays, function, batch=False):
        cases.append(one(name, arrays, function, batch))

    x = draw.normal((3, 4))
    wide = draw.normal((2, 3, 4))
    positive = draw.uniform((3, 4), 0.3, 3)
    small = draw.uniform((3, 4), -0.9, 0.9)
    odd = np.array([[np.nan, 1, np.inf], [-np.inf, 0, -2]], np.float32)
    whole = draw.integers((3, 4), -9, 9)
    other = draw.integers((3, 4), 1, 5)

    for name in ["tan", "sinh", "cosh", "sinc", "exp2", "cbrt", "trunc", "deg2rad", "rad2deg", "copy", "negative", "abs",
                 "sign", "square", "exp", "sin", "cos", "tanh", "sigmoid", "relu", "softplus", "floor", "ceil", "round", "erf"]:
        add(name, [x * 2], getattr(O, name), batch=True)
    for name in ["log2", "log10", "log", "sqrt", "rsqrt", "reciprocal", "log1p"]:
        add(name, [positive], getattr(O, name), batch=True)
    add("arctanh", [small], O.arctanh)
    add("arccosh", [positive + 1], O.arccosh)
    for name in ["isnan", "isinf", "isposinf", "isneginf", "isfinite", "nan_to_num"]:
        add(f"{name} of odd numbers", [odd], getattr(O, name))
    add("nan_to_num with numbers", [odd], lambda a: O.nan_to_num(a, 5.0, 6.0, -7.0))
    for name in ["relu6", "selu", "silu", "softsign", "log_sigmoid", "hard_sigmoid", "hard_silu", "hard_tanh", "tanh_shrink",
                 "leaky_relu", "elu", "celu", "gelu", "glu", "soft_shrink", "hard_shrink", "squareplus", "softmax",
                 "log_softmax", "sparse_plus", "sparse_sigmoid"]:
        add(name, [x * 2], getattr(O, name), batch=True)
    add("gelu, exact", [x], lambda a: O.gelu(a, approximate=False))
    add("leaky_relu 0.4", [x], lambda a: O.leaky_relu(a, 0.4))
    add("elu 0.4", [x], lambda a: O.elu(a, 0.4))
    add("threshold", [x], lambda a: O.threshold(a, 0.5, -1.0))
    add("softmax axis 1", [wide], lambda a: O.softmax(a, axis=1), batch=True)

    for name in ["add", "subtract", "multiply", "divide", "maximum", "minimum", "mod", "floor_divide", "fmod", "fmax", "fmin",
                 "divide_no_nan", "logaddexp", "hypot", "equal", "not_equal", "less", "less_equal", "greater", "greater_equal",
                 "logical_and", "logical_or", "logical_xor", "isclose", "allclose", "heaviside"]:
        if not hasattr(O, name):
            continue
        add(name, [x, np.round(positive * 3)], getattr(O, name), batch=name != "allclose")
    for name in ["mod", "floor_divide", "fmod", "maximum", "hypot"]:
        add(f"{name} of integers", [whole, other], getattr(O, name))
    add("broadcast sum", [wide, draw.normal((4,))], O.add)
    add("number on the right", [x], lambda a: O.maximum(a, 0.25) - 2, batch=True)
    add("number on the left", [x], lambda a: O.subtract(1.0, a) * 3, batch=True)
    add("power", [positive], lambda a: O.power(a, 1.5), batch=True)
    add("logical_not", [whole], O.logical_not)
    add("where", [x, positive], lambda a, b: O.where(O.greater(a, 0), a, b), batch=True)
    add("where with a number", [x], lambda a: O.where(O.greater(a, 0), a, 0.5), batch=True)
    add("clip", [x], lambda a: O.clip(a, -0.5, 0.25), batch=True)
    add("cast", [x * 3], lambda a: O.cast(a, "int32"), batch=True)

    for name in ["sum", "mean", "max", "min", "prod", "var", "std", "logsumexp", "amax", "amin", "ptp", "norm"]:
        if not hasattr(O, name):
            continue
        f = getattr(O, name)
        add(name, [x], f)
        add(f"{name} axis 1", [wide], lambda a: f(a, axis=1), batch=True)
        add(f"{name} axis -1, kept", [wide], lambda a: f(a, axis=-1, keepdims=True), batch=True)
        if name not in ("ptp",):
            add(f"{name} axes 0, 2", [wide], lambda a: f(a, axis=(0, 2)))
    for name in ["any", "all", "count_nonzero"]:
        f = getattr(O, name)
        add(name, [(x > 0.3).astype(np.float32)], lambda a: f(O.cast(a, "bool")))
        add(f"{name} axis 1", [(x > 0.3).astype(np.float32)], lambda a: f(O.cast(a, "bool"), axis=1), batch=True)
    for name in ["argmax", "argmin"]:
        f = getattr(O, name)
        add(name, [x], f)
        add(f"{name} axis 1", [x], lambda a: f(a, axis=1), batch=True)
        add(f"{name} axis 1, kept", [x], lambda a: f(a, axis=1, keepdims=True), batch=True)
    for name in ["nansum", "nanmax", "nanmin", "nanmean"]:
        if hasattr(O, name):
            add(name, [odd[:, :2]], lambda a: getattr(O, name)(a, axis=1))
    add("moments", [wide], lambda a: O.moments(a, axes=[1]), batch=True)
    add("moments, kept", [wide], lambda a: O.moments(a, axes=[1, 2], keepdims=True), batch=True)
    add("average", [x], lambda a: O.average(a, axis=1), batch=True)
    add("average, weighted", [x, positive], lambda a, b: O.average(a, axis=1, weights=b))
    add("norm 1", [x], lambda a: O.norm(a, ord=1, axis=1), batch=True)
    add("norm 3", [x], lambda a: O.norm(a, ord=3, axis=1))
    add("matrix norm 1", [wide], lambda a: O.norm(a, ord=1, axis=(1, 2)))
    add("matrix norm fro", [wide], lambda a: O.norm(a, ord="fro", axis=(1, 2)))
    add("normalize", [x], O.normalize, batch=True)
    add("normalize of order 1", [x], lambda a: O.normalize(a, axis=1, order=1), batch=True)
    add("cumsum", [x], lambda a: O.cumsum(a, axis=1), batch=True)
    add("cumsum, flat", [x], O.cumsum)
    add("cumprod", [x], lambda a: O.cumprod(a, axis=0))
    add("diff", [x], O.diff, batch=True)
    add("diff twice", [x], lambda a: O.diff(a, n=2, axis=1), batch=True)

    add("reshape", [wide], lambda a: O.reshape(a, (-1, 12)), batch=True)
    add("ravel", [wide], O.ravel)
    add("transpose", [wide], lambda a: O.transpose(a, (0, 2, 1)), batch=True)
    add("transpose, all", [wide], O.transpose)
    add("swapaxes", [wide], lambda a: O.swapaxes(a, 1, -1), batch=True)
    add("moveaxis", [wide], lambda a: O.moveaxis(a, 2, 1), batch=True)
    add("moveaxis of two", [wide], lambda a: O.moveaxis(a, [0, 1], [-1, -2]))
    add("expand_dims", [x], lambda a: O.expand_dims(a, 1), batch=True)
    add("squeeze", [x[:, :1]], lambda a: O.squeeze(a, 1), batch=True)
    add("flip", [wide], lambda a: O.flip(a, axis=1), batch=True)
    add("roll", [x], lambda a: O.roll(a, 3, axis=1), batch=True)
    add("roll back, flat", [x], lambda a: O.roll(a, -5))
    add("tile", [x], lambda a: O.tile(a, (2, 3)))
    add("tile to more axes", [x], lambda a: O.tile(a, (2, 1, 2)))
    add("repeat", [x], lambda a: O.repeat(a, 2, axis=1), batch=True)
    add("repeat, flat", [x], lambda a: O.repeat(a, 2))
    add("broadcast_to", [x], lambda a: O.broadcast_to(a, (2, 3, 4)))
    add("pad", [x], lambda a: O.pad(a, ((0, 0), (1, 2))), batch=True)
    add("pad with a number", [x], lambda a: O.pad(a, ((1, 0), (1, 2)), constant_values=1.5))
    add("pad, reflected", [x], lambda a: O.pad(a, ((1, 2), (2, 0)), mode="reflect"))
    add("pad, symmetric", [x], lambda a: O.pad(a, ((1, 2), (2, 0)), mode="symmetric"))
    add("concatenate", [x, positive], lambda a, b: O.concatenate([a, b], axis=1), batch=True)
    add("stack", [x, positive], lambda a, b: O.stack([a, b], axis=1), batch=True)
    add("stack last", [x, positive], lambda a, b: O.stack([a, b], axis=-1), batch=True)
    add("hstack", [x, positive], lambda a, b: O.hstack([a, b]))
    add("vstack", [x, positive], lambda a, b: O.vstack([a, b]))
    add("append", [x, positive], lambda a, b: O.append(a, b, axis=1))
    add("split", [x], lambda a: O.split(a, 2, axis=1), batch=True)
    add("split at places", [x], lambda a: O.split(a, [1, 3], axis=1))
    add("unstack", [x], lambda a: O.unstack(a, axis=1), batch=True)
    add("meshgrid", [draw.normal((3,)), draw.normal((2,))], lambda a, b: O.meshgrid(a, b))
    add("get_item", [wide], lambda a: a[:, 1:, 0], batch=True)
    add("get_item with steps", [wide], lambda a: a[..., ::2], batch=True)
    add("slice", [x], lambda a: O.slice(a, (1, 1), (2, 3)))
    add("slice_update", [x, positive[:2, :2]], lambda a, b: O.slice_update(a, (1, 1), b))
    add("take", [x, np.array([0, 2, -1], np.int32)], lambda a, i: O.take(a, i, axis=1))
    add("take_along_axis", [x, draw.integers((3, 2), 0, 4)], lambda a, i: O.take_along_axis(a, i, axis=1))
    add("take_along_axis 0", [x, draw.integers((2, 4), 0, 3)], lambda a, i: O.take_along_axis(a, i, axis=0))
    add("one_hot", [draw.integers((3, 2), 0, 5)], lambda i: O.one_hot(i, 5), batch=True)
    add("one_hot axis 1", [draw.integers((3, 2), -1, 6)], lambda i: O.one_hot(i, 5, axis=1), batch=True)
    add("multi_hot", [draw.integers((3, 2), 0, 5)], lambda i: O.multi_hot(i, 5), batch=True)
    add("segment_sum", [x, np.array([0, 2, 0], np.int32)], lambda a, i: O.segment_sum(a, i, num_segments=4))
    add("scatter", [np.array([[0, 1], [2, 0], [0, 1]], np.int32), draw.normal((3, 2))],
        lambda i, v: O.scatter(i, v, (3, 2, 2)))
    add("in_top_k", [np.array([0, 3, 2], np.int32), x], lambda t, p: O.in_top_k(t, p, 2))

    add("matmul", [wide, draw.normal((2, 4, 3))], O.matmul)
    add("matmul of a vector", [wide, draw.normal((4,))], O.matmul)
    add("matmul, broadcast", [wide, draw.normal((4, 2))], O.matmul)
    add("dot", [wide, draw.normal((4, 2))], O.dot)
    add("dot of vectors", [draw.normal((4,)), draw.normal((4,))], O.dot)
    add("inner", [x, draw.normal((2, 4))], O.inner)
    add("vdot", [x, positive], O.vdot)
    add("outer", [draw.normal((3,)), draw.normal((2,))], O.outer)
    add("tensordot", [wide, draw.normal((3, 4, 2))], lambda a, b: O.tensordot(a, b, axes=2))
    add("tensordot of axes", [wide, draw.normal((3, 2))], lambda a, b: O.tensordot(a, b, axes=[[1], [0]]))
    add("einsum", [wide, draw.normal((4, 5))], lambda a, b: O.einsum("...i,ij->...j", a, b))
    add("tril", [wide], lambda a: O.tril(a, 1), batch=True)
    add("triu", [wide], lambda a: O.triu(a, -1), batch=True)
    add("diag", [draw.normal((3,))], lambda a: O.diag(a, 1))
    add("diag of a matrix", [x], lambda a: O.diag(a, -1))
    add("diagonal", [wide], lambda a: O.diagonal(a, offset=1, axis1=1, axis2=2))
    add("trace", [wide], lambda a: O.trace(a, axis1=1, axis2=2))

    image = draw.normal((2, 5, 6, 4))
    add("conv", [image, draw.normal((3, 2, 4, 3))], lambda a, k: O.conv(a, k, strides=2, padding="same"))
    add("depthwise_conv", [image, draw.normal((2, 2, 4, 2))], lambda a, k: O.depthwise_conv(a, k, padding="valid"))
    add("separable_conv", [image, draw.normal((2, 2, 4, 2)), draw.normal((1, 1, 8, 3))],
        lambda a, d, p: O.separable_conv(a, d, p))
    add("max_pool", [image], lambda a: O.max_pool(a, 2, 1), batch=True)
    add("average_pool", [image], lambda a: O.average_pool(a, (2, 3), padding="same"), batch=True)
    add("layer_normalization", [x, positive[0], x[1]], lambda a, g, b: O.layer_normalization(a, g, b, axis=-1, epsilon=0.01))
    add("rms_normalization", [x, positive[0]], lambda a, s: O.rms_normalization(a, s, axis=-1, epsilon=0.01))
    add("batch_normalization", [x, x[0], positive[0], x[1], positive[1]],
        lambda a, m, v, o, s: O.batch_normalization(a, m, v, axis=-1, offset=o, scale=s, epsilon=0.01))
    share = np.abs(small)
    add("binary_crossentropy", [(x > 0).astype(np.float32), share], O.binary_crossentropy)
    add("categorical_crossentropy, logits", [share / share.sum(1, keepdims=True), x],
        lambda t, p: O.categorical_crossentropy(t, p, from_logits=True))
    add("sparse_categorical_crossentropy", [np.array([0, 3, 1], np.int32), share],
        lambda t, p: O.sparse_categorical_crossentropy(t, p))
    q, k, v = draw.normal((2, 3, 4, 2)), draw.normal((2, 5, 2, 2)), draw.normal((2, 5, 2, 2))
    add("dot_product_attention", [q, k, v], O.dot_product_attention)
    add("dot_product_attention, causal", [q, k, v], lambda a, b, c: O.dot_product_attention(a, b, c, scale=0.3, is_causal=True))
    add("dot_product_attention with a mask and a bias", [q, k, v, draw.normal((1, 4, 3, 5)), draw.integers((2, 1, 3, 5), 0, 2)],
        lambda a, b, c, d, e: O.dot_product_attention(a, b, c, d, O.cast(e, "bool")))
    write("operations", cases)


def make():
    operations()


if __name__ == "__main__":
    operations()
    write_index()
