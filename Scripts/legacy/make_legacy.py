"""Files of tf.keras 2.15 in the formats of before Keras 3, with inputs and what tf.keras gives for them.

    make_legacy.py [FOLDER]

writes NAME.h5 (or .keras, or .json with weights), NAME.x0.npy … and NAME.y0.npy … into FOLDER, or, without one, all of them into
Tests/KeratinIOTests/Fixtures/legacy.zip.
"""

import os
import pathlib
import sys
import tempfile
import zipfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf

keras = tf.keras
L = keras.layers
RANDOM = np.random.default_rng(7)

def randomize(model):
    """Weights that a mistake shows in: no zeros, no symmetries; variances positive."""
    for weight in model.weights:
        values = RANDOM.normal(0, 0.4, weight.shape)
        if "variance" in weight.name:
            values = np.abs(values) + 0.5
        if "count" in weight.name or weight.dtype.is_integer:
            continue
        weight.assign(values.astype("float32"))
    for layer in model.layers:
        if isinstance(layer, L.Normalization):
            layer.finalize_state()

def data(shape, batch=3):
    return RANDOM.normal(0, 1, (batch,) + tuple(5 if d is None else d for d in shape)).astype("float32")

def layer_cases():
    """One layer each: name, layer, the shape of a sample."""
    image, steps, volume = (6, 7, 3), (5, 4), (4, 5, 3, 2)
    yield "dense", L.Dense(3, activation="hard_sigmoid"), (4,)
    yield "dense_swish", L.Dense(3, activation="swish", use_bias=False), (4,)
    yield "dense_leaky", L.Dense(3, activation=L.LeakyReLU(alpha=0.2)), (4,)
    yield "dense_tf_softmax", L.Dense(3, activation=tf.nn.softmax), (4,)
    yield "dense_tf_leaky", L.Dense(3, activation=tf.nn.leaky_relu), (4,)
    for name in ["elu", "selu", "softplus", "softsign", "exponential", "gelu", "tanh", "mish"]:
        yield f"activation_{name}", L.Activation(name), (4,)
    yield "einsum_dense", L.EinsumDense("abc,cd->abd", output_shape=(None, 6), bias_axes="d"), steps
    yield "conv1d", L.Conv1D(3, 3, padding="causal", dilation_rate=2), steps
    yield "conv2d", L.Conv2D(4, (3, 2), strides=2, padding="same", activation="relu"), image
    yield "conv2d_groups", L.Conv2D(4, 3, groups=2), (6, 7, 4)
    yield "conv3d", L.Conv3D(2, 2), volume
    yield "conv1d_transpose", L.Conv1DTranspose(3, 3, strides=2), steps
    yield "conv2d_transpose", L.Conv2DTranspose(3, 3, strides=2, padding="same"), image
    yield "conv2d_transpose_output_padding", L.Conv2DTranspose(3, 3, strides=2, output_padding=1), image
    yield "conv3d_transpose", L.Conv3DTranspose(2, 2, strides=2), volume
    yield "depthwise1d", L.DepthwiseConv1D(3, depth_multiplier=2), steps
    yield "depthwise2d", L.DepthwiseConv2D(3, depth_multiplier=2), image
    yield "separable1d", L.SeparableConv1D(4, 3), steps
    yield "separable2d", L.SeparableConv2D(4, 3, depth_multiplier=2), image
    yield "batch_normalization", L.BatchNormalization(epsilon=0.01), image
    yield "batch_normalization_bare", L.BatchNormalization(center=False, scale=False), steps
    yield "layer_normalization", L.LayerNormalization(), steps
    yield "group_normalization", L.GroupNormalization(2), (6, 4)
    yield "unit_normalization", L.UnitNormalization(), steps
    yield "normalization", L.Normalization(), (4,)
    yield "rescaling", L.Rescaling(0.5, offset=1), image
    yield "embedding_mask_lstm", None, None
    yield "prelu", L.PReLU(shared_axes=[1, 2]), image
    yield "leaky_relu", L.LeakyReLU(alpha=0.1), image
    yield "elu_layer", L.ELU(alpha=0.5), steps
    yield "relu_layer", L.ReLU(max_value=1.0, negative_slope=0.1, threshold=0.0), steps
    yield "thresholded_relu", L.ThresholdedReLU(theta=0.7), steps
    yield "softmax_layer", L.Softmax(axis=-2), steps
    for cls in ["MaxPooling", "AveragePooling"]:
        yield f"{cls}1D".lower(), getattr(L, cls + "1D")(2, padding="same"), steps
        yield f"{cls}2D".lower(), getattr(L, cls + "2D")((2, 3), strides=1, padding="same"), image
        yield f"{cls}3D".lower(), getattr(L, cls + "3D")(2), volume
    for cls in ["GlobalMaxPooling", "GlobalAveragePooling"]:
        yield f"{cls}1D".lower(), getattr(L, cls + "1D")(), steps
        yield f"{cls}2D".lower(), getattr(L, cls + "2D")(keepdims=True), image
        yield f"{cls}3D".lower(), getattr(L, cls + "3D")(), volume
    yield "zero_padding1d", L.ZeroPadding1D((1, 2)), steps
    yield "zero_padding2d", L.ZeroPadding2D(((1, 2), (0, 1))), image
    yield "zero_padding3d", L.ZeroPadding3D(1), volume
    yield "cropping1d", L.Cropping1D((1, 2)), steps
    yield "cropping2d", L.Cropping2D(((1, 2), (0, 1))), image
    yield "cropping3d", L.Cropping3D(((1, 0), (1, 1), (0, 1))), volume
    yield "up_sampling1d", L.UpSampling1D(2), steps
    yield "up_sampling2d", L.UpSampling2D((2, 3)), image
    yield "up_sampling2d_bilinear", L.UpSampling2D(2, interpolation="bilinear"), image
    yield "up_sampling3d", L.UpSampling3D(2), volume
    yield "flatten", L.Flatten(), image
    yield "reshape", L.Reshape((3, -1)), (6, 2)
    yield "permute", L.Permute((2, 1)), steps
    yield "repeat_vector", L.RepeatVector(3), (4,)
    yield "masking_gru", None, None
    yield "dropout", L.Dropout(0.5), steps
    yield "spatial_dropout1d", L.SpatialDropout1D(0.5), steps
    yield "spatial_dropout2d", L.SpatialDropout2D(0.5), image
    yield "spatial_dropout3d", L.SpatialDropout3D(0.5), volume
    yield "gaussian_noise", L.GaussianNoise(0.5), steps
    yield "gaussian_dropout", L.GaussianDropout(0.5), steps
    yield "alpha_dropout", L.AlphaDropout(0.5), steps
    yield "activity_regularization", L.ActivityRegularization(l1=0.1), steps
    for cls in ["SimpleRNN", "GRU", "LSTM"]:
        yield cls.lower(), getattr(L, cls)(3, return_sequences=True), steps
        yield f"{cls}_backwards".lower(), getattr(L, cls)(3, go_backwards=True, unroll=True, use_bias=False), steps
    yield "gru_reset_before", L.GRU(3, reset_after=False, recurrent_activation="hard_sigmoid"), steps
    yield "lstm_hard", L.LSTM(3, recurrent_activation="hard_sigmoid"), steps
    yield "rnn_lstm_cell", L.RNN(L.LSTMCell(3), return_sequences=True), steps
    yield "rnn_stacked", L.RNN([L.GRUCell(3), L.LSTMCell(2), L.SimpleRNNCell(4)]), steps
    yield "conv_lstm1d", L.ConvLSTM1D(2, 3), (3, 5, 2)
    yield "conv_lstm2d", L.ConvLSTM2D(2, 3, padding="same", return_sequences=True), (3, 5, 4, 2)
    yield "bidirectional_lstm", L.Bidirectional(L.LSTM(3, return_sequences=True)), steps
    yield "bidirectional_gru_sum", L.Bidirectional(L.GRU(3), merge_mode="sum"), steps
    yield "bidirectional_two", L.Bidirectional(
        L.LSTM(3), backward_layer=L.GRU(3, go_backwards=True), merge_mode="ave"), steps
    yield "time_distributed_dense", L.TimeDistributed(L.Dense(3)), steps
    yield "time_distributed_conv", L.TimeDistributed(L.Conv2D(2, 3)), (2, 6, 7, 3)
    yield "time_distributed_norm", L.TimeDistributed(L.BatchNormalization()), steps
    yield "spectral_normalization", L.SpectralNormalization(L.Dense(3)), (4,)

def sequential(layer, shape):
    return keras.Sequential([keras.Input(shape), layer])

def frozen_nested():
    """A nested model of which a part is frozen: its weights are in the other half of the list."""
    inner = keras.Sequential(
        [L.Dense(4, input_shape=(4,)), L.BatchNormalization(), L.Dense(4), L.BatchNormalization(), L.Dense(4)], name="inner")
    inner.layers[2].trainable = False
    inner.layers[3].trainable = False
    return keras.Sequential([keras.Input((4,)), L.Dense(4), inner, L.Dense(2)])

def frozen_whole():
    inner = keras.Sequential([L.Dense(4, input_shape=(4,)), L.BatchNormalization(), L.Dense(4)], name="inner")
    inner.trainable = False
    x = keras.Input((4,))
    return keras.Model(x, L.Dense(2)(inner(x)))

def nested_twice():
    """A model that is used twice inside another, one of whose layers is a model too."""
    a = keras.Input((4,))
    core = keras.Model(a, L.Dense(3)(L.BatchNormalization()(a)), name="core")
    b = keras.Input((4,))
    shell = keras.Model(b, L.Activation("tanh")(core(b)), name="shell")
    x, y = keras.Input((4,)), keras.Input((4,))
    return keras.Model([x, y], [L.Subtract()([shell(x), shell(y)]), L.Concatenate()([shell(y), core(x)])])

def shared():
    x, y = keras.Input((4,), name="left"), keras.Input((4,), name="right")
    dense = L.Dense(3)
    merged = [L.Add(), L.Multiply(), L.Average(), L.Maximum(), L.Minimum()]
    ends = [layer([dense(x), dense(y)]) for layer in merged]
    return keras.Model([x, y], [L.Concatenate()(ends), L.Dot(axes=1, normalize=True)([dense(x), dense(y)])])

def encoder_decoder():
    e = keras.Input((5, 4))
    _, h, c = L.LSTM(3, return_state=True)(e)
    d = keras.Input((6, 2))
    y, _, _ = L.LSTM(3, return_sequences=True, return_state=True)(d, initial_state=[h, c])
    z = L.Bidirectional(L.GRU(3))(d, initial_state=[h, c])
    return keras.Model([e, d], [L.TimeDistributed(L.Dense(2))(y), z])

def attention():
    q, v = keras.Input((5, 4)), keras.Input((6, 4))
    return keras.Model([q, v], [
        L.MultiHeadAttention(2, 3)(q, v), L.Attention(use_scale=True)([q, v]), L.AdditiveAttention()([q, v]),
        L.MultiHeadAttention(2, 3, value_dim=2, output_shape=5)(q, value=v, key=v)])

def operators():
    """Functions of TensorFlow in a graph."""
    x, y = keras.Input((5, 4)), keras.Input((5, 4))
    K = keras.backend
    ends = [
        x + y, x * y - 2.0, 1.0 - x, x / 3.0, x ** 2, -x, tf.abs(x), tf.exp(x), tf.nn.relu(x - y),
        tf.math.sigmoid(x), tf.tanh(y), tf.maximum(x, y), tf.minimum(x, 0.5), tf.square(x), tf.sqrt(tf.abs(x)),
        tf.reduce_mean(x, axis=1), tf.reduce_sum(x, axis=[1, 2], keepdims=True), tf.reduce_max(x, axis=-1),
        tf.concat([x, y], axis=-1), tf.stack([x, y], axis=1), tf.reshape(x, [-1, 20]), tf.transpose(x, [0, 2, 1]),
        tf.expand_dims(x, 1), tf.squeeze(x[:, :1], axis=1), tf.cast(x > 0, tf.float32), tf.clip_by_value(x, -0.5, 0.5),
        x[:, 1:4, ::2], x[:, -1], x[..., 0], x[:, tf.newaxis], tf.matmul(x, tf.transpose(y, [0, 2, 1])), tf.nn.softmax(x),
        tf.nn.l2_normalize(x, axis=-1), tf.nn.leaky_relu(x), tf.nn.leaky_relu(x, alpha=0.1), tf.nn.gelu(x), tf.nn.silu(x),
        tf.where(x > 0, x, y), tf.split(x, 2, axis=-1)[1], tf.tile(x, [1, 2, 1]), tf.pad(x, [[0, 0], [1, 2], [0, 0]]),
        tf.math.log(tf.abs(x) + 1.0), tf.cumsum(x, axis=1), tf.one_hot(tf.argmax(x, axis=-1), 4),
        K.mean(x, axis=-1), K.sum(x, axis=1), K.square(y), K.clip(x, -1.0, 1.0), K.relu(x, max_value=6.0),
        tf.gather(x, [0, 2], axis=1), tf.unstack(x, axis=1)[2], tf.multiply(x, np.array([1, 2, 3, 4], "float32")),
        tf.math.reduce_std(x, axis=1), tf.pow(tf.abs(x), 0.5), tf.math.floor(x), tf.nn.elu(x), tf.nn.relu6(x * 4),
        tf.identity(x), tf.stop_gradient(y), K.permute_dimensions(x, (0, 2, 1)), K.concatenate([x, y]),
    ]
    return [keras.Model([x, y], ends)]

def embedding():
    i = keras.Input((6,), dtype="int32")
    return keras.Model(i, L.LSTM(3)(L.Embedding(9, 4, mask_zero=True)(i)))

def masked():
    return keras.Sequential([keras.Input((5, 2)), L.Masking(), L.GRU(3, return_sequences=True), L.TimeDistributed(L.Dense(2))])

def chunked():
    """So many layers with so long names that the lists of names lie in parts."""
    x = keras.Input((2,))
    y = x
    for index in range(700):
        y = L.Activation("linear", name=f"{'a' * 100}_{index}")(y)
    return keras.Model(x, L.Dense(2)(y))

def first_layer():
    """A stack that says its input's shape in its first layer."""
    model = keras.Sequential([keras.Sequential([L.Dense(3, input_shape=(4,))]), L.Dense(2)])
    return model

def channels_first():
    """Built by hand: tf.keras cannot run it, so the same is computed channels-last."""
    last = keras.Sequential([
        keras.Input((6, 7, 3)), L.Conv2D(4, 3, padding="same"), L.BatchNormalization(), L.MaxPooling2D(2), L.Permute((3, 1, 2)), L.Flatten(), L.Dense(2)])
    randomize(last)
    first = keras.Sequential([
        keras.Input((3, 6, 7)), L.Conv2D(4, 3, padding="same", data_format="channels_first"), L.BatchNormalization(axis=1),
        L.MaxPooling2D(2, data_format="channels_first"), L.Flatten(), L.Dense(2)])
    first.set_weights(last.get_weights())
    x = data((3, 6, 7))
    return first, x, last(np.transpose(x, (0, 2, 3, 1))).numpy()

def optimizers():
    new, old = keras.optimizers, keras.optimizers.legacy
    return {
        "sgd": new.SGD(0.1), "sgd_momentum": new.SGD(0.1, momentum=0.9), "adam": new.Adam(0.05), "adam_amsgrad": new.Adam(0.05, amsgrad=True),
        "rmsprop": new.RMSprop(0.05), "rmsprop_centered": new.RMSprop(0.05, momentum=0.5, centered=True), "adagrad": new.Adagrad(0.1),
        "adadelta": new.Adadelta(1.0), "adamax": new.Adamax(0.05), "ftrl": new.Ftrl(0.1), "adamw": new.AdamW(0.05),
        "legacy_sgd": old.SGD(0.1), "legacy_sgd_momentum": old.SGD(0.1, momentum=0.9, nesterov=True), "legacy_adam": old.Adam(0.05, decay=0.1),
        "legacy_adam_amsgrad": old.Adam(0.05, amsgrad=True), "legacy_rmsprop": old.RMSprop(0.05),
        "legacy_rmsprop_centered": old.RMSprop(0.05, momentum=0.5, centered=True),
        "legacy_adagrad": old.Adagrad(0.1), "legacy_adadelta": old.Adadelta(1.0), "legacy_adamax": old.Adamax(0.05), "legacy_ftrl": old.Ftrl(0.1),
    }

class Writer:
    def __init__(self, folder):
        self.folder = folder

    def arrays(self, name, kind, values):
        for index, value in enumerate(values):
            np.save(self.folder / f"{name}.{kind}{index}.npy", np.asarray(value))

    def model(self, name, model, inputs, outputs=None, kinds=("h5",)):
        if outputs is None:
            outputs = model(inputs if len(inputs) > 1 else inputs[0], training=False)
            outputs = [o.numpy() for o in (outputs if isinstance(outputs, (list, tuple)) else [outputs])]
        for kind in kinds:
            base = name if kind == "h5" else f"{name}_{kind}"
            if kind == "h5":
                model.save(self.folder / f"{base}.h5", save_format="h5")
            elif kind == "zip":
                model.save(self.folder / f"{base}.keras", save_format="keras")
            elif kind == "json":
                (self.folder / f"{base}.json").write_text(model.to_json())
                model.save_weights(str(self.folder / f"{base}.h5"))
            self.arrays(base, "x", inputs)
            self.arrays(base, "y", outputs)

def write(folder):
    writer = Writer(folder)
    for name, layer, shape in layer_cases():
        if layer is None:
            continue
        model = sequential(layer, shape)
        randomize(model)
        writer.model(name, model, [data(shape)])
    graphs = {
        "frozen_nested": frozen_nested(), "frozen_whole": frozen_whole(), "nested_twice": nested_twice(), "shared": shared(),
        "encoder_decoder": encoder_decoder(), "attention": attention(), "masking_gru": masked(), "first_layer": first_layer(),
        "chunked": chunked(),
    }
    for name, model in graphs.items():
        randomize(model)
        shapes = [i.shape[1:] for i in model.inputs]
        kinds = ("h5", "zip", "json") if name in ("shared", "encoder_decoder") else ("h5", "json")
        writer.model(name, model, [data(s) for s in shapes], kinds=kinds)
    for index, model in enumerate(operators()):
        shapes = [i.shape[1:] for i in model.inputs]
        writer.model(f"operators{index}", model, [data(s) for s in shapes], kinds=("h5", "json"))
    model = embedding()
    randomize(model)
    ids = RANDOM.integers(0, 9, (3, 6)).astype("int32")
    ids[:, 4:] = 0
    writer.model("embedding_mask_lstm", model, [ids])
    model, x, y = channels_first()
    writer.model("channels_first", model, [x], [y])
    for name, optimizer in optimizers().items():
        model = keras.Sequential([keras.Input((4,)), L.Dense(3, activation="tanh"), L.BatchNormalization(), L.Dense(2)])
        randomize(model)
        model.compile(optimizer, loss="mse", metrics=["mae"])
        x, y = data((4,), 8), data((2,), 8)
        for _ in range(3):
            model.train_on_batch(x, y)
        model.save(folder / f"train_{name}.h5", save_format="h5")
        model.train_on_batch(x, y)
        model.train_on_batch(x, y)
        writer.arrays(f"train_{name}", "x", [x, y])
        writer.arrays(f"train_{name}", "y", [model(x, training=False).numpy()])
    # Last, so that all others keep their numbers.
    for name, layer, shape in local_cases():
        model = sequential(layer, shape)
        randomize(model)
        writer.model(f"local_{name}", model, [data(shape)])

def local_cases():
    """Layers with a kernel for each place, in their three implementations."""
    for implementation in (1, 2, 3):
        for first in (False, True):
            order = {"data_format": "channels_first"} if first else {}
            yield f"{implementation}{'_first' if first else ''}_1d", L.LocallyConnected1D(
                3, 2, strides=2, activation="tanh", implementation=implementation, **order), (5, 4)
            yield f"{implementation}{'_first' if first else ''}_2d", L.LocallyConnected2D(
                2, (2, 3), strides=(1, 2), implementation=implementation, **order), (3, 4, 5) if first else (4, 5, 3)
    for implementation in (2, 3):
        yield f"{implementation}_same_1d", L.LocallyConnected1D(3, 4, strides=2, padding="same", implementation=implementation), (5, 2)
        yield f"{implementation}_same_2d", L.LocallyConnected2D(
            2, (2, 3), padding="same", use_bias=False, implementation=implementation), (3, 4, 2)

def pack(folder, target):
    """Equal contents give equal bytes."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(folder.iterdir()):
            info = zipfile.ZipInfo(path.name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, path.read_bytes())

if __name__ == "__main__":
    if len(sys.argv) > 1:
        folder = pathlib.Path(sys.argv[1])
        folder.mkdir(parents=True, exist_ok=True)
        write(folder)
    else:
        with tempfile.TemporaryDirectory() as folder:
            write(pathlib.Path(folder))
            root = pathlib.Path(__file__).resolve().parents[2]
            pack(pathlib.Path(folder), root / "Tests/KeratinIOTests/Fixtures/legacy.zip")
