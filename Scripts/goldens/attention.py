"""Attention layers: several inputs with masks, options of the call. Outputs, and gradients of sum(output * cotangent)."""

import sys

from common import *
from more_layers import plain_tree

L = keras.layers


def case(name, layer, shapes, takes_list, masks=None, attention_mask=None, **options):
    draw = Draw(name)
    inputs = [draw.normal(shape) for shape in shapes]
    dummies = [tf.constant(x) for x in inputs]
    layer(dummies) if takes_list else layer(*dummies)
    randomize(layer, draw)
    variables = [tf.constant(x) for x in inputs]
    named = dict(options)
    if attention_mask is not None:
        named["attention_mask"] = tf.constant(attention_mask)
    with tf.GradientTape() as tape:
        for variable in variables:
            tape.watch(variable)
        # Tensors of their own may carry masks.
        entries = [tf.identity(variable) for variable in variables]
        for entry, mask in zip(entries, masks or []):
            if mask is not None:
                keras.src.backend.set_keras_mask(entry, tf.constant(mask))
        results = layer(entries, **named) if takes_list else layer(*entries, **named)
        results = list(results) if isinstance(results, (tuple, list)) else [results]
        output_mask = keras.src.backend.get_keras_mask(results[0])
        cotangents = [draw.normal(tuple(y.shape)) for y in results]
        total = sum(tf.reduce_sum(y * c) for y, c in zip(results, cotangents))
    trainable = [w.value for w in layer.trainable_weights]
    gradients = tape.gradient(total, variables + trainable, unconnected_gradients="zero")
    result = {
        "name": name, "layer": layer_config(layer), "takes_list": takes_list, "options": options, "weights": weights(layer),
        "inputs": [tensor(x) for x in inputs], "outputs": [tensor(y.numpy()) for y in results],
        "cotangents": [tensor(c) for c in cotangents],
        "input_gradients": [tensor(g.numpy()) for g in gradients[:len(inputs)]],
        "weight_gradients": [tensor(g.numpy()) for g in gradients[len(inputs):]],
        "masks": [None if m is None else tensor(m) for m in masks or [None] * len(inputs)],
    }
    if layer_config(layer)["class_name"] == "GroupedQueryAttention":
        result["layer"]["class_name"] = "GroupQueryAttention"
    if attention_mask is not None:
        result["attention_mask"] = tensor(attention_mask)
    if output_mask is not None:
        result["output_mask"] = tensor(output_mask.numpy())
    return result


def some(name, shape):
    """A mask with some places hidden, and the first seen."""
    mask = Draw(name + " mask").integers(shape, 0, 3) > 0
    mask[..., 0] = True
    return mask


def padded(lengths, count):
    return np.array([[i < length for i in range(count)] for length in lengths])


def attention():
    cases = []
    q, v, k = (2, 3, 4), (2, 5, 6), (2, 5, 4)
    qm, vm = padded([3, 2], 3), padded([4, 2], 5)
    empty = padded([3, 0], 5)
    for use_scale in [False, True]:
        for mode in ["dot", "concat"]:
            make = lambda: L.Attention(use_scale=use_scale, score_mode=mode)
            about = f"Attention {mode}{' scale' if use_scale else ''}"
            cases.append(case(f"{about}", make(), [q, v, k], True))
            cases.append(case(f"{about}, masks", make(), [q, v, k], True, [qm, vm, None]))
            cases.append(case(f"{about}, causal, scores", make(), [(2, 4, 3), (2, 4, 3)], True, use_causal_mask=True, return_attention_scores=True))
            cases.append(case(f"{about}, causal and masks", make(), [(2, 3, 4), (2, 5, 4)], True, [None, vm], use_causal_mask=True))
        make = lambda: L.AdditiveAttention(use_scale=use_scale)
        about = f"AdditiveAttention{' scale' if use_scale else ''}"
        cases.append(case(f"{about}", make(), [q, v, k], True))
        cases.append(case(f"{about}, masks", make(), [q, v, k], True, [qm, vm, None]))
        cases.append(case(f"{about}, causal, scores", make(), [(2, 4, 3), (2, 4, 3)], True, use_causal_mask=True, return_attention_scores=True))
    cases.append(case("Attention, nothing seen", L.Attention(), [q, v, k], True, [None, empty, None]))
    cases.append(case("Attention, nothing seen, query's mask", L.Attention(), [q, v, k], True, [qm, empty, None]))

    x = (2, 4, 5)
    xm = padded([4, 2], 4)
    heads = [
        ("plain", dict(num_heads=2, key_dim=3)), ("one head", dict(num_heads=1, key_dim=4, use_bias=False)),
        ("values", dict(num_heads=3, key_dim=2, value_dim=5, output_shape=7)), ("gate", dict(num_heads=2, key_dim=3, use_gate=True)),
        ("window", dict(num_heads=2, key_dim=3, sliding_window=2)), ("deep", dict(num_heads=2, key_dim=2, output_shape=(2, 3))),
        ("dropout", dict(num_heads=2, key_dim=3, dropout=0.5)),
    ]
    for about, arguments in heads:
        make = lambda: L.MultiHeadAttention(**arguments)
        name = f"MultiHeadAttention {about}"
        cases.append(case(f"{name}, masks of all", make(), [q, v, (2, 5, 7)], False, [qm, vm, some(name, (2, 5))], use_causal_mask=True))
        cases.append(case(f"{name}, attention mask", make(), [q, v], False, attention_mask=some(name, (2, 3, 5))))
        if about not in ["plain", "window"]:
            continue
        cases.append(case(f"{name}, other key", make(), [q, v, (2, 5, 7)], False))
        cases.append(case(f"{name}, causal", make(), [x, x], False, use_causal_mask=True))
        cases.append(case(f"{name}, masks", make(), [x, x], False, [xm, xm]))
        cases.append(case(f"{name}, both masks, scores", make(), [q, v], False, [None, vm], some(name, (1, 3, 5)), return_attention_scores=True))
    for axes in [None, (1,), (2,), (1, 2), (-2,)]:
        make = lambda: L.MultiHeadAttention(2, 3, attention_axes=axes)
        name = f"MultiHeadAttention over {axes}"
        cases.append(case(f"{name}", make(), [(2, 3, 4, 5), (2, 3, 4, 6)], False))
    cases.append(case(
        "MultiHeadAttention over (2,), mask", L.MultiHeadAttention(2, 3, attention_axes=(2,)), [(2, 3, 4, 5), (2, 3, 4, 6)], False,
        attention_mask=some("over 2", (2, 3, 4, 4))))
    cases.append(case(
        "MultiHeadAttention over all, scores", L.MultiHeadAttention(2, 3), [(2, 3, 2, 5), (2, 3, 2, 6)], False, return_attention_scores=True))
    cases.append(case("MultiHeadAttention, nothing seen", L.MultiHeadAttention(2, 3), [x, x], False, [padded([4, 0], 4)] * 2))
    cases.append(case(
        "MultiHeadAttention, mask per head", L.MultiHeadAttention(2, 3), [q, v], False, attention_mask=some("per head", (2, 2, 3, 5))))

    for about, arguments in [
        ("plain", dict(head_dim=3, num_query_heads=4, num_key_value_heads=2)),
        ("one group", dict(head_dim=2, num_query_heads=3, num_key_value_heads=1, use_bias=False)),
        ("gate", dict(head_dim=2, num_query_heads=2, num_key_value_heads=2, use_gate=True)),
        ("window", dict(head_dim=2, num_query_heads=4, num_key_value_heads=2, sliding_window=2)),
    ]:
        make = lambda: L.GroupQueryAttention(**arguments)
        name = f"GroupQueryAttention {about}"
        cases.append(case(f"{name}", make(), [x, x], False))
        cases.append(case(f"{name}, causal", make(), [x, x], False, use_causal_mask=True))
        cases.append(case(f"{name}, masks", make(), [q, v, (2, 5, 7)], False, [qm, vm, None]))
        cases.append(case(f"{name}, scores", make(), [x, x], False, attention_mask=some(name, (2, 4, 4)), return_attention_scores=True))
    write("attention", cases)


def attention_configurations():
    keras.utils.clear_session()
    heavy = dict(
        kernel_regularizer=keras.regularizers.L2(0.25), bias_regularizer="l1", activity_regularizer=keras.regularizers.L1(0.5),
        kernel_constraint="non_neg", kernel_initializer="he_normal", bias_initializer="ones", dropout=0.25, seed=3)
    layers = [
        L.Attention(), L.Attention(use_scale=True, score_mode="concat", dropout=0.25, seed=5), L.AdditiveAttention(use_scale=False),
        L.MultiHeadAttention(2, 3),
        L.MultiHeadAttention(2, 3, 4, output_shape=(2, 3), attention_axes=(1, 2), use_gate=True, sliding_window=3, **heavy),
        L.GroupQueryAttention(3, 4, 2), L.GroupQueryAttention(3, 4, 2, use_bias=False, use_gate=True, sliding_window=3, **heavy),
    ]
    write("attention_configurations", [
        {"name": type(layer).__name__, "object": plain_tree(keras.saving.serialize_keras_object(layer))} for layer in layers])


FAMILIES = [attention, attention_configurations]


def make():
    for family in FAMILIES:
        family()


if __name__ == "__main__":
    for name in sys.argv[1:]:
        globals()[name]()
    write_index()
