"""The layers beyond those that a convolutional network of images needs; and every layer's configuration and shapes."""

from common import *

L = keras.layers


def make(case):
    convolutions(case)
    transposed(case)
    separable(case)
    pooling(case)
    reshaping(case)
    up_sampling(case)
    normalization(case)
    preprocessing(case)
    activation_layers(case)
    masks(case)
    configurations()


def convolutions(case):
    cases = []
    for name, shape, options in [
        ("valid", (2, 7, 3), dict(filters=4, kernel_size=3)),
        ("same", (2, 6, 2), dict(filters=3, kernel_size=4, padding="same")),
        ("same strides", (1, 8, 2), dict(filters=3, kernel_size=3, strides=3, padding="same")),
        ("causal", (2, 6, 2), dict(filters=3, kernel_size=3, padding="causal")),
        ("causal dilation", (1, 8, 2), dict(filters=3, kernel_size=2, padding="causal", dilation_rate=3)),
        ("causal strides", (1, 7, 2), dict(filters=3, kernel_size=3, padding="causal", strides=2)),
        ("groups", (2, 5, 6), dict(filters=4, kernel_size=2, groups=2, activation="relu")),
        ("channels first", (2, 3, 6), dict(filters=4, kernel_size=3, data_format="channels_first", use_bias=False)),
        ("channels first causal", (1, 2, 5),
         dict(filters=3, kernel_size=2, padding="causal", data_format="channels_first")),
    ]:
        cases.append(case(f"conv1d {name}", L.Conv1D(**options), shape))
    for name, shape, options in [
        ("valid", (1, 4, 3, 5, 2), dict(filters=3, kernel_size=2)),
        ("same strides", (1, 4, 3, 3, 2), dict(filters=2, kernel_size=3, strides=2, padding="same")),
        ("oblong", (1, 3, 4, 5, 1), dict(filters=2, kernel_size=(1, 2, 3), strides=(1, 2, 1), activation="tanh")),
        ("dilation", (1, 5, 4, 3, 1), dict(filters=2, kernel_size=(2, 2, 1), dilation_rate=(3, 2, 1), padding="same")),
        ("channels first", (1, 2, 3, 4, 3), dict(filters=3, kernel_size=2, data_format="channels_first")),
    ]:
        cases.append(case(f"conv3d {name}", L.Conv3D(**options), shape))
    write("conv1d_conv3d", cases)


def transposed(case):
    cases = []
    for name, shape, options in [
        ("valid", (2, 4, 3), dict(filters=2, kernel_size=3)),
        ("valid strides", (1, 4, 2), dict(filters=3, kernel_size=3, strides=2)),
        ("strides beyond window", (1, 4, 2), dict(filters=3, kernel_size=2, strides=4)),
        ("same", (1, 5, 2), dict(filters=2, kernel_size=4, padding="same")),
        ("same strides", (1, 4, 2), dict(filters=2, kernel_size=3, strides=2, padding="same")),
        ("same strides, even window", (1, 4, 2), dict(filters=2, kernel_size=4, strides=3, padding="same")),
        ("same strides beyond window", (1, 3, 2), dict(filters=2, kernel_size=2, strides=3, padding="same")),
        ("output padding", (1, 4, 2), dict(filters=2, kernel_size=3, strides=3, output_padding=2)),
        ("same output padding 0", (1, 4, 2),
         dict(filters=2, kernel_size=3, strides=2, padding="same", output_padding=0)),
        ("same output padding", (1, 4, 2),
         dict(filters=2, kernel_size=5, strides=3, padding="same", output_padding=1)),
        ("same output padding, even window", (1, 4, 2),
         dict(filters=2, kernel_size=4, strides=2, padding="same", output_padding=1)),
        ("channels first", (1, 2, 4), dict(filters=3, kernel_size=3, strides=2, data_format="channels_first")),
    ]:
        cases.append(case(f"conv1d transpose {name}", L.Conv1DTranspose(**options), shape))
    for name, shape, options in [
        ("valid", (2, 3, 4, 2), dict(filters=3, kernel_size=2)),
        ("same strides", (1, 3, 4, 2), dict(filters=2, kernel_size=3, strides=2, padding="same")),
        ("oblong", (1, 3, 2, 2), dict(filters=2, kernel_size=(2, 3), strides=(3, 1), activation="relu")),
        ("output padding", (1, 3, 3, 2),
         dict(filters=2, kernel_size=3, strides=(2, 3), padding="same", output_padding=(1, 2), use_bias=False)),
        # TensorFlow has no dilations here on a CPU; LayerRuleTests has them.
        ("channels first", (1, 2, 3, 2),
         dict(filters=2, kernel_size=3, strides=2, padding="same", data_format="channels_first")),
    ]:
        cases.append(case(f"conv2d transpose {name}", L.Conv2DTranspose(**options), shape))
    for name, shape, options in [
        ("valid", (1, 2, 3, 2, 2), dict(filters=2, kernel_size=2)),
        ("same strides", (1, 2, 2, 3, 1), dict(filters=2, kernel_size=3, strides=2, padding="same")),
        ("output padding", (1, 2, 2, 1, 2), dict(filters=1, kernel_size=(1, 2, 3), strides=2, output_padding=(1, 0, 1))),
    ]:
        cases.append(case(f"conv3d transpose {name}", L.Conv3DTranspose(**options), shape))
    write("conv_transpose", cases)


def separable(case):
    cases = []
    for name, shape, options in [
        ("valid", (2, 6, 3), dict(filters=4, kernel_size=3)),
        ("multiplier same strides", (1, 7, 2),
         dict(filters=3, kernel_size=3, depth_multiplier=2, strides=2, padding="same", activation="relu")),
        ("dilation", (1, 7, 2), dict(filters=3, kernel_size=2, dilation_rate=3, use_bias=False)),
        ("strides and dilation", (1, 9, 2), dict(filters=3, kernel_size=3, dilation_rate=2, strides=2, padding="same")),
        ("channels first", (1, 3, 6), dict(filters=2, kernel_size=3, data_format="channels_first")),
    ]:
        cases.append(case(f"separable conv1d {name}", L.SeparableConv1D(**options), shape))
    for name, shape, options in [
        ("valid", (1, 5, 4, 3), dict(filters=4, kernel_size=3)),
        ("multiplier same strides", (1, 5, 6, 2),
         dict(filters=3, kernel_size=3, depth_multiplier=2, strides=2, padding="same", activation="relu")),
        ("dilation", (1, 5, 5, 2), dict(filters=3, kernel_size=2, dilation_rate=2, use_bias=False)),
        ("strides and dilation", (1, 7, 7, 2), dict(filters=2, kernel_size=2, dilation_rate=2, strides=3)),
        ("channels first", (1, 3, 4, 5), dict(filters=2, kernel_size=3, data_format="channels_first", padding="same")),
    ]:
        cases.append(case(f"separable conv2d {name}", L.SeparableConv2D(**options), shape))
    for name, shape, options in [
        ("valid", (2, 6, 3), dict(kernel_size=3)),
        ("multiplier same strides", (1, 7, 2), dict(kernel_size=4, depth_multiplier=3, strides=2, padding="same")),
        ("dilation", (1, 8, 2), dict(kernel_size=3, dilation_rate=2, activation="tanh", use_bias=False)),
        ("strides and dilation", (1, 9, 2), dict(kernel_size=3, dilation_rate=2, strides=2, padding="same")),
        ("channels first", (1, 3, 6), dict(kernel_size=2, depth_multiplier=2, data_format="channels_first")),
    ]:
        cases.append(case(f"depthwise conv1d {name}", L.DepthwiseConv1D(**options), shape))
    write("separable", cases)


def pooling(case):
    cases = []
    for word, one, three in [
        ("max", L.MaxPooling1D, L.MaxPooling3D), ("average", L.AveragePooling1D, L.AveragePooling3D)
    ]:
        for name, shape, options in [
            ("default", (2, 5, 3), dict(pool_size=2)), ("same", (1, 7, 2), dict(pool_size=3, padding="same")),
            ("overlapping", (1, 8, 2), dict(pool_size=3, strides=2)),
            ("channels first", (1, 2, 6), dict(pool_size=2, data_format="channels_first")),
        ]:
            cases.append(case(f"{word} pooling1d {name}", one(**options), shape))
        for name, shape, options in [
            ("default", (1, 4, 3, 5, 2), dict(pool_size=2)),
            ("same", (1, 3, 3, 4, 2), dict(pool_size=2, strides=(2, 1, 2), padding="same")),
            ("oblong", (1, 3, 4, 3, 1), dict(pool_size=(1, 3, 2), strides=1)),
            ("channels first", (1, 2, 2, 3, 4), dict(pool_size=2, data_format="channels_first")),
        ]:
            cases.append(case(f"{word} pooling3d {name}", three(**options), shape))
    for layer in [L.GlobalMaxPooling1D, L.GlobalAveragePooling1D]:
        for name, shape, options in [
            ("default", (2, 5, 3), {}), ("keepdims", (2, 4, 2), dict(keepdims=True)),
            ("channels first", (2, 3, 4), dict(data_format="channels_first")),
        ]:
            cases.append(case(f"{layer.__name__} {name}", layer(**options), shape))
    for layer in [L.GlobalMaxPooling3D, L.GlobalAveragePooling3D]:
        for name, shape, options in [
            ("default", (2, 2, 3, 2, 3), {}),
            ("channels first", (1, 3, 2, 2, 3), dict(data_format="channels_first", keepdims=True)),
        ]:
            cases.append(case(f"{layer.__name__} {name}", layer(**options), shape))
    for word, layers in [
        ("average", (L.AdaptiveAveragePooling1D, L.AdaptiveAveragePooling2D, L.AdaptiveAveragePooling3D)),
        ("max", (L.AdaptiveMaxPooling1D, L.AdaptiveMaxPooling2D, L.AdaptiveMaxPooling3D)),
    ]:
        for name, rank, shape, options in [
            ("1d", 1, (2, 7, 2), dict(output_size=3)), ("1d divides", 1, (1, 6, 2), dict(output_size=3)),
            ("1d to one", 1, (1, 5, 2), dict(output_size=1)),
            ("2d", 2, (1, 5, 7, 2), dict(output_size=(3, 4))), ("2d square", 2, (1, 6, 5, 1), dict(output_size=2)),
            ("3d", 3, (1, 4, 3, 5, 1), dict(output_size=(2, 2, 3))),
            ("channels first", 2, (1, 2, 5, 4), dict(output_size=3, data_format="channels_first")),
        ]:
            if name == "1d to one" and word == "max":
                continue  # TensorFlow's gradient is memory that nobody wrote.
            cases.append(case(f"adaptive {word} pooling {name}", layers[rank - 1](**options), shape))
    write("pooling_1d_3d", cases)


def reshaping(case):
    first = dict(data_format="channels_first")
    cases = []
    for name, layer, shape in [
        ("permute", L.Permute((2, 1)), (2, 3, 4)), ("permute rank 4", L.Permute((3, 1, 2)), (2, 3, 4, 2)),
        ("repeat vector", L.RepeatVector(3), (2, 4)),
        ("flatten rank 1", L.Flatten(), (3,)),
        ("flatten channels first, rank 3", L.Flatten(**first), (2, 3, 4)),
        ("zero padding1d", L.ZeroPadding1D(2), (2, 3, 2)), ("zero padding1d sides", L.ZeroPadding1D((1, 3)), (2, 3, 2)),
        ("zero padding1d first", L.ZeroPadding1D((0, 2), **first), (2, 2, 3)),
        ("zero padding2d", L.ZeroPadding2D(1), (1, 2, 3, 2)),
        ("zero padding2d axes", L.ZeroPadding2D((1, 2)), (1, 2, 3, 2)),
        ("zero padding2d sides", L.ZeroPadding2D(((0, 1), (2, 0))), (1, 2, 3, 2)),
        ("zero padding2d first", L.ZeroPadding2D(((0, 1), (2, 0)), **first), (1, 2, 3, 2)),
        ("zero padding3d", L.ZeroPadding3D(((0, 1), (1, 0), (0, 2))), (1, 2, 1, 2, 2)),
        ("zero padding3d first", L.ZeroPadding3D((1, 0, 1), **first), (1, 2, 1, 2, 2)),
        ("cropping1d", L.Cropping1D(), (2, 5, 2)), ("cropping1d sides", L.Cropping1D((0, 2)), (2, 5, 2)),
        ("cropping2d", L.Cropping2D(((1, 0), (0, 2))), (1, 4, 5, 2)), ("cropping2d one", L.Cropping2D(1), (1, 4, 5, 2)),
        ("cropping2d nothing", L.Cropping2D(), (1, 2, 3, 2)),
        ("cropping2d first", L.Cropping2D((1, 2), **first), (1, 2, 4, 5)),
        ("cropping3d", L.Cropping3D(), (1, 3, 4, 3, 2)),
        ("cropping3d first", L.Cropping3D(((1, 0), (0, 1), (1, 1)), **first), (1, 2, 3, 2, 4)),
        ("dropout rows at inference", L.Dropout(0.4, noise_shape=(None, 1)), (3, 4)),
        ("alpha dropout at inference", L.AlphaDropout(0.4), (3, 4)),
        ("gaussian noise at inference", L.GaussianNoise(0.4), (3, 4)),
        ("gaussian dropout at inference", L.GaussianDropout(0.4), (3, 4)),
        ("spatial dropout at inference", L.SpatialDropout2D(0.4), (2, 2, 2, 3)),
        ("identity", L.Identity(), (2, 3)),
        ("activity regularization", L.ActivityRegularization(l1=0.1, l2=0.02), (3, 4)),
    ]:
        cases.append(case(name, layer, shape))
    write("reshaping_more", cases)


def up_sampling(case):
    cases = [
        case("up sampling1d", L.UpSampling1D(3), (2, 3, 2)),
        case("up sampling3d", L.UpSampling3D((2, 1, 3)), (1, 2, 2, 2, 1)),
        case("up sampling3d first", L.UpSampling3D(2, data_format="channels_first"), (1, 1, 2, 1, 2)),
        case("up sampling2d first", L.UpSampling2D((2, 3), data_format="channels_first"), (1, 2, 2, 3)),
        case("up sampling2d bilinear first",
             L.UpSampling2D((2, 3), data_format="channels_first", interpolation="bilinear"), (1, 2, 2, 3)),
    ]
    for interpolation in ["nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"]:
        for shape, size in [((1, 3, 4, 2), 2), ((1, 2, 3, 1), (3, 1)), ((1, 1, 7, 1), (2, 3)), ((1, 9, 1, 1), (5, 1))]:
            name = f"up sampling2d {interpolation} {shape} by {size}"
            cases.append(case(name, L.UpSampling2D(size, interpolation=interpolation), shape))
    write("up_sampling", cases)


def normalization(case):
    cases = []
    for name, shape, options in [
        ("rank 2", (4, 5), {}), ("rank 3", (2, 3, 4), {}), ("axis 1", (2, 3, 4), dict(axis=1)),
        ("two axes", (2, 3, 4), dict(axis=[1, 2])), ("two axes from the end", (2, 3, 2, 2), dict(axis=[-1, -2])),
        ("axes apart", (2, 3, 2, 4), dict(axis=[3, 1])), ("mixed axes", (2, 3, 2, 4), dict(axis=[1, -1])),
        ("no center", (3, 4), dict(center=False)), ("no scale", (3, 4), dict(scale=False, epsilon=0.1)),
        ("neither", (3, 4), dict(center=False, scale=False)), ("deviation only", (3, 4), dict(rms_scaling=True)),
    ]:
        cases.append(case(f"layer normalization {name}", L.LayerNormalization(**options), shape))
    far = np.round(Draw("far").normal((3, 5)) + 50, 3).astype(np.float32)
    cases.append(case("layer normalization far from zero", L.LayerNormalization(), None, x=far))
    for name, shape, options in [
        ("rank 2", (3, 6), dict(groups=3)), ("rank 4", (2, 3, 2, 4), dict(groups=2)),
        ("instance", (2, 3, 3, 2), dict(groups=-1)), ("layer", (2, 3, 4), dict(groups=1)),
        ("axis 1", (2, 4, 2, 3), dict(groups=2, axis=1)), ("axis -2", (2, 3, 4, 2), dict(groups=2, axis=-2)),
        ("no scale", (2, 4, 4), dict(groups=2, scale=False)), ("no center", (2, 4, 4), dict(groups=4, center=False)),
    ]:
        cases.append(case(f"group normalization {name}", L.GroupNormalization(**options), shape))
    for name, shape, options in [
        ("rank 2", (3, 4), {}), ("rank 4", (2, 2, 3, 4), dict(epsilon=0.01)), ("two axes", (2, 3, 4), dict(axis=[1, 2])),
        ("square, axis 1", (2, 3, 3), dict(axis=1)),
    ]:
        cases.append(case(f"rms normalization {name}", L.RMSNormalization(**options), shape))
    for name, shape, options in [
        ("rank 2", (3, 4), {}), ("axis 1", (2, 3, 4), dict(axis=1)), ("two axes", (2, 3, 4), dict(axis=[1, 2])),
    ]:
        cases.append(case(f"unit normalization {name}", L.UnitNormalization(**options), shape))
    frozen = L.BatchNormalization()
    frozen.trainable = False
    cases.append(case("frozen batch normalization", frozen, (5, 3), training=True))
    for name, options in [
        ("", {}), (" clipped", dict(renorm_clipping=dict(rmin=0.9, rmax=1.1, dmax=0.2), renorm_momentum=0.6)),
        (" clipped on one side, axis 1", dict(renorm_clipping=dict(rmax=1.0), axis=1, momentum=0.5)),
    ]:
        for training in [True, False]:
            layer = L.BatchNormalization(renorm=True, **options)
            word = "training" if training else "inference"
            cases.append(case(f"batch renormalization{name}, {word}", layer, (3, 2, 4), training))
    write("normalization", cases)


def preprocessing(case):
    cases = [
        case("rescaling", L.Rescaling(0.25), (2, 3)), case("rescaling offset", L.Rescaling(1 / 127.5, offset=-1), (2, 3)),
        case("rescaling by channel", L.Rescaling([0.5, 2.0, 3.0], offset=[1.0, 0.0, -1.0]), (2, 2, 2, 3)),
        case("normalization of learned moments", L.Normalization(), (4, 3)),
        case("normalization inverted", L.Normalization(invert=True), (4, 3)),
        case("normalization of one moment", L.Normalization(axis=None), (4, 3)),
        case("normalization of two axes", L.Normalization(axis=(1, 3)), (2, 3, 2, 2)),
        case("normalization given", L.Normalization(mean=1.5, variance=2.5), (4, 3)),
        case("normalization given by channel", L.Normalization(mean=[1.0, 2.0, 3.0], variance=[0.5, 4.0, 0.0]), (4, 3)),
        case("normalization given inverted",
             L.Normalization(mean=[1.0, 2.0], variance=[0.5, 4.0], invert=True), (2, 3, 2)),
        case("normalization given by two axes",
             L.Normalization(axis=(1, 2), mean=[[1.0, 2.0], [3.0, 4.0]], variance=[[1.0, 2.0], [3.0, 4.0]]), (3, 2, 2)),
        case("normalization given for the last of two axes",
             L.Normalization(axis=(1, 2), mean=[1.0, 2.0], variance=[3.0, 4.0]), (3, 2, 2)),
    ]
    write("preprocessing", cases)

    cases = []
    for name, shape, axis, count in [
        ("rows", (7, 3), -1, 1), ("batches", (10, 2), -1, 4), ("images", (4, 2, 3, 2), -1, 2), ("everything", (6, 2), None, 1),
        ("two axes", (5, 2, 3), (1, 2), 2),
    ]:
        draw = Draw("adapt " + name)
        x = np.round(draw.normal(shape) * 3 + 7, 3).astype(np.float32)
        layer = L.Normalization(axis=axis)
        batches = np.array_split(x, count)
        layer.adapt(x if count == 1 else iter(batches))
        cases.append({
            "name": name, "layer": layer_config(layer), "batches": [tensor(batch) for batch in batches],
            "weights": weights(layer), "output": tensor(layer(x).numpy()),
        })
    write("adapt", cases)


def activation_layers(case):
    row = np.array([[-100, -20, -2.5, -1, -0.5, -0.001, 0, 0.001, 0.5, 1, 2.5, 5, 7, 20, 100]], np.float32)
    cases = []
    for name, layer in [
        ("relu", L.ReLU()), ("relu 6", L.ReLU(6)), ("relu slope", L.ReLU(negative_slope=0.2)),
        ("relu threshold", L.ReLU(threshold=1.5)),
        ("relu all", L.ReLU(max_value=4.0, negative_slope=0.1, threshold=0.7)),
        ("relu maximum and slope", L.ReLU(max_value=4.0, negative_slope=0.1)),
        ("leaky relu", L.LeakyReLU()), ("leaky relu slope", L.LeakyReLU(0.05)),
        ("elu", L.ELU()), ("elu alpha", L.ELU(0.3)), ("softmax", L.Softmax()),
    ]:
        cases.append(case(f"{name}, wide values", layer, None, x=row))
    for name, layer, shape in [
        ("prelu", L.PReLU(), (3, 4)), ("prelu shared", L.PReLU(shared_axes=[1, 2]), (2, 3, 2, 3)),
        ("prelu shared rows", L.PReLU(shared_axes=1), (2, 3, 2)),
        ("softmax axis 1", L.Softmax(axis=1), (2, 3, 4)), ("softmax two axes", L.Softmax(axis=[1, 2]), (2, 3, 4)),
        ("softmax axes apart", L.Softmax(axis=[-1, 1]), (2, 3, 2, 2)), ("softmax list of one", L.Softmax(axis=[1]), (2, 3, 2)),
    ]:
        cases.append(case(name, layer, shape))
    write("activation_layers", cases)


def masks(case):
    draw = Draw("masks")

    def mask(shape):
        values = draw.generator.integers(0, 2, size=shape).astype(bool)
        values[..., 0] = True
        return values

    cases = []
    for name, layer, shape, mask_shape in [
        ("passes dense", L.Dense(2), (3, 4, 2), (3, 4)), ("passes relu", L.ReLU(), (3, 4, 2), (3, 4)),
        ("passes layer normalization", L.LayerNormalization(), (3, 4, 2), (3, 4)),
        ("passes rescaling", L.Rescaling(2.0), (3, 4, 2), (3, 4)),
        ("dropped by conv1d", L.Conv1D(2, 2), (3, 4, 2), (3, 4)), ("dropped by flatten", L.Flatten(), (3, 4, 2), (3, 4)),
        ("dropped by rms normalization", L.RMSNormalization(), (3, 4, 2), (3, 4)),
        ("dropped by global max pooling", L.GlobalMaxPooling1D(), (3, 4, 2), (3, 4)),
        ("used by global average pooling", L.GlobalAveragePooling1D(), (3, 5, 2), (3, 5)),
        ("used by global average pooling, keepdims", L.GlobalAveragePooling1D(keepdims=True), (3, 5, 2), (3, 5)),
        ("used by global average pooling, first", L.GlobalAveragePooling1D(data_format="channels_first"), (3, 2, 5), (3, 5)),
        ("used by softmax", L.Softmax(), (3, 5), (3, 5)), ("used by softmax over steps", L.Softmax(), (3, 2, 5), (5,)),
        ("used by softmax, two axes", L.Softmax(axis=[1, 2]), (3, 2, 5), (2, 5)),
    ]:
        cases.append(case(f"mask {name}", layer, shape, mask=mask(mask_shape)))
    nothing = np.zeros((2, 4), bool)
    cases.append(case("mask of nothing in softmax", L.Softmax(), (2, 4), mask=nothing))
    for training in [True, False]:
        word = "training" if training else "inference"
        for name, options in [("", {}), (" without scale", dict(scale=False))]:
            cases.append(case(
                f"mask in batch normalization{name}, {word}", L.BatchNormalization(momentum=0.7, **options), (4, 3, 2),
                training, mask=mask((4, 3))))
    x = draw.normal((3, 4, 2))
    x[0, 1] = 0
    x[2, 3] = 0
    x[1, 2, 0] = 0
    cases.append(case("masking", L.Masking(), None, x=x))
    x[1, 2] = 2.5
    cases.append(case("masking of a value", L.Masking(2.5), None, x=x, mask=mask((3, 4))))
    write("masks", cases)


def configurations():
    """One serialized layer for each class, few arguments at their defaults; and its result's shape for unknown extents."""
    # Names are numbered anew, so that other files' layers do not change these.
    keras.utils.clear_session()
    n = None
    heavy = dict(
        kernel_regularizer=keras.regularizers.L2(0.25), bias_regularizer="l1", activity_regularizer=keras.regularizers.L1(0.5),
        kernel_constraint="non_neg", kernel_initializer="he_normal", bias_initializer="ones")
    depthwise = {key.replace("kernel", "depthwise"): value for key, value in heavy.items()}
    recurrent = {key: value for key, value in heavy.items() if "activity" not in key} | dict(
        recurrent_initializer="he_normal", recurrent_regularizer="l1", recurrent_constraint="max_norm", dropout=0.25,
        recurrent_dropout=0.5)
    whole = recurrent | dict(seed=3, activity_regularizer="l2", return_sequences=True, go_backwards=True)
    norm = dict(
        beta_regularizer="l2", gamma_regularizer="l1", beta_constraint="non_neg", gamma_initializer="zeros",
        beta_initializer="ones")
    write("layer_configurations", configuration_cases([
        (L.Dense(3, activation="relu", use_bias=False, **heavy), (n, n, 4)), (L.Activation("tanh"), (n, 3)),
        (L.ReLU(2.0, 0.5, 1.0), (n, n)), (L.LeakyReLU(0.125), (n, 2)), (L.ELU(0.5), (n, 2)), (L.Softmax([1, 2]), (n, n, 3)),
        (L.PReLU("ones", "l1", "non_neg", [1]), (n, n, 3)), (L.Identity(), (n, n, 2)), (L.Masking(0.5), (n, n, 2)),
        (L.Conv1D(4, 3, strides=2, padding="causal", activation="relu", **heavy), (n, n, 3)),
        (L.Conv2D(6, (3, 2), strides=(2, 1), padding="same", groups=3, **heavy), (n, n, n, 3)),
        (L.Conv2D(4, 5, data_format="channels_first", dilation_rate=2, use_bias=False), (n, 3, n, 28)),
        (L.Conv3D(4, 2, **heavy), (n, n, 5, n, 3)),
        (L.Conv1DTranspose(4, 3, strides=2, padding="same", **heavy), (n, n, 3)),
        (L.Conv2DTranspose(4, 3, strides=2, output_padding=1, **heavy), (n, n, 6, 3)),
        (L.Conv3DTranspose(4, 3, strides=2, **heavy), (n, n, 5, n, 3)),
        (L.SeparableConv1D(4, 3, depth_multiplier=2, pointwise_regularizer="l2", **depthwise), (n, n, 3)),
        (L.SeparableConv2D(4, 3, strides=2, padding="same", pointwise_constraint="non_neg", **depthwise), (n, n, 9, 3)),
        (L.DepthwiseConv1D(3, depth_multiplier=2, **depthwise), (n, n, 3)),
        (L.DepthwiseConv2D(3, strides=2, padding="same", **depthwise), (n, n, 9, 3)),
        (L.MaxPooling1D(3, 40), (n, n, 3)), (L.MaxPooling2D(3, 2, padding="same"), (n, n, n, 3)),
        (L.MaxPooling3D(2, data_format="channels_first"), (n, 3, n, n, 6)),
        (L.AveragePooling1D(40), (n, n, 3)), (L.AveragePooling2D((2, 3)), (n, n, 28, 3)), (L.AveragePooling3D(2), (n, n, n, n, 3)),
        (L.GlobalMaxPooling1D(keepdims=True), (n, n, 3)), (L.GlobalMaxPooling2D("channels_first"), (n, 3, n, n)),
        (L.GlobalMaxPooling3D(), (n, n, n, n, 3)), (L.GlobalAveragePooling1D(), (n, n, 3)),
        (L.GlobalAveragePooling2D(keepdims=True), (n, n, n, 3)), (L.GlobalAveragePooling3D(), (n, n, n, n, 3)),
        (L.AdaptiveAveragePooling1D(3), (n, n, 2)), (L.AdaptiveAveragePooling2D(3), (n, n, n, 2)),
        (L.AdaptiveAveragePooling3D((1, 2, 3)), (n, n, n, n, 2)), (L.AdaptiveMaxPooling1D(3), (n, n, 2)),
        (L.AdaptiveMaxPooling2D((3, 4), data_format="channels_first"), (n, 2, n, n)), (L.AdaptiveMaxPooling3D(2), (n, n, n, n, 2)),
        (L.BatchNormalization(axis=1, momentum=0.5, epsilon=0.25, moving_mean_initializer="ones", **norm), (n, 3, n)),
        (L.BatchNormalization(renorm=True, renorm_clipping=dict(rmax=2.0), renorm_momentum=0.5), (n, 3)),
        (L.LayerNormalization(axis=[1, 2], epsilon=0.25, **norm), (n, 2, 3)),
        (L.GroupNormalization(3, axis=1, epsilon=0.25, center=False, **norm), (n, 6, n)),
        (L.UnitNormalization([1, 2]), (n, n, 3)), (L.RMSNormalization(epsilon=0.25), (n, n, 3)),
        (L.Dropout(0.25, noise_shape=(None, 1, None), seed=7), (n, n, 3)), (L.SpatialDropout1D(0.25, seed=7), (n, n, 3)),
        (L.SpatialDropout2D(0.25), (n, n, n, 3)), (L.SpatialDropout3D(0.25, "channels_first"), (n, 3, n, n, n)),
        (L.GaussianNoise(0.25, seed=3), (n, n, 3)), (L.GaussianDropout(0.25), (n, 3)), (L.AlphaDropout(0.25), (n, 3)),
        (L.ActivityRegularization(0.25, 0.5), (n, 3)), (L.Rescaling([0.5, 0.25], 1.0), (n, n, 2)),
        (L.Normalization(axis=(1, 2)), (n, 2, 3)), (L.Normalization(mean=[1.0, 2.0], variance=[3.0, 4.0], invert=True), (n, n, 2)),
        (L.Flatten("channels_first"), (n, 3, n, 4)), (L.Flatten(), (n, 3, 4)), (L.Reshape((-1, 4)), (n, n, 2)),
        (L.Reshape((2, -1)), (n, 4, 3)), (L.Reshape((2, 3)), (n, n)), (L.Permute((2, 1)), (n, n, 3)), (L.RepeatVector(4), (n, 3)),
        (L.ZeroPadding1D((1, 2)), (n, n, 3)), (L.ZeroPadding2D((1, 2)), (n, n, 4, 3)), (L.ZeroPadding3D(2), (n, n, 4, n, 3)),
        (L.Cropping1D((1, 2)), (n, n, 3)), (L.Cropping2D((1, 2)), (n, n, 5, 3)), (L.Cropping3D(2), (n, n, 5, n, 3)),
        (L.UpSampling1D(3), (n, n, 3)), (L.UpSampling2D((2, 3), interpolation="bicubic"), (n, n, 5, 3)),
        (L.UpSampling3D((1, 2, 3)), (n, n, n, 4, 3)),
        (L.Embedding(7, 3, "ones", "l2", "non_neg", mask_zero=True), (n, n)),
        (L.SimpleRNN(3, activation="relu", **whole), (n, n, 2)), (L.SimpleRNN(3, unroll=True), (n, 4, 2)),
        (L.LSTM(3, recurrent_activation="hard_sigmoid", unit_forget_bias=False, **whole), (n, n, 2)), (L.LSTM(3), (n, n, 2)),
        (L.GRU(3, use_bias=False, zero_output_for_mask=True, **whole), (n, n, 2)), (L.GRU(3, reset_after=False), (n, n, 2)),
        (L.RNN(L.LSTMCell(3, activation="relu", **recurrent)), (n, n, 2)),
        (L.RNN([L.GRUCell(3, reset_after=False, **recurrent), L.SimpleRNNCell(2)], return_sequences=True), (n, n, 2)),
        (L.Bidirectional(L.LSTM(3, return_sequences=True, name="both"), merge_mode="sum"), (n, n, 2)),
        (L.Bidirectional(L.GRU(3), backward_layer=L.SimpleRNN(3, go_backwards=True)), (n, n, 2)),
        (L.TimeDistributed(L.Dense(3, activation="relu")), (n, n, 2)), (L.TimeDistributed(L.Conv2D(3, 2)), (n, 4, 5, 5, 2)),
        (L.ConvLSTM1D(3, 2, strides=2, padding="same", **whole), (n, n, 5, 2)),
        (L.ConvLSTM2D(3, (2, 3), data_format="channels_first", unit_forget_bias=False), (n, n, 2, 5, 6)),
        (L.ConvLSTM3D(3, 2, dilation_rate=(1, 2, 1), return_sequences=True), (n, n, 4, 5, 6, 2)),
        (L.CategoryEncoding(5, output_mode="count"), (n, n)), (L.CategoryEncoding(5, output_mode="one_hot"), (n, n, 3)),
        (L.Discretization([0.5, 1.5], output_mode="one_hot"), (n, n)), (L.Discretization([0.5, 1.5, 7]), (n, 3)),
        (L.STFTSpectrogram("stft", 20, 7, padding="same", expand_dims=True), (n, n, 2)), (L.STFTSpectrogram(), (n, 1000, 2)),
        (L.MelSpectrogram(fft_length=20, sequence_stride=7, num_mel_bins=3), (n, n)),
    ]))


def configuration_cases(pairs):
    """Serialized layers, and the shapes of their results."""
    cases = []
    for layer, shape in pairs:
        config = plain_tree(keras.saving.serialize_keras_object(layer))
        output = layer.compute_output_shape(shape)
        cases.append({
            "name": type(layer).__name__, "object": config, "input_shape": list(shape), "output_shape": list(output),
        })
    return cases


def plain_tree(value):
    """JSON as model files hold it: tuples are lists."""
    return json.loads(json.dumps(value))
