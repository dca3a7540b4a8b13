"""What the interop check draws: random arguments for every layer, activation, loss, metric and optimizer."""

import keras
import numpy as np

L = keras.layers


class Draw:
    """Random choices that depend on the seed, the row's name and the draw's number only."""

    def __init__(self, seed, name, number):
        self.rng = np.random.default_rng([seed, number] + list(name.encode()))

    def pick(self, *options):
        return options[int(self.rng.integers(len(options)))]

    def integer(self, low, high):
        """From low to high, both included."""
        return int(self.rng.integers(low, high + 1))

    def number(self, low, high):
        return round(float(self.rng.uniform(low, high)), 4)

    def flag(self):
        return bool(self.rng.integers(2))

    def normal(self, shape, scale=1.0):
        return (self.rng.standard_normal(shape) * scale).astype(np.float32)

    def seed(self):
        return self.integer(0, 10**6)


# Not sparsemax, which Keras computes wrong (Documentation/Decisions/0017).
ACTIVATIONS = [
    "linear", "relu", "relu6", "leaky_relu", "elu", "selu", "celu", "gelu", "sigmoid", "tanh", "softplus", "softsign",
    "exponential", "hard_sigmoid", "hard_silu", "silu", "mish", "softmax", "log_softmax", "log_sigmoid", "hard_tanh",
    "tanh_shrink", "soft_shrink", "hard_shrink", "squareplus", "sparse_plus", "sparse_sigmoid",
]


def initializer(d):
    I = keras.initializers
    return d.pick(
        I.GlorotUniform(d.seed()), I.GlorotNormal(d.seed()), I.HeUniform(d.seed()), I.HeNormal(d.seed()),
        I.LecunNormal(d.seed()), I.RandomNormal(0.0, 0.3, d.seed()), I.RandomUniform(-0.4, 0.4, d.seed()),
        I.TruncatedNormal(0.0, 0.3, d.seed()), I.VarianceScaling(1.5, "fan_out", "uniform", d.seed()))


def regularizer(d):
    R = keras.regularizers
    return d.pick(None, None, R.L1(d.number(1e-4, 1e-2)), R.L2(d.number(1e-4, 1e-2)), R.L1L2(1e-3, d.number(1e-4, 1e-2)))


def constraint(d):
    C = keras.constraints
    return d.pick(None, None, None, C.MaxNorm(d.number(0.5, 2)), C.NonNeg(), C.UnitNorm(), C.MinMaxNorm(0.3, 1.2, d.number(0.5, 1)))


def bias(d):
    return keras.initializers.RandomNormal(0.0, 0.2, d.seed())


def common(d, kernel="kernel"):
    return {
        "activation": d.pick(None, "relu", "tanh", "sigmoid", "gelu", "silu", "elu"), "use_bias": d.flag() or d.flag(),
        f"{kernel}_initializer": initializer(d), "bias_initializer": bias(d), f"{kernel}_regularizer": regularizer(d),
        "bias_regularizer": regularizer(d), "activity_regularizer": d.pick(None, None, keras.regularizers.L2(1e-3)),
        f"{kernel}_constraint": constraint(d),
    }


def spatial(d, rank, low=5, high=9):
    return tuple(d.integer(low, high) for _ in range(rank))


def window(d, rank, low, high):
    if d.flag() or rank == 1:
        return d.integer(low, high)
    return tuple(d.integer(low, high) for _ in range(rank))


def strides_or_dilation(d, rank, same=False):
    kind = d.integer(0, 2)
    if kind == 1:
        return {"strides": d.integer(2, 3) if same else window(d, rank, 1, 3)}
    if kind == 2:
        return {"dilation_rate": window(d, rank, 1, 2)}
    return {}


def convolution(rank):
    def make(d):
        groups = d.pick(1, 1, 2)
        channels = groups * d.integer(1, 3)
        paddings = ["valid", "same"] + (["causal"] if rank == 1 else [])
        layer = getattr(L, f"Conv{rank}D")(
            groups * d.integer(1, 4), window(d, rank, 1, 3), padding=d.pick(*paddings), groups=groups,
            **strides_or_dilation(d, rank), **common(d))
        return spatial(d, rank) + (channels,), layer
    return make


def transposed(rank):
    def make(d):
        options = {}
        kind = d.integer(0, 2)
        if kind == 1:
            options["strides"] = d.integer(2, 3)
            options["output_padding"] = d.pick(None, None, 1)
        elif kind == 2 and rank < 3:
            options["dilation_rate"] = d.integer(1, 2)
        layer = getattr(L, f"Conv{rank}DTranspose")(
            d.integer(1, 4), window(d, rank, 1, 3) if not options.get("output_padding") else 3,
            padding=d.pick("valid", "same"), **options, **common(d))
        return spatial(d, rank, 3, 6) + (d.integer(1, 3),), layer
    return make


def separable(rank):
    def make(d):
        options = common(d, "depthwise")
        options["pointwise_initializer"] = initializer(d)
        layer = getattr(L, f"SeparableConv{rank}D")(
            d.integer(1, 4), d.integer(1, 3), padding=d.pick("valid", "same"), depth_multiplier=d.integer(1, 2),
            **strides_or_dilation(d, rank, same=True), **options)
        return spatial(d, rank) + (d.integer(1, 3),), layer
    return make


def depthwise(rank):
    def make(d):
        layer = getattr(L, f"DepthwiseConv{rank}D")(
            d.integer(1, 3), padding=d.pick("valid", "same"), depth_multiplier=d.integer(1, 2),
            **strides_or_dilation(d, rank, same=True), **common(d, "depthwise"))
        return spatial(d, rank) + (d.integer(1, 3),), layer
    return make


def pooling(kind, rank):
    def make(d):
        layer = getattr(L, f"{kind}Pooling{rank}D")(
            window(d, rank, 1, 3), strides=d.pick(None, d.integer(1, 3)), padding=d.pick("valid", "same"))
        return spatial(d, rank) + (d.integer(1, 4),), layer
    return make


def global_pooling(kind, rank):
    return lambda d: (
        spatial(d, rank, 1, 6) + (d.integer(1, 4),), getattr(L, f"Global{kind}Pooling{rank}D")(keepdims=d.flag()))


def adaptive_pooling(kind, rank):
    # TensorFlow's gradient of a maximum over everything is memory that nobody wrote, so there are two cells at least.
    return lambda d: (
        spatial(d, rank) + (d.integer(1, 4),), getattr(L, f"Adaptive{kind}Pooling{rank}D")(d.integer(2, 4)))


def padded(name, rank, most):
    def make(d):
        def pair():
            return d.pick(d.integer(0, most), (d.integer(0, most), d.integer(0, most)))
        amount = d.integer(0, most)
        if rank == 1:
            amount = d.pick(amount, (d.integer(0, most), d.integer(0, most)))
        elif d.flag():
            amount = tuple((d.integer(0, most), d.integer(0, most)) for _ in range(rank))
        return spatial(d, rank) + (d.integer(1, 3),), getattr(L, f"{name}{rank}D")(amount)
    return make


def upsampling(rank):
    def make(d):
        options = {}
        if rank == 2:
            options["interpolation"] = d.pick("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")
        return spatial(d, rank, 2, 5) + (d.integer(1, 3),), getattr(L, f"UpSampling{rank}D")(
            window(d, rank, 1, 3), **options)
    return make


def any_shape(d):
    return tuple(d.integer(2, 5) for _ in range(d.integer(1, 3)))


def permute(d):
    shape = any_shape(d)
    return shape, L.Permute(tuple(int(i) + 1 for i in d.rng.permutation(len(shape))))


def reshape(d):
    shape = (d.integer(1, 3), d.integer(2, 4), d.integer(1, 3))
    count = int(np.prod(shape))
    return shape, L.Reshape(d.pick((count,), (-1,), (shape[2], -1), (-1, shape[0])))


def adapted_normalization(d):
    shape = any_shape(d)
    layer = L.Normalization(axis=d.pick(-1, None))
    layer.adapt(d.normal((13,) + shape, 2) + 1)
    return shape, layer


def plain_normalization(d):
    return (5,), L.Normalization(mean=d.number(-1, 1), variance=d.number(0.2, 3), invert=d.flag())


def batch_normalization(d):
    shape = any_shape(d)
    return shape, L.BatchNormalization(
        axis=d.pick(-1, -1, 1), momentum=d.number(0.5, 0.99), epsilon=d.pick(1e-3, 1e-2), center=d.flag() or d.flag(),
        scale=d.flag() or d.flag(), beta_initializer=bias(d), gamma_initializer=keras.initializers.RandomUniform(0.5, 1.5, d.seed()),
        moving_mean_initializer=bias(d), moving_variance_initializer=keras.initializers.RandomUniform(0.5, 1.5, d.seed()))


def layer_normalization(d):
    shape = any_shape(d)
    return shape, L.LayerNormalization(
        axis=d.pick(-1, list(range(1, len(shape) + 1))), epsilon=d.pick(1e-3, 1e-5), center=d.flag() or d.flag(),
        scale=d.flag() or d.flag(), beta_initializer=bias(d), gamma_initializer=keras.initializers.RandomUniform(0.5, 1.5, d.seed()))


def group_normalization(d):
    groups = d.integer(1, 3)
    shape = tuple(d.integer(2, 4) for _ in range(d.integer(1, 2))) + (groups * d.integer(1, 3),)
    return shape, L.GroupNormalization(
        groups=d.pick(groups, groups, -1), epsilon=d.pick(1e-3, 1e-5), center=d.flag() or d.flag(),
        scale=d.flag() or d.flag(), beta_initializer=bias(d))


def sequence_options(d, directions=True):
    """Arguments of recurrent layers that decide what is returned and how masks show."""
    options = {"return_sequences": d.flag(), "zero_output_for_mask": d.flag()}
    if directions:
        options |= {"go_backwards": d.flag(), "unroll": d.pick(False, False, True)}
    return options


def cell_options(d, kind):
    options = {
        "activation": d.pick("tanh", "tanh", "relu", "softsign", "elu"), "use_bias": d.flag() or d.flag(),
        "kernel_initializer": initializer(d), "recurrent_initializer": keras.initializers.Orthogonal(seed=d.seed()),
        "bias_initializer": bias(d), "kernel_regularizer": regularizer(d), "recurrent_regularizer": regularizer(d),
        "kernel_constraint": constraint(d), "recurrent_constraint": d.pick(None, None, keras.constraints.MaxNorm(1.5)),
    }
    if kind in ("LSTM", "GRU"):
        options["recurrent_activation"] = d.pick("sigmoid", "sigmoid", "hard_sigmoid")
    if kind == "GRU":
        options["reset_after"] = d.flag()
    if kind == "LSTM":
        options["unit_forget_bias"] = d.flag()
    return options


def recurrent_layer(d, kind, units=None, **more):
    return getattr(L, kind)(
        units or d.integer(1, 5), **(cell_options(d, kind) | {"activity_regularizer": d.pick(None, None, keras.regularizers.L2(1e-3))} | more))


def cell(d):
    kind = d.pick("SimpleRNN", "GRU", "LSTM")
    return getattr(L, kind + "Cell")(d.integer(1, 4), **cell_options(d, kind))


def sequence_shape(d):
    return d.integer(1, 8), d.integer(1, 4)


def recurrent(kind):
    return lambda d: (sequence_shape(d), recurrent_layer(d, kind, **sequence_options(d)))


def masked(make):
    """A layer behind padding; inputs are drawn with rows of zeros."""
    def masked(d):
        shape, layer = make(d)
        return shape, [L.Masking(), layer]
    return masked


def embedded(make):
    """A layer behind an embedding of numbers, of which 0 may be padding."""
    def embedded(d):
        _, layer = make(d)
        words, length = d.integer(4, 12), d.integer(2, 8)
        table = L.Embedding(
            words, d.integer(1, 4), mask_zero=d.flag() or d.flag(), embeddings_regularizer=d.pick(None, None, keras.regularizers.L2(1e-3)),
            embeddings_initializer=initializer(d))
        return (length,), [table] + ([layer] if layer else [])
    return embedded


def bidirectional(d):
    kind = d.pick("SimpleRNN", "GRU", "LSTM")
    options = sequence_options(d, directions=False)
    layer = recurrent_layer(d, kind, **options)
    backward = None
    if d.flag() and d.flag():
        # Of as many units: Keras takes the forward layer's result for both when it tells the shape.
        backward = recurrent_layer(d, d.pick("GRU", "LSTM"), layer.units, **(options | {"go_backwards": True}))
    mode = d.pick("concat", "sum", "mul", "ave")
    return sequence_shape(d), L.Bidirectional(layer, merge_mode=mode, backward_layer=backward)


def stacked_cells(d):
    # Keras loses the nesting of the states of a stack of one.
    return sequence_shape(d), L.RNN([cell(d) for _ in range(d.integer(2, 3))], **sequence_options(d))


def time_distributed(d):
    kind = d.integer(0, 3)
    steps = d.integer(1, 4)
    if kind == 0:
        return (steps, d.integer(1, 4)), L.TimeDistributed(L.Dense(d.integer(1, 4), **common(d)))
    if kind == 1:
        return (steps, 5, 4, 2), L.TimeDistributed(L.Conv2D(2, 2, kernel_initializer=initializer(d)))
    if kind == 2:
        return (steps, 3, 2), L.TimeDistributed(recurrent_layer(d, "LSTM", activity_regularizer=None))
    return (steps, 3), L.TimeDistributed(L.BatchNormalization(momentum=0.8))


def trains_alike(layers):
    """Whether tf.keras trains layers as Keras 3 does. Its TimeDistributed gives the inner layer all steps at once; Keras 3 one by one,
    which makes other statistics and penalties."""
    return not any(isinstance(layer, L.TimeDistributed) and (
        isinstance(layer.layer, L.BatchNormalization) or getattr(layer.layer, "activity_regularizer", None)) for layer in layers)


def conv_lstm(rank):
    def make(d):
        options = cell_options(d, "LSTM")
        layer = getattr(L, f"ConvLSTM{rank}D")(
            d.integer(1, 2), window(d, rank, 1, 3), padding=d.pick("valid", "same"), return_sequences=d.flag(),
            go_backwards=d.flag(), **strides_or_dilation(d, rank, same=True), **options)
        return (d.integer(1, 3),) + spatial(d, rank, 5, 6) + (d.integer(1, 2),), layer
    return make


def einsum_dense(d):
    options = common(d)
    options.pop("use_bias")
    width, steps = d.integer(1, 5), d.integer(1, 4)
    shape, equation, output, axes = d.pick(
        ((steps, 3), "abc,cd->abd", (None, width), "d"), ((steps, 3), "abc,cde->abde", (None, 2, width), "de"),
        ((steps, 2, 3), "abcd,cde->abe", (None, width), "e"), ((steps, 3), "abc,bd->adc", (width, 3), "d"),
        ((steps, 3), "...x,xy->...y", (width,), "y"), ((3, steps), "ab...,bc->ac...", (width,), "c"))
    return shape, L.EinsumDense(equation, output, bias_axes=d.pick(None, axes), **options)


def spectral_normalization(d):
    options = common(d)
    layer, shape = d.pick(
        (L.Dense(d.integer(1, 5), **options), (d.integer(1, 5),)),
        (L.Conv1D(d.integer(1, 4), d.integer(1, 3), **options), (d.integer(4, 7), d.integer(1, 3))))
    return shape, L.SpectralNormalization(layer, d.integer(1, 3))


def masking(d):
    return (d.integer(2, 5), d.integer(1, 3)), L.Masking(mask_value=0.0)


def category_encoding(d):
    # TensorFlow counts no negative numbers. What Keras says of the shapes of counts beyond two axes is not what it computes.
    mode = d.pick("one_hot", "multi_hot", "count")
    shape = any_shape(d) if mode == "one_hot" else (d.integer(1, 5),)
    return shape, [L.ReLU(), L.Rescaling(3.0), L.CategoryEncoding(d.integer(1, 5), output_mode=mode)]


def discretization(d):
    mode = d.pick("one_hot", "multi_hot", "count")
    if d.flag():
        layer = L.Discretization(sorted(d.number(-2, 2) for _ in range(d.integer(1, 6))), output_mode=mode)
    else:
        layer = L.Discretization(num_bins=d.integer(2, 6), output_mode=mode)
        layer.adapt(d.normal((40, 3)))
    return any_shape(d), layer


def stft_spectrogram(d):
    frame = d.integer(2, 9)
    # Not the angle, which has no side where there is nothing.
    layer = L.STFTSpectrogram(
        d.pick("log", "magnitude", "psd", "real", "imag", "stft"), frame, d.pick(None, d.integer(1, frame)),
        d.pick(None, frame + d.integer(0, 4)), d.pick("hann", "hamming", "blackman", None), d.flag(),
        d.pick("density", "spectrum", None), d.pick("valid", "same"), d.flag())
    # Sums over frames are large, and trained with a fixed step.
    return (d.integer(9, 24), d.integer(1, 2)), [layer, L.Rescaling(0.05)]


def mel_spectrogram(d):
    # TensorFlow's windows of odd lengths are not periodic, other than those of Keras's other backends.
    length = 2 * d.integer(4, 10)
    layer = L.MelSpectrogram(
        length + d.integer(0, 6), d.integer(4, 9), length, d.pick("hann", "hamming", None), 4000, d.integer(1, 5),
        power_to_db=d.flag(), top_db=d.number(20, 90), mag_exp=d.pick(1.0, 2.0), min_freq=d.number(0, 200))
    # Decibels are large, and trained with a fixed step.
    return (d.integer(30, 50),), [layer, L.Rescaling(0.02)]


# Every layer: from a draw to the shape of a sample and the layer. A second table holds those that draw random numbers
# in training, whose results are compared in inference only.
LAYERS = {
    "Dense": lambda d: (any_shape(d), L.Dense(d.integer(1, 7), **common(d))),
    "EinsumDense": einsum_dense,
    "SpectralNormalization": spectral_normalization,
    "Activation": lambda d: (any_shape(d), L.Activation(d.pick(*ACTIVATIONS))),
    **{f"Conv{r}D": convolution(r) for r in (1, 2, 3)},
    **{f"Conv{r}DTranspose": transposed(r) for r in (1, 2, 3)},
    **{f"SeparableConv{r}D": separable(r) for r in (1, 2)},
    **{f"DepthwiseConv{r}D": depthwise(r) for r in (1, 2)},
    **{f"{k}Pooling{r}D": pooling(k, r) for k in ("Max", "Average") for r in (1, 2, 3)},
    **{f"Global{k}Pooling{r}D": global_pooling(k, r) for k in ("Max", "Average") for r in (1, 2, 3)},
    **{f"Adaptive{k}Pooling{r}D": adaptive_pooling(k, r) for k in ("Max", "Average") for r in (1, 2, 3)},
    **{f"ZeroPadding{r}D": padded("ZeroPadding", r, 2) for r in (1, 2, 3)},
    **{f"Cropping{r}D": padded("Cropping", r, 2) for r in (1, 2, 3)},
    **{f"UpSampling{r}D": upsampling(r) for r in (1, 2, 3)},
    "Flatten": lambda d: (any_shape(d), L.Flatten()),
    "Reshape": reshape,
    "Permute": permute,
    "RepeatVector": lambda d: ((d.integer(1, 5),), L.RepeatVector(d.integer(1, 4))),
    "Rescaling": lambda d: (any_shape(d), L.Rescaling(d.number(-2, 2), d.number(-1, 1))),
    "CategoryEncoding": category_encoding,
    "Discretization": discretization,
    "STFTSpectrogram": stft_spectrogram,
    "MelSpectrogram": mel_spectrogram,
    "Normalization (adapted)": adapted_normalization,
    "Normalization (given)": plain_normalization,
    "BatchNormalization": batch_normalization,
    "LayerNormalization": layer_normalization,
    "GroupNormalization": group_normalization,
    "UnitNormalization": lambda d: (any_shape(d), L.UnitNormalization()),
    "RMSNormalization": lambda d: (any_shape(d), L.RMSNormalization(epsilon=d.pick(1e-6, 1e-3))),
    "ReLU": lambda d: (any_shape(d), L.ReLU(d.pick(None, 1.5), d.pick(0.0, 0.2), d.pick(0.0, 0.1))),
    "LeakyReLU": lambda d: (any_shape(d), L.LeakyReLU(d.number(0, 0.5))),
    "PReLU": lambda d: ((4, 3), L.PReLU(keras.initializers.RandomUniform(0, 0.5, d.seed()), shared_axes=d.pick(None, [1]))),
    "ELU": lambda d: (any_shape(d), L.ELU(d.number(0.2, 2))),
    "Softmax": lambda d: (any_shape(d), L.Softmax(d.pick(-1, 1))),
    "Masking": masking,
    **{kind: recurrent(kind) for kind in ("SimpleRNN", "GRU", "LSTM")},
    **{f"Masking, {kind}": masked(recurrent(kind)) for kind in ("SimpleRNN", "GRU", "LSTM")},
    **{f"Embedding, {kind}": embedded(recurrent(kind)) for kind in ("SimpleRNN", "GRU", "LSTM")},
    "Embedding": embedded(lambda d: ((), None)),
    "RNN, StackedRNNCells": stacked_cells,
    "Masking, StackedRNNCells": masked(stacked_cells),
    "Bidirectional": bidirectional,
    "Masking, Bidirectional": masked(bidirectional),
    "Embedding, Bidirectional": embedded(bidirectional),
    "TimeDistributed": time_distributed,
    **{f"ConvLSTM{r}D": conv_lstm(r) for r in (1, 2, 3)},
    "ActivityRegularization": lambda d: (any_shape(d), L.ActivityRegularization(d.number(0, 0.01), d.number(0, 0.01))),
}

def image_shape(d, low=4, high=9, channels=3):
    return (d.integer(low, high), d.integer(low, high), channels)


def fixed(d, low, high):
    """A factor that leaves nothing to chance."""
    value = d.number(low, high)
    return (value, value)


def fill(d):
    return {"fill_mode": d.pick("reflect", "wrap", "constant", "nearest"), "fill_value": d.number(-1, 1)}


def resizing(d):
    kind = d.integer(0, 2)
    return image_shape(d, 3, 9, d.integer(1, 3)), L.Resizing(
        d.integer(2, 11), d.integer(2, 11), d.pick("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5", "area"),
        crop_to_aspect_ratio=kind == 1, pad_to_aspect_ratio=kind == 2, fill_value=d.number(-1, 1), antialias=d.flag())


# Without chance, in training too. Older versions of Keras have not all of them.
IMAGE_LAYERS = {
    "Resizing": resizing,
    "CenterCrop": lambda d: (image_shape(d), L.CenterCrop(d.integer(2, 6), d.integer(2, 6))),
    "AutoContrast": lambda d: (image_shape(d), L.AutoContrast((-3, 3))),
    "ContrastLimitedAdaptiveHistogramEqualization": lambda d: (
        image_shape(d), L.ContrastLimitedAdaptiveHistogramEqualization(
            (-4, 4), d.pick(0.0, 2.0, 4.0), (d.integer(1, 3), d.integer(1, 3)))),
    "RandomRotation": lambda d: (image_shape(d), L.RandomRotation(fixed(d, -0.3, 0.3), **fill(d))),
    "RandomZoom": lambda d: (image_shape(d), L.RandomZoom(fixed(d, -0.3, 0.3), **fill(d))),
    "RandomTranslation": lambda d: (image_shape(d), L.RandomTranslation(
        fixed(d, -0.3, 0.3), fixed(d, -0.3, 0.3), **fill(d))),
    "RandomBrightness": lambda d: (image_shape(d), L.RandomBrightness(fixed(d, -1, 1), (-3, 3))),
    "RandomSharpness": lambda d: (image_shape(d), L.RandomSharpness(fixed(d, 0, 1), (-3, 3))),
    "RandomColorDegeneration": lambda d: (image_shape(d), L.RandomColorDegeneration(fixed(d, 0, 1), (-3, 3))),
}

# Outside of training they do nothing.
RANDOM_IMAGE_LAYERS = {
    "RandomFlip": lambda d: (image_shape(d), L.RandomFlip(d.pick("horizontal", "vertical"))),
    "RandomContrast": lambda d: (image_shape(d), L.RandomContrast(d.number(0, 1), (-3, 3))),
    "RandomErasing": lambda d: (image_shape(d), L.RandomErasing(d.number(0, 1))),
}

RANDOM_LAYERS = {
    "Dropout": lambda d: (any_shape(d), L.Dropout(d.number(0, 0.9))),
    **{f"SpatialDropout{r}D": (lambda r: lambda d: (spatial(d, r, 2, 4) + (3,), getattr(L, f"SpatialDropout{r}D")(0.3)))(r)
       for r in (1, 2, 3)},
    "GaussianNoise": lambda d: (any_shape(d), L.GaussianNoise(d.number(0.1, 1))),
    "GaussianDropout": lambda d: (any_shape(d), L.GaussianDropout(d.number(0.1, 0.6))),
    "AlphaDropout": lambda d: (any_shape(d), L.AlphaDropout(d.number(0.1, 0.6))),
    **{f"{kind} with dropout": (lambda kind: lambda d: (sequence_shape(d), recurrent_layer(
        d, kind, dropout=d.pick(0, 0.3), recurrent_dropout=d.number(0.1, 0.5), **sequence_options(d))))(kind)
       for kind in ("SimpleRNN", "GRU", "LSTM")},
}


def schedule(d):
    S = keras.optimizers.schedules
    rate = d.number(0.005, 0.05)
    return d.pick(
        rate, rate, S.ExponentialDecay(rate, d.integer(3, 9), 0.8, d.flag()),
        S.PiecewiseConstantDecay([4, 9], [rate, rate / 2, rate / 5]),
        S.PolynomialDecay(rate, d.integer(5, 12), rate / 10, d.pick(1.0, 2.0), d.flag()),
        S.InverseTimeDecay(rate, d.integer(2, 6), 0.7, d.flag()),
        S.CosineDecay(rate, 15, 0.1), S.CosineDecay(0.001, 12, 0.0, warmup_target=rate, warmup_steps=5),
        S.CosineDecayRestarts(rate, 6, 1.5, 0.9, 0.1))


def shared(d):
    """Arguments that every optimizer takes."""
    options = d.pick({}, {}, {"clipnorm": d.number(0.1, 1)}, {"clipvalue": d.number(0.05, 0.5)},
                     {"global_clipnorm": d.number(0.1, 1)})
    options |= d.pick({}, {}, {"use_ema": True, "ema_momentum": 0.9, "ema_overwrite_frequency": d.pick(None, 4)})
    options |= d.pick({}, {}, {"gradient_accumulation_steps": d.integer(2, 3)})
    options |= d.pick({}, {}, {"weight_decay": d.number(1e-3, 1e-1)})
    return options


O = keras.optimizers
OPTIMIZERS = {
    "SGD": lambda d: O.SGD(schedule(d), momentum=d.pick(0.0, 0.9), nesterov=d.flag(), **shared(d)),
    "RMSprop": lambda d: O.RMSprop(schedule(d), rho=0.8, momentum=d.pick(0.0, 0.5), centered=d.flag(), **shared(d)),
    "Adagrad": lambda d: O.Adagrad(schedule(d), initial_accumulator_value=d.pick(0.1, 0.3), **shared(d)),
    "Adadelta": lambda d: O.Adadelta(d.number(0.1, 1), rho=d.pick(0.95, 0.8), **shared(d)),
    "Adam": lambda d: O.Adam(schedule(d), beta_1=d.pick(0.9, 0.8), amsgrad=d.flag(), **shared(d)),
    "Nadam": lambda d: O.Nadam(schedule(d), beta_1=d.pick(0.9, 0.8), **shared(d)),
    "Adamax": lambda d: O.Adamax(schedule(d), **shared(d)),
    "AdamW": lambda d: O.AdamW(schedule(d), amsgrad=d.flag(), **({"weight_decay": 0.01} | shared(d))),
    "Ftrl": lambda d: O.Ftrl(
        schedule(d), l1_regularization_strength=d.pick(0.0, 0.01), l2_regularization_strength=d.pick(0.0, 0.01),
        l2_shrinkage_regularization_strength=d.pick(0.0, 0.01), beta=d.pick(0.0, 0.1), **shared(d)),
    "Lion": lambda d: O.Lion(d.number(1e-4, 1e-3), **shared(d)),
    "Adafactor": lambda d: O.Adafactor(schedule(d), relative_step=d.flag(), **shared(d)),
    "Lamb": lambda d: O.Lamb(schedule(d), **shared(d)),
    "Muon": lambda d: O.Muon(schedule(d), nesterov=d.flag(), **shared(d)),
}


def probabilities(d, shape):
    x = d.normal(shape)
    e = np.exp(x - x.max(-1, keepdims=True))
    return (e / e.sum(-1, keepdims=True)).astype(np.float32)


def signs(d, n, k):
    return np.where(d.rng.random((n, k)) < 0.5, -1, 1).astype(np.float32)


def binary(d, n, k):
    return (d.rng.random((n, k)) < 0.5).astype(np.float32)


def one_hot(d, n, k):
    return np.eye(k, dtype=np.float32)[d.rng.integers(0, k, n)]


def classes(d, n, k):
    return d.rng.integers(0, k, n).astype(np.int32)


def numbers(d, n, k):
    return d.normal((n, k))


def positive(d, n, k):
    return np.abs(d.normal((n, k))) + np.float32(0.1)


def sequences(d, n, k):
    """Up to three class numbers, then zeros."""
    kept = np.arange(3) < d.rng.integers(0, 4, (n, 1))
    return (d.rng.integers(1, k, (n, 3)) * kept).astype(np.int32)


def reduction(d):
    return d.pick("sum_over_batch_size", "sum_over_batch_size", "sum", "mean", "mean_with_sample_weight")


LO = keras.losses
# Every loss: how to draw it, its labels, and the activation that the model ends with.
LOSSES = {
    "MeanSquaredError": (lambda d: LO.MeanSquaredError(reduction(d)), numbers, None),
    "MeanAbsoluteError": (lambda d: LO.MeanAbsoluteError(reduction(d)), numbers, None),
    "MeanAbsolutePercentageError": (lambda d: LO.MeanAbsolutePercentageError(reduction(d)), positive, None),
    "MeanSquaredLogarithmicError": (lambda d: LO.MeanSquaredLogarithmicError(reduction(d)), positive, "softplus"),
    "CosineSimilarity": (lambda d: LO.CosineSimilarity(reduction=reduction(d)), numbers, None),
    # Keras 3.15 does not save Huber's delta, so only its default comes back.
    "Huber": (lambda d: LO.Huber(reduction=reduction(d)), numbers, None),
    "LogCosh": (lambda d: LO.LogCosh(reduction(d)), numbers, None),
    "Hinge": (lambda d: LO.Hinge(reduction(d)), lambda d, n, k: d.pick(signs, binary)(d, n, k), "tanh"),
    "SquaredHinge": (lambda d: LO.SquaredHinge(reduction(d)), signs, "tanh"),
    "CategoricalHinge": (lambda d: LO.CategoricalHinge(reduction(d)), one_hot, None),
    "KLDivergence": (lambda d: LO.KLDivergence(reduction(d)), lambda d, n, k: probabilities(d, (n, k)), "softmax"),
    "Poisson": (lambda d: LO.Poisson(reduction(d)), positive, "softplus"),
    "BinaryCrossentropy": (
        lambda d: LO.BinaryCrossentropy(label_smoothing=d.pick(0.0, 0.2), reduction=reduction(d)), binary, "sigmoid"),
    "BinaryCrossentropy (logits)": (lambda d: LO.BinaryCrossentropy(True, reduction=reduction(d)), binary, None),
    "BinaryFocalCrossentropy": (
        lambda d: LO.BinaryFocalCrossentropy(d.flag(), gamma=d.number(1, 3), reduction=reduction(d)), binary, "sigmoid"),
    "CategoricalCrossentropy": (
        lambda d: LO.CategoricalCrossentropy(label_smoothing=d.pick(0.0, 0.2), reduction=reduction(d)), one_hot, "softmax"),
    "CategoricalCrossentropy (logits)": (lambda d: LO.CategoricalCrossentropy(True, reduction=reduction(d)), one_hot, None),
    "CategoricalFocalCrossentropy": (
        lambda d: LO.CategoricalFocalCrossentropy(gamma=d.number(1, 3), reduction=reduction(d)), one_hot, "softmax"),
    "SparseCategoricalCrossentropy": (
        lambda d: LO.SparseCategoricalCrossentropy(ignore_class=d.pick(None, None, 1), reduction=reduction(d)), classes, "softmax"),
    "SparseCategoricalCrossentropy (logits)": (
        lambda d: LO.SparseCategoricalCrossentropy(True, reduction=reduction(d)), classes, None),
    "Dice": (lambda d: LO.Dice(axis=d.pick(None, 1)), binary, "sigmoid"),
    "Tversky": (lambda d: LO.Tversky(d.number(0.2, 0.8), d.number(0.2, 0.8), axis=d.pick(None, 1)), binary, "sigmoid"),
    # Its embeddings must be of length 1 at most; unbounded ones make training explode, in Keras too.
    "Circle": (lambda d: LO.Circle(gamma=d.number(2, 40), margin=d.number(0.1, 0.5)), classes, "softmax"),
    "CategoricalGeneralizedCrossEntropy": (
        lambda d: LO.CategoricalGeneralizedCrossEntropy(d.number(0.2, 0.9), reduction=reduction(d)), classes, "softmax"),
    "CTC": (lambda d: LO.CTC(reduction(d)), sequences, None),
}

M = keras.metrics
AVERAGES = ("micro", "macro", "weighted", None)
# Every metric: how to draw it, its labels, and the activation that the model ends with.
METRICS = {
    "accuracy (binary)": (lambda d: "accuracy", lambda d, n, k: binary(d, n, 1), "sigmoid"),
    "accuracy (categorical)": (lambda d: "accuracy", one_hot, "softmax"),
    "accuracy (sparse)": (lambda d: "accuracy", classes, "softmax"),
    "BinaryAccuracy": (lambda d: M.BinaryAccuracy(threshold=d.number(0.3, 0.7)), binary, "sigmoid"),
    "CategoricalAccuracy": (lambda d: M.CategoricalAccuracy(), one_hot, "softmax"),
    "SparseCategoricalAccuracy": (lambda d: M.SparseCategoricalAccuracy(), classes, "softmax"),
    "TopKCategoricalAccuracy": (lambda d: M.TopKCategoricalAccuracy(d.integer(1, 3)), one_hot, "softmax"),
    "SparseTopKCategoricalAccuracy": (lambda d: M.SparseTopKCategoricalAccuracy(d.integer(1, 3)), classes, "softmax"),
    "MeanSquaredError": (lambda d: M.MeanSquaredError(), numbers, None),
    "MeanAbsoluteError": (lambda d: M.MeanAbsoluteError(), numbers, None),
    "MeanAbsolutePercentageError": (lambda d: M.MeanAbsolutePercentageError(), positive, None),
    "MeanSquaredLogarithmicError": (lambda d: M.MeanSquaredLogarithmicError(), positive, "softplus"),
    "RootMeanSquaredError": (lambda d: M.RootMeanSquaredError(), numbers, None),
    "LogCoshError": (lambda d: M.LogCoshError(), numbers, None),
    "CosineSimilarity": (lambda d: M.CosineSimilarity(), numbers, None),
    "R2Score": (lambda d: M.R2Score(d.pick("uniform_average", "variance_weighted_average", None)), numbers, None),
    "PearsonCorrelation": (lambda d: M.PearsonCorrelation(), numbers, None),
    "ConcordanceCorrelation": (lambda d: M.ConcordanceCorrelation(), numbers, None),
    "Hinge": (lambda d: M.Hinge(), signs, "tanh"),
    "SquaredHinge": (lambda d: M.SquaredHinge(), binary, "tanh"),
    "CategoricalHinge": (lambda d: M.CategoricalHinge(), one_hot, None),
    "KLDivergence": (lambda d: M.KLDivergence(), lambda d, n, k: probabilities(d, (n, k)), "softmax"),
    "Poisson": (lambda d: M.Poisson(), positive, "softplus"),
    "BinaryCrossentropy": (lambda d: M.BinaryCrossentropy(label_smoothing=d.pick(0, 0.1)), binary, "sigmoid"),
    "CategoricalCrossentropy": (lambda d: M.CategoricalCrossentropy(label_smoothing=d.pick(0, 0.1)), one_hot, "softmax"),
    "SparseCategoricalCrossentropy": (lambda d: M.SparseCategoricalCrossentropy(), classes, "softmax"),
    "TruePositives": (lambda d: M.TruePositives(d.pick(None, [0.3, 0.6])), binary, "sigmoid"),
    "TrueNegatives": (lambda d: M.TrueNegatives(d.pick(None, [0.3, 0.6])), binary, "sigmoid"),
    "FalsePositives": (lambda d: M.FalsePositives(d.pick(None, [0.3, 0.6])), binary, "sigmoid"),
    "FalseNegatives": (lambda d: M.FalseNegatives(d.pick(None, [0.3, 0.6])), binary, "sigmoid"),
    "Precision": (lambda d: M.Precision(d.pick(None, 0.4), d.pick(None, 2), d.pick(None, 1)), binary, "sigmoid"),
    "Recall": (lambda d: M.Recall(d.pick(None, 0.4), d.pick(None, 2), d.pick(None, 1)), binary, "sigmoid"),
    "SensitivityAtSpecificity": (lambda d: M.SensitivityAtSpecificity(d.number(0.2, 0.8), 50), binary, "sigmoid"),
    "SpecificityAtSensitivity": (lambda d: M.SpecificityAtSensitivity(d.number(0.2, 0.8), 50), binary, "sigmoid"),
    "PrecisionAtRecall": (lambda d: M.PrecisionAtRecall(d.number(0.2, 0.8), 50), binary, "sigmoid"),
    "RecallAtPrecision": (lambda d: M.RecallAtPrecision(d.number(0.3, 0.6), 50), binary, "sigmoid"),
    "AUC": (
        lambda d: M.AUC(d.integer(10, 60), d.pick("ROC", "PR", "PRGAIN"), d.pick("interpolation", "minoring", "majoring"),
                        multi_label=d.flag()), binary, "sigmoid"),
    "FBetaScore": (lambda d: M.FBetaScore(d.pick(*AVERAGES), d.number(0.5, 2), d.pick(None, 0.4)), one_hot, "softmax"),
    "F1Score": (lambda d: M.F1Score(d.pick(*AVERAGES), d.pick(None, 0.4)), one_hot, "softmax"),
    "BinaryIoU": (lambda d: M.BinaryIoU(d.pick((0, 1), (1,)), d.number(0.3, 0.7)), lambda d, n, k: binary(d, n, 1), "sigmoid"),
    "IoU": (lambda d: M.IoU(4, [0, 2], sparse_y_pred=False), classes, "softmax"),
    "MeanIoU": (lambda d: M.MeanIoU(4, ignore_class=d.pick(None, 1), sparse_y_pred=False), classes, "softmax"),
    "OneHotIoU": (lambda d: M.OneHotIoU(4, [1, 3]), one_hot, "softmax"),
    "OneHotMeanIoU": (lambda d: M.OneHotMeanIoU(4), one_hot, "softmax"),
}
