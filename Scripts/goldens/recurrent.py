"""Recurrent layers and what goes with them: outputs, states, gradients, stateful batches, and histories.

`python recurrent.py` makes only these families anew.
"""

from common import *
import training

L = keras.layers
O = keras.optimizers

# The hard sigmoid of Keras 1 and 2, which Keras 3 has no name for.
LEGACY = "legacy_hard_sigmoid"


def legacy_hard_sigmoid(x):
    return keras.ops.clip(0.2 * x + 0.5, 0, 1)


def stripped(value):
    """A serialized object without what a built layer does not need, at every depth."""
    if isinstance(value, dict):
        if "class_name" in value and "config" in value:
            return {"class_name": value["class_name"], "config": stripped(value["config"])}
        silent = SILENT | {"recurrent_initializer", "recurrent_regularizer", "recurrent_constraint",
                           "embeddings_initializer", "embeddings_regularizer", "embeddings_constraint"}
        kept = {k: stripped(v) for k, v in value.items() if k not in silent or k == "activity_regularizer" and v}
        if "name" in value and ("layer" in value or "cell" in value or "cells" in value or "units" in value):
            kept["name"] = value["name"]
        return kept
    if isinstance(value, (list, tuple)):
        return [stripped(v) for v in value]
    return value


def described(layer):
    """{class_name, config}, with the legacy hard sigmoid by its name here."""
    cells = [layer.cell] if hasattr(layer, "cell") else []
    legacy = [c for c in cells if getattr(c, "recurrent_activation", None) is legacy_hard_sigmoid]
    for c in legacy:
        c.recurrent_activation = keras.activations.sigmoid
    result = stripped(keras.saving.serialize_keras_object(layer))
    for c in legacy:
        c.recurrent_activation = legacy_hard_sigmoid
        result["config"]["recurrent_activation"] = LEGACY
    return result


def masks(d, batch, steps, kind):
    """A mask of a kind: left (padding at the left), right, holes, or rows that are all masked."""
    mask = np.ones((batch, steps), bool)
    for row in range(batch):
        count = int(d.integers((), 0, steps))
        if kind == "left":
            mask[row, :count] = False
        elif kind == "right":
            mask[row, steps - count:] = False
        else:
            mask[row] = d.generator.random(steps) < 0.6
    if kind == "none left":
        mask[0] = False
    return mask


def case(name, layer, shape, mask=None, initial=False, training=False, x=None, twin=None):
    """What a layer gives for inputs of a shape, and the gradients of sum(output * cotangent) over outputs and states."""
    d = Draw(name)
    if x is None:
        x = d.normal(shape)
    runner = twin or layer
    fed = to_last(x) if twin else x
    runner.build(fed.shape)
    randomize(runner, d)
    before = weights(runner)
    if isinstance(mask, str):
        mask = masks(d, x.shape[0], x.shape[1], mask)

    # A call tells the shapes of results and states.
    probe = runner(fed)
    returns_state = getattr(layer, "return_state", False)
    several = isinstance(probe, (list, tuple))
    state_count = 0
    if returns_state:
        halves = 2 if isinstance(layer, L.Bidirectional) and layer.merge_mode is None else 1
        state_count = len(tf.nest.flatten(probe)) - halves
    flat = tf.nest.flatten(probe)
    initials = []
    if initial:
        initials = [d.normal(s.shape, 0.5) for s in flat[len(flat) - state_count:]]

    variable = tf.constant(fed)
    starts = [tf.constant(s) for s in initials]
    with tf.GradientTape() as tape:
        tape.watch(variable)
        for s in starts:
            tape.watch(s)
        entry = tf.identity(variable)
        if mask is not None:
            keras.src.backend.set_keras_mask(entry, tf.constant(mask))
        options = {"initial_state": nested(layer, starts)} if initial else {}
        if isinstance(layer, (L.RNN, L.Bidirectional)) or training:
            options["training"] = training
        if initial and mask is not None:
            # Keras hands a tensor's mask on only where the tensor is the only argument.
            options["mask"] = tf.constant(mask)
        result = runner(entry, **options)
        flat = tf.nest.flatten(result) if several else [result]
        output_mask = keras.src.backend.get_keras_mask(flat[0])
        if twin:
            flat = [from_last(y, layer, i < len(flat) - state_count) for i, y in enumerate(flat)]
        cotangents = [d.normal(tuple(y.shape)) for y in flat]
        total = sum(tf.reduce_sum(y * c) for y, c in zip(flat, cotangents))
    sources = ([] if x.dtype.kind == "i" else [variable]) + starts + [w.value for w in runner.trainable_weights]
    gradients = [g.numpy() if not isinstance(g, tf.IndexedSlices) else tf.convert_to_tensor(g).numpy()
                 for g in tape.gradient(total, sources, unconnected_gradients="zero")]
    if twin:
        gradients[0] = np.moveaxis(gradients[0], -1, 2)
    added = sum(float(loss) for loss in runner.losses) if runner.losses else None
    result = {
        "name": name, "layer": described(layer), "training": training, "weights": before, "input": tensor(x),
        "initial_states": [tensor(s) for s in initials], "outputs": [tensor(y.numpy()) for y in flat],
        "state_count": state_count, "cotangents": [tensor(c) for c in cotangents],
        "gradients": [tensor(g) for g in gradients],
    }
    if mask is not None:
        result["mask"] = tensor(mask)
    if output_mask is not None:
        result["output_mask"] = tensor(output_mask.numpy())
    if added is not None:
        result["added_loss"] = number(added)
    if training:
        result["weights_after"] = weights(runner)
    return result


def nested(layer, states):
    """Flat states as the layer takes them."""
    cell = getattr(layer, "cell", None)
    if not isinstance(cell, L.StackedRNNCells):
        return states
    rest, result = list(states), []
    for inner in cell.cells:
        count = len(inner.state_size) if isinstance(inner.state_size, (list, tuple)) else 1
        result.append([rest.pop(0) for _ in range(count)])
    return result


def to_last(x):
    return np.moveaxis(x, 2, -1)


def from_last(y, layer, is_output):
    return tf.experimental.numpy.moveaxis(y, -1, 2 if is_output and layer.return_sequences else 1)


KNOWN = ["tanh", "sigmoid", "relu", "linear", "hard_sigmoid"]
UNKNOWN = ["softsign", "elu", "gelu"]


def drawn(kind, index):
    """A layer of a kind with random arguments, and what it is fed."""
    name = f"{kind} {index}"
    d = Draw(name)
    pick = lambda *options: options[int(d.generator.integers(len(options)))]
    options = {"activation": pick("tanh", "tanh", *KNOWN), "use_bias": pick(True, True, False)}
    if kind != "SimpleRNN":
        options["recurrent_activation"] = pick("sigmoid", "sigmoid", "hard_sigmoid", "tanh")
        if index % 6 == 5:
            options["recurrent_activation"] = legacy_hard_sigmoid
    if index % 4 == 3:
        options["activation"] = pick(*UNKNOWN)
    if kind == "GRU":
        options["reset_after"] = index % 2 == 0
    options |= {"return_sequences": pick(True, False), "go_backwards": pick(True, False), "return_state": pick(True, False),
                "zero_output_for_mask": pick(True, False), "unroll": False}
    layer = getattr(L, kind)(pick(1, 2, 3, 5), **options)
    steps = pick(1, 2, 3, 4, 5, 7)
    mask = pick(None, "left", "right", "holes", "none left")
    return case(name, layer, (pick(1, 2, 3), steps, pick(1, 2, 4)), mask, initial=options["return_state"] and pick(True, False))


def cells():
    cases = []
    for kind in ("SimpleRNN", "GRU", "LSTM"):
        cases += [drawn(kind, index) for index in range(14)]
        layer = getattr(L, kind)(2, return_sequences=True, return_state=True)
        cases.append(case(f"{kind} of 80 steps", layer, (2, 80, 1), "right"))
        layer = getattr(L, kind)(9, activity_regularizer="l2")
        cases.append(case(f"{kind} wide, regularized", layer, (2, 3, 2)))
        layer = getattr(L, kind)(2, return_sequences=True, unroll=True)
        cases.append(case(f"{kind} unrolled", layer, (2, 4, 2), "holes"))
        layer = getattr(L, kind)(2, return_sequences=True, unroll=True, go_backwards=True, zero_output_for_mask=True)
        cases.append(case(f"{kind} unrolled backwards", layer, (3, 4, 2), "holes"))
        cell = getattr(L, kind + "Cell")(3)
        cases.append(case(f"RNN of {kind}Cell", L.RNN(cell, return_sequences=True, return_state=True), (2, 4, 2), "left",
                          initial=True))
    return cases


def stacked():
    C = L.LSTMCell, L.GRUCell, L.SimpleRNNCell
    return [
        case("three cells", L.RNN([C[0](3), C[1](2), C[2](4)], return_state=True), (2, 4, 2), initial=True),
        case("cells, masked", L.RNN([C[0](2), C[2](3)], return_sequences=True, return_state=True), (3, 5, 2), "holes"),
        case("cells, backwards, zeros", L.RNN([C[1](2), C[0](2)], return_sequences=True, go_backwards=True,
                                              zero_output_for_mask=True), (3, 4, 3), "left"),
        case("cells, masked, the last", L.RNN([C[2](2), C[1](2, reset_after=False)]), (3, 4, 2), "none left"),
    ]


def bidirectional():
    cases = []
    for index, mode in enumerate(["concat", "sum", "mul", "ave", None]):
        for sequences in (False, True):
            kind = [L.LSTM, L.GRU, L.SimpleRNN][(index + sequences) % 3]
            mask = [None, "left", "right", "holes", "none left"][(index * 2 + sequences) % 5]
            layer = L.Bidirectional(kind(2, return_sequences=sequences, return_state=index % 2 == 0), merge_mode=mode)
            cases.append(case(f"{mode} sequences {sequences}", layer, (2, 4, 3), mask, initial=index == 0))
    own = L.LSTM(3, return_sequences=True, go_backwards=True, activation="relu")
    cases.append(case("own backward layer", L.Bidirectional(L.LSTM(2, return_sequences=True), backward_layer=own),
                      (2, 4, 2), "right"))
    cases.append(case("of cells", L.Bidirectional(L.RNN([L.GRUCell(2), L.LSTMCell(3)], return_sequences=True)), (2, 3, 2)))
    cases.append(case("regularized", L.Bidirectional(L.GRU(2, activity_regularizer="l2"), activity_regularizer="l1"), (2, 3, 2)))
    return cases


def time_distributed():
    T = L.TimeDistributed
    return [
        case("dense", T(L.Dense(3, activation="tanh")), (2, 4, 3), "holes"),
        case("convolution", T(L.Conv2D(2, 2)), (2, 3, 4, 3, 1)),
        case("flatten", T(L.Flatten()), (2, 3, 2, 2)),
        case("lstm", T(L.LSTM(2)), (2, 3, 4, 2)),
        case("lstm, a mask of each step", T(L.LSTM(2)), None, x=Draw("td").normal((2, 3, 4, 2)),
             mask=Draw("td mask").generator.random((2, 3, 4)) < 0.6),
        case("batch normalization in training", T(L.BatchNormalization()), (4, 3, 2), training=True),
        case("batch normalization", T(L.BatchNormalization()), (2, 3, 2)),
        case("pooling", T(L.GlobalAveragePooling1D()), (2, 3, 4, 2)),
    ]


def convolutional():
    cases = []
    for rank, name, shape, options, mask in [
        (1, "plain", (2, 3, 5, 2), dict(kernel_size=3), None),
        (1, "same strides sequences", (1, 3, 6, 1), dict(kernel_size=2, strides=2, padding="same", return_sequences=True), None),
        (2, "plain", (2, 3, 4, 5, 1), dict(kernel_size=(2, 3), return_sequences=True, return_state=True), None),
        (2, "same dilation", (1, 3, 5, 4, 2), dict(kernel_size=2, padding="same", dilation_rate=2, activation="relu"), None),
        (2, "masked", (3, 4, 3, 3, 1), dict(kernel_size=2, return_sequences=True, go_backwards=True,
                                            recurrent_activation="hard_sigmoid"), "holes"),
        (2, "strides, no bias", (1, 2, 5, 4, 1), dict(kernel_size=3, strides=(2, 1), padding="same", use_bias=False), "left"),
        (2, "channels first", (1, 2, 2, 4, 3), dict(kernel_size=2, data_format="channels_first", return_sequences=True,
                                                   return_state=True), None),
        (2, "channels first, the last", (1, 2, 2, 4, 3), dict(kernel_size=2, data_format="channels_first"), None),
        (3, "plain", (1, 2, 3, 2, 3, 1), dict(kernel_size=2), None),
    ]:
        make = getattr(L, f"ConvLSTM{rank}D")
        layer = make(2, **options)
        twin = make(2, **(options | {"data_format": "channels_last"})) if "data_format" in options else None
        cases.append(case(f"ConvLSTM{rank}D {name}", layer, shape, mask, initial=rank == 2 and name == "plain", twin=twin))
    return cases


def embeddings():
    ids = Draw("embedding").integers((3, 5), 0, 6)
    return [
        case("embedding", L.Embedding(6, 3), None, x=ids),
        case("embedding with padding", L.Embedding(6, 3, mask_zero=True), None, x=ids),
        case("embedding of one number", L.Embedding(6, 2), None, x=ids[:, 0]),
        case("embedding of higher rank", L.Embedding(7, 2, mask_zero=True), None, x=ids.reshape(3, 5, 1)),
        case("embedding of floats, regularized", L.Embedding(6, 2, activity_regularizer="l2"), None,
             x=ids.astype(np.float32) + np.float32(0.25)),
    ]


def stateful():
    """Several batches through layers that remember, with a reset before the last."""
    cases = []
    for name, layer, shape in [
        ("lstm", lambda: L.LSTM(2, stateful=True), (2, 3, 2)),
        ("gru sequences", lambda: L.GRU(3, stateful=True, return_sequences=True, reset_after=False), (1, 2, 2)),
        ("cells", lambda: L.RNN([L.LSTMCell(2), L.SimpleRNNCell(2)], stateful=True), (2, 2, 1)),
        ("bidirectional", lambda: L.Bidirectional(L.SimpleRNN(2, stateful=True)), (2, 3, 2)),
        ("convolutional", lambda: L.ConvLSTM1D(1, 2, stateful=True), (1, 2, 4, 1)),
    ]:
        d = Draw("stateful " + name)
        layer = layer()
        model = keras.Sequential([keras.Input(batch_shape=shape), layer])
        randomize(layer, d)
        batches = [d.normal(shape) for _ in range(4)]
        outputs = []
        for index, x in enumerate(batches):
            if index == 3:
                # Keras's own reset_states cannot reset the states of stacked cells.
                for state in tf.nest.flatten(layer.states):
                    state.assign(np.zeros(state.shape))
            outputs.append(model.predict(x, batch_size=shape[0], verbose=0))
        cases.append({"name": name, "layer": described(layer), "weights": weights(layer),
                      "batches": [tensor(x) for x in batches], "outputs": [tensor(y) for y in outputs]})
    return cases


def histories():
    d = Draw("recurrent training")
    cases = []

    def sentiment(rows, steps, words):
        ids = d.integers((rows, steps), 1, words)
        lengths = d.integers((rows,), 1, steps + 1)
        for row in range(rows):
            ids[row, : steps - lengths[row]] = 0
        return ids, (ids.sum(1) % 2).astype(np.float32)[:, None]

    def add(name, layers, x, y, loss="binary_crossentropy", optimizer=None, **options):
        cases.append(training.training_case(name, layers, x, y, loss, optimizer or O.Adam(0.02), batch_size=4, epochs=4, **options))

    x, y = sentiment(14, 6, 9)
    add("embedding and lstm", [L.Embedding(9, 3), L.LSTM(4), L.Dense(1, activation="sigmoid")], x, y, metrics=["accuracy"])
    add("padding, two grus", [L.Embedding(9, 3, mask_zero=True), L.GRU(3, return_sequences=True), L.GRU(2),
                              L.Dense(1, activation="sigmoid")], x, y, optimizer=O.RMSprop(0.02))
    add("padding, both directions", [L.Embedding(9, 2, mask_zero=True), L.Bidirectional(L.LSTM(2)),
                                     L.Dense(1, activation="sigmoid")], x, y)
    add("padding, a label a step", [L.Embedding(9, 2, mask_zero=True), L.Bidirectional(L.GRU(2, return_sequences=True)),
                                    L.TimeDistributed(L.Dense(1, activation="sigmoid"))], x,
        (x % 2).astype(np.float32)[..., None], metrics=["accuracy"])
    z = d.normal((10, 5, 2))
    z[d.generator.random((10, 5)) < 0.3] = 0
    add("masking and cells", [L.Masking(), L.RNN([L.LSTMCell(3), L.SimpleRNNCell(2)]), L.Dense(1)], z,
        z.sum((1, 2))[:, None], "mse", O.SGD(0.05, momentum=0.9))
    film = d.normal((8, 3, 4, 4, 1))
    add("films", [L.ConvLSTM2D(2, 2, return_sequences=True), L.TimeDistributed(L.GlobalAveragePooling2D()), L.SimpleRNN(3),
                  L.Dense(1)], film, film.mean((1, 2, 3, 4))[:, None], "mse")
    return cases


def make():
    write("recurrent", cells())
    write("recurrent_stacked", stacked())
    write("bidirectional", bidirectional())
    write("time_distributed", time_distributed())
    write("conv_lstm", convolutional())
    write("embedding", embeddings())
    write("recurrent_stateful", stateful())
    write("recurrent_training", histories())


if __name__ == "__main__":
    keras.utils.set_random_seed(1)
    make()
