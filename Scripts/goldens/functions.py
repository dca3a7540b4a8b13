"""Everything that files hold as a class with arguments, by Keras's own configurations: losses with weights, masks and
reductions, activation functions, regularizers, constraints, schedules, initializers."""

import sys

from common import *

S = keras.losses
R = keras.regularizers
C = keras.constraints
I = keras.initializers
D = keras.optimizers.schedules


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return np.round(e / e.sum(-1, keepdims=True), 4).astype(np.float32)


def loss_case(name, loss, y_true, y_pred, weight=None, mask=None, through=None):
    draw = Draw("cotangent " + name)
    activation = keras.activations.get(through) if through else None

    # A compiled function, as in fit: only there does Keras look behind the activation.
    @tf.function
    def value_of(p):
        q = activation(p) if activation else tf.identity(p)
        if mask is not None:
            keras.src.backend.set_keras_mask(q, tf.constant(mask))
        return loss(y_true, q, sample_weight=weight)

    cotangent = draw.normal(value_of(tf.constant(y_pred)).shape)

    @tf.function
    def compute(p):
        with tf.GradientTape() as tape:
            tape.watch(p)
            value = value_of(p)
            total = tf.reduce_sum(value * cotangent)
        return value, tape.gradient(total, p)

    value, gradient = compute(tf.constant(y_pred))
    row = {
        "name": name, "loss": keras.losses.serialize(loss), "y_true": tensor(y_true), "y_pred": tensor(y_pred),
        "value": tensor(value.numpy()), "cotangent": tensor(cotangent), "gradient": tensor(gradient.numpy()),
    }
    if weight is not None:
        row["sample_weight"] = tensor(weight)
    if mask is not None:
        row["mask"] = tensor(mask.astype(np.int32))
    if through:
        row["through"] = through
    return row


def loss_families():
    draw = Draw("loss families")
    cases = []
    reductions = ["sum_over_batch_size", "mean", "mean_with_sample_weight", "sum", None]

    def real(shape):
        return draw.normal(shape), draw.normal(shape)

    def positive(shape):
        return draw.uniform(shape, 0.1, 2), draw.uniform(shape, 0.1, 2)

    def signs(shape):
        return draw.integers(shape, 0, 2).astype(np.float32) * 2 - 1, draw.normal(shape)

    def zero_one(shape):
        return draw.integers(shape, 0, 2).astype(np.float32), draw.normal(shape)

    def binary(shape):
        return draw.integers(shape, 0, 2).astype(np.float32), draw.uniform(shape, 0.05, 0.95)

    def classes(shape):
        return np.eye(shape[-1], dtype=np.float32)[draw.integers(shape[:-1], 0, shape[-1])], softmax(draw.normal(shape))

    def soft(shape):
        return softmax(draw.normal(shape)), softmax(draw.normal(shape))

    def sparse(shape):
        return draw.integers(shape[:-1], 0, shape[-1]), softmax(draw.normal(shape))

    def sparse_logits(shape):
        return draw.integers(shape[:-1], 0, shape[-1]), draw.normal(shape)

    kinds = [
        (lambda **k: S.MeanSquaredError(**k), real), (lambda **k: S.MeanAbsoluteError(**k), real),
        (lambda **k: S.MeanAbsolutePercentageError(**k), real), (lambda **k: S.MeanSquaredLogarithmicError(**k), positive),
        (lambda **k: S.CosineSimilarity(**k), real), (lambda **k: S.Huber(**k), real),
        (lambda **k: S.LogCosh(**k), real), (lambda **k: S.Hinge(**k), signs), (lambda **k: S.Hinge(**k), zero_one),
        (lambda **k: S.SquaredHinge(**k), signs), (lambda **k: S.SquaredHinge(**k), zero_one),
        (lambda **k: S.CategoricalHinge(**k), classes), (lambda **k: S.KLDivergence(**k), soft),
        (lambda **k: S.Poisson(**k), positive), (lambda **k: S.BinaryCrossentropy(**k), binary),
        (lambda **k: S.BinaryCrossentropy(from_logits=True, label_smoothing=0.1, **k), zero_one),
        (lambda **k: S.BinaryFocalCrossentropy(**k), binary),
        (lambda **k: S.BinaryFocalCrossentropy(apply_class_balancing=True, alpha=0.3, gamma=1.5, from_logits=True,
                                               label_smoothing=0.1, **k), zero_one),
        (lambda **k: S.CategoricalCrossentropy(label_smoothing=0.1, **k), soft),
        (lambda **k: S.CategoricalCrossentropy(from_logits=True, **k), classes),
        (lambda **k: S.CategoricalFocalCrossentropy(**k), classes),
        (lambda **k: S.CategoricalFocalCrossentropy(alpha=0.4, gamma=3.0, from_logits=True, label_smoothing=0.2, **k), soft),
        (lambda **k: S.SparseCategoricalCrossentropy(**k), sparse),
        (lambda **k: S.SparseCategoricalCrossentropy(from_logits=True, **k), sparse_logits),
        (lambda **k: S.SparseCategoricalCrossentropy(ignore_class=1, **k), sparse),
        (lambda **k: S.SparseCategoricalCrossentropy(ignore_class=0, from_logits=True, **k), sparse_logits),
        (lambda **k: S.CategoricalGeneralizedCrossEntropy(**k), sparse),
        (lambda **k: S.CategoricalGeneralizedCrossEntropy(q=0.8, **k), sparse),
    ]
    for index, (make, data) in enumerate(kinds):
        def add(label, shape, reduction, weight=None, mask=None):
            loss = make(reduction=reduction)
            y, p = data(shape)
            cases.append(loss_case(f"{index} {loss.name} {label} {reduction}", loss, y, p, weight, mask))

        add("plain", (4, 3), "sum_over_batch_size")
        add("rank 3", (2, 3, 4), reductions[index % 5])
        add("weights", (5, 3), reductions[(index + 1) % 5], draw.uniform((5,), 0, 2))
        add("column of weights", (3, 2, 3), reductions[(index + 2) % 5], draw.uniform((3, 1), 0, 2))
        add("mask", (2, 3, 3), reductions[(index + 3) % 5], None, draw.integers((2, 3), 0, 2).astype(bool))
        add("mask and weights", (2, 4, 3), reductions[(index + 4) % 5], draw.uniform((2, 4), 0, 2),
            draw.integers((2, 4), 0, 2).astype(bool))
    y, p = real((2, 3, 2))
    for reduction in reductions:
        cases.append(loss_case(f"all masked {reduction}", S.MeanSquaredError(reduction=reduction), y, p, None,
                               np.zeros((2, 3), bool)))
        cases.append(loss_case(f"weights of zero {reduction}", S.MeanSquaredError(reduction=reduction), y, p,
                               np.zeros((2, 3), np.float32)))
    # Arguments that Keras does not write.
    y, p = real((3, 4))
    for name, loss in [("huber", S.Huber(delta=0.4)), ("cosine", S.CosineSimilarity(axis=0))]:
        row = loss_case(f"{name} with an argument", loss, y, p)
        row["loss"]["config"].update({"delta": 0.4} if name == "huber" else {"axis": 0})
        cases.append(row)
    y, p = real((4,))
    cases.append(loss_case("vectors against columns", S.MeanSquaredError(), y, p[:, None]))
    cases.append(loss_case("columns against vectors", S.MeanAbsoluteError(), y[:, None], p))
    y, p = real((2, 3))
    cases.append(loss_case("a last extent of 1 dropped", S.LogCosh(), y[..., None], p))
    zero = np.zeros((2, 3), np.float32)
    cases.append(loss_case("percentage of zeros", S.MeanAbsolutePercentageError(), zero, draw.normal((2, 3), 1e-6)))
    y, p = binary((3, 4))
    cases.append(loss_case("binary over axis 0", S.BinaryCrossentropy(axis=0), y, p))
    cases.append(loss_case("binary focal over axis 0", S.BinaryFocalCrossentropy(axis=0), y, p))
    y, p = classes((3, 4))
    cases.append(loss_case("categorical over axis 1 of 3", S.CategoricalCrossentropy(axis=1, from_logits=True),
                           np.moveaxis(classes((2, 5, 3))[0], 2, 1), draw.normal((2, 3, 5))))
    cases.append(loss_case("categorical focal, an alpha a class", S.CategoricalFocalCrossentropy(alpha=[0.1, 0.2, 0.3, 0.4]), y, p))
    for axis in [None, 0, -1, (1, 2)]:
        for make in [lambda **k: S.Dice(**k), lambda **k: S.Tversky(alpha=0.3, beta=0.6, **k)]:
            y, p = binary((2, 4, 3))
            for reduction in ["sum_over_batch_size", None]:
                loss = make(axis=axis, reduction=reduction)
                cases.append(loss_case(f"{loss.name} {axis} {reduction}", loss, y, p))
    y, p = binary((3, 4))
    cases.append(loss_case("dice with weights", S.Dice(), y, p, draw.uniform((3,), 0, 2)))
    labels = np.array([0, 1, 0, 2, 1, 0], np.int32)
    unit = draw.normal((6, 3))
    unit = np.round(unit / np.linalg.norm(unit, axis=1, keepdims=True), 4).astype(np.float32)
    # Every sample has others of its label: without any, TensorFlow's gradient is NaN.
    pairs = np.array([0, 1, 0, 2, 1, 2], np.int32)
    for loss in [S.Circle(), S.Circle(gamma=5.0, margin=0.2, reduction="sum"),
                 S.Circle(gamma=2.0, remove_diagonal=False, reduction=None)]:
        cases.append(loss_case(f"circle {loss.gamma} {loss.reduction}", loss, pairs, unit))
    cases.append(loss_case("circle, a column of labels", S.Circle(gamma=3.0), pairs[:, None], unit))
    # Behind an activation.
    y, p = zero_one((4, 3))
    for loss in [S.BinaryCrossentropy(), S.BinaryFocalCrossentropy(gamma=2.0)]:
        cases.append(loss_case(f"{loss.name} behind sigmoid", loss, y, p * 3, through="sigmoid"))
    y, p = classes((4, 3))
    x = draw.normal((4, 3), 3)
    for loss in [S.CategoricalCrossentropy(), S.CategoricalFocalCrossentropy(), S.KLDivergence(), S.BinaryCrossentropy()]:
        cases.append(loss_case(f"{loss.name} behind softmax", loss, y, x, through="softmax"))
    y, x = sparse_logits((2, 4, 3))
    for loss in [S.SparseCategoricalCrossentropy(), S.SparseCategoricalCrossentropy(ignore_class=2)]:
        cases.append(loss_case(f"{loss.name} {loss.ignore_class} behind softmax", loss, y, x, through="softmax"))
    write("loss_families", cases)


def ctc_losses():
    """CTC: labels that repeat, are empty, longer than the steps, or hold a blank."""
    draw = Draw("ctc losses")
    cases = []
    for name, labels, steps, classes, scale in [
        ("plain", [[1, 2, 0], [2, 1, 3], [3, 0, 0]], 6, 4, 1), ("repeated labels", [[1, 1, 0], [2, 2, 2]], 6, 3, 1),
        ("empty labels", [[0, 0], [1, 0]], 4, 3, 1), ("as long as the steps", [[1, 2, 3]], 3, 4, 1),
        ("one label", [[2], [0]], 3, 3, 2), ("one step", [[1, 0], [0, 0]], 1, 3, 2),
        ("too long", [[1, 2, 3], [1, 2, 1]], 2, 4, 1), ("no room between repeated labels", [[1, 1], [1, 2]], 2, 3, 1),
        ("more columns than steps", [[1, 0, 0, 0, 0], [0, 0, 0, 0, 0]], 3, 3, 1), ("far logits", [[1, 2, 1]], 8, 4, 30),
        ("blanks among the labels", [[1, 0, 2], [0, 1, 2]], 5, 4, 1), ("long", [[1, 2, 1, 3, 3, 2, 0, 0], [2] * 8], 60, 4, 2),
    ]:
        y = np.array(labels, np.int32)
        x = draw.normal((len(labels), steps, classes), scale)
        cases.append(loss_case(f"ctc {name}", S.CTC(reduction=None), y, x))
    y = draw.integers((4, 3), 1, 5)
    for reduction in ["sum_over_batch_size", "sum", "mean_with_sample_weight"]:
        cases.append(loss_case(f"ctc {reduction}", S.CTC(reduction=reduction), y, draw.normal((4, 9, 5)),
                               draw.uniform((4,), 0, 2)))
    write("ctc_losses", cases)


def activation_functions():
    draw = Draw("activation functions")
    cases = []
    points = np.array([[-1e4, -100, -30, -6, -3, -2.5], [-1, -0.5, -1e-3, 0.25, 1e-3, 0.5], [1, 2.5, 3, 6, 30, 100]], np.float32)
    kinked = {"relu", "relu6", "leaky_relu", "elu", "selu", "celu", "hard_sigmoid", "hard_silu", "hard_tanh", "hard_shrink",
              "soft_shrink", "sparse_plus", "sparse_sigmoid", "softsign", "softplus", "gelu", "silu", "tanh", "sigmoid"}
    names = sorted(set(keras.src.activations.ALL_OBJECTS_DICT) - {"threshold"})
    for name in names:
        function = keras.activations.get(name)
        inputs = [("drawn", draw.normal((3, 4), 2))]
        if name not in ("exponential", "glu", "sparsemax", "softmax", "log_softmax"):
            inputs.append(("points", points))
        if name in kinked:
            inputs.append(("kinks", np.array([[0, -3, 3, 6, -6, 1, -1, 0.5, -0.5, 20]], np.float32)))
        if name in ("glu", "sparsemax", "softmax", "log_softmax"):
            inputs.append(("rank 3", draw.normal((2, 3, 6), 3)))
        for label, x in inputs:
            cotangent = draw.normal(function(tf.constant(x)).shape)
            with tf.GradientTape() as tape:
                v = tf.constant(x)
                tape.watch(v)
                y = function(v)
                total = tf.reduce_sum(y * cotangent)
            cases.append({"name": f"{name} {label}", "function": name, "x": tensor(x), "y": tensor(y.numpy()),
                          "cotangent": tensor(cotangent), "gradient": tensor(tape.gradient(total, v).numpy())})
    write("activation_functions", cases)


def shaping_case(name, kind, thing, x):
    """A regularizer or a constraint: value, and for regularizers the gradient."""
    row = {"name": name, "object": keras.saving.serialize_keras_object(thing), "x": tensor(x)}
    with tf.GradientTape() as tape:
        v = tf.constant(x)
        tape.watch(v)
        y = thing(v)
    row["y"] = tensor(y.numpy())
    if kind == "regularizers":
        gradient = tape.gradient(y, v)
        row["gradient"] = tensor(np.zeros_like(x) if gradient is None else gradient.numpy())
    return row


def shaping():
    draw = Draw("shaping")
    cases = []
    for name, thing in [
        ("l1", R.L1()), ("l1 0.3", R.L1(0.3)), ("l2", R.L2()), ("l2 0.2", R.L2(0.2)), ("l1l2", R.L1L2(l1=0.1, l2=0.05)),
        ("l1l2 zero", R.L1L2()), ("orthogonal", R.OrthogonalRegularizer()),
        ("orthogonal columns", R.OrthogonalRegularizer(0.5, mode="columns")),
    ]:
        for shape in [(3, 4), (5, 2)] + ([] if "orthogonal" in name else [(6,), (2, 2, 3)]):
            cases.append(shaping_case(f"{name} {shape}", "regularizers", thing, draw.normal(shape)))
    write("regularizers", cases)
    cases = []
    for name, thing in [
        ("non-negative", C.NonNeg()), ("max norm", C.MaxNorm()), ("max norm 0.7 axis 1", C.MaxNorm(0.7, axis=1)),
        ("unit norm", C.UnitNorm()), ("unit norm axis 1", C.UnitNorm(axis=1)), ("min max", C.MinMaxNorm()),
        ("min max partial", C.MinMaxNorm(min_value=0.5, max_value=1.5, rate=0.3, axis=1)),
    ]:
        cases.append(shaping_case(name, "constraints", thing, draw.normal((3, 4))))
    for name, thing in [
        ("max norm of filters", C.MaxNorm(0.5, axis=[0, 1, 2])), ("unit norm of filters", C.UnitNorm(axis=[0, 1, 2])),
        ("min max of filters", C.MinMaxNorm(0.2, 0.4, 0.5, axis=[0, 1, 2])), ("non-negative filters", C.NonNeg()),
    ]:
        cases.append(shaping_case(name, "constraints", thing, draw.normal((2, 2, 3, 4))))
    for name, thing in [("max norm of a bias", C.MaxNorm(1.0)), ("unit norm of zeros", C.UnitNorm())]:
        cases.append(shaping_case(name, "constraints", thing, draw.normal((4,)) * (0 if "zeros" in name else 1)))
    write("constraints", cases)


def schedules():
    cases = []
    steps = list(range(0, 32)) + [50, 64, 99, 100, 101, 127, 128, 500, 1000]
    for name, schedule in [
        ("exponential", D.ExponentialDecay(0.1, 10, 0.9)), ("exponential staircase", D.ExponentialDecay(0.1, 7, 0.5, staircase=True)),
        ("inverse time", D.InverseTimeDecay(0.1, 10, 0.5)), ("inverse time staircase", D.InverseTimeDecay(0.1, 3, 0.5, staircase=True)),
        ("legacy decay", D.InverseTimeDecay(0.01, 1, 1e-3)),
        ("piecewise", D.PiecewiseConstantDecay([5, 10, 100], [0.1, 0.05, 0.01, 0.001])), ("piecewise one", D.PiecewiseConstantDecay([1], [1.0, 0.5])),
        ("polynomial", D.PolynomialDecay(0.1, 20)), ("polynomial square", D.PolynomialDecay(0.1, 30, 0.01, power=2.0)),
        ("polynomial root cycle", D.PolynomialDecay(0.1, 10, 0.01, power=0.5, cycle=True)),
        ("cosine", D.CosineDecay(0.1, 20)), ("cosine alpha", D.CosineDecay(0.1, 50, alpha=0.1)),
        ("cosine warm-up", D.CosineDecay(0.0, 40, alpha=0.05, warmup_target=0.2, warmup_steps=8)),
        ("restarts", D.CosineDecayRestarts(0.1, 4)), ("restarts of equal length", D.CosineDecayRestarts(0.1, 8, t_mul=1.0, m_mul=0.8)),
        ("restarts shrinking", D.CosineDecayRestarts(0.2, 3, t_mul=1.5, m_mul=0.5, alpha=0.01)),
    ]:
        values = [number(schedule(tf.constant(s, tf.int64))) for s in steps]
        cases.append({"name": name, "schedule": D.serialize(schedule), "steps": steps, "values": values})
    write("schedules", cases)


def configurations():
    """Configurations alone: what is read must be written again."""
    cases = []
    for kind, things in [
        ("initializer", [I.Zeros(), I.Ones(), I.Constant(0.3), I.Identity(), I.RandomUniform(-0.1, 0.2, seed=3),
                         I.RandomNormal(0.1, 0.2), I.TruncatedNormal(seed=7), I.VarianceScaling(2.0, "fan_out", "uniform", seed=1),
                         I.VarianceScaling(distribution="untruncated_normal"), I.GlorotUniform(), I.GlorotNormal(seed=2), I.HeUniform(),
                         I.HeNormal(), I.LecunUniform(), I.LecunNormal(), I.Orthogonal(0.5, seed=4), I.STFT(),
                         I.STFT("imag", "tukey", None, True), I.STFT(window=None), I.STFT(window=[0.5, 1.0], scaling="spectrum")]),
    ]:
        for thing in things:
            cases.append({"name": type(thing).__name__, "kind": kind, "object": keras.saving.serialize_keras_object(thing)})
    write("configurations", cases)


def fourier_kernels():
    """The initializer STFT, by its arguments."""
    cases = []

    def add(shape, **arguments):
        initializer = I.STFT(**arguments)
        label = " ".join(f"{k}={v}" for k, v in arguments.items())
        cases.append({"name": f"{shape} {label}", "object": keras.saving.serialize_keras_object(initializer),
                      "shape": list(shape), "values": tensor(np.asarray(initializer(shape)))})

    for side in ["real", "imag"]:
        for scaling in ["density", "spectrum", None]:
            add((6, 1, 4), side=side, scaling=scaling)
        add((7, 1, 5), side=side, window=None)
        add((120, 1, 3), side=side, periodic=True)
    windows = ["barthann", "bartlett", "blackman", "blackmanharris", "bohman", "boxcar", "cosine", "exponential", "flattop",
               "hamming", "hann", "lanczos", "nuttall", "parzen", "taylor", "triang", "tukey"]
    for window in windows:
        for length, periodic in [(8, False), (9, False), (8, True), (9, True)]:
            add((length, 1, 2), window=window, periodic=periodic, scaling=None)
    for window in ["hann", "tukey"]:
        for length in [1, 2, 3]:
            add((length, 1, 2), window=window, scaling=None, periodic=length == 3)
    add((5, 1, 2), window="ham_periodic")
    add((4, 1, 3), window=[0.25, 1.0, 0.5, 0.125])
    write("fourier_kernels", cases)


def make():
    loss_families()
    ctc_losses()
    activation_functions()
    shaping()
    schedules()
    configurations()
    fourier_kernels()


if __name__ == "__main__":
    for family in sys.argv[1:]:
        globals()[family]()
