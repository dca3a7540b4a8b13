"""Spectra of signals: outputs, and gradients of sum(output * cotangent). Run alone: `python spectrograms.py`."""

from common import *

L = keras.layers


def case(name, layer, shape, random_kernels=False, x=None):
    """One layer on drawn signals. TensorFlow has no convolutions with channels first on a CPU: these are computed channels last."""
    draw = Draw(name)
    if x is None:
        x = draw.normal(shape)
    first = getattr(layer, "data_format", None) == "channels_first"
    config = layer.get_config()
    runner = type(layer).from_config(config | {"data_format": "channels_last"}) if first else layer
    fed = np.moveaxis(x, 1, -1) if first else x
    runner.build(fed.shape)
    if random_kernels:
        randomize(runner, draw)
    variable = tf.constant(fed)
    with tf.GradientTape() as tape:
        tape.watch(variable)
        y = runner(variable)
        if first:
            y = tf.transpose(y, [0, 3, 1, 2] if layer.expand_dims else [0, 2, 1])
        cotangent = draw.normal(tuple(y.shape))
        total = tf.reduce_sum(y * cotangent)
    trained = [w.value for w in runner.trainable_weights]
    dx, *gradients = tape.gradient(total, [variable] + trained, unconnected_gradients="zero")
    dx = dx.numpy()
    return {
        "name": name, "layer": layer_config(layer), "training": False, "weights": weights(runner), "inputs": [tensor(x)],
        "outputs": [tensor(y.numpy())], "cotangent": tensor(cotangent),
        "input_gradients": [tensor(np.moveaxis(dx, -1, 1) if first else dx)], "weight_gradients": [tensor(g.numpy()) for g in gradients],
    }


def short_time():
    cases = []
    for mode in ["log", "magnitude", "psd", "real", "imag", "stft"]:
        cases.append(case(f"stft {mode}", L.STFTSpectrogram(mode, frame_length=8), (2, 21, 1)))
    for index, mode in enumerate(["angle", "log", "magnitude", "psd", "stft"]):
        # The angle of nothing has no side: kernels are drawn.
        layer = L.STFTSpectrogram(
            mode, frame_length=6, frame_step=[4, 1, 6, 3, 5][index], padding=["same", "valid"][index % 2], expand_dims=index % 2 == 0)
        cases.append(case(f"stft {mode}, drawn kernels", layer, (2, 17, 2), random_kernels=True))
    for index, (window, scaling, periodic, length) in enumerate([
            ("hann", "density", True, 16), ("hamming", "spectrum", False, 9), ("blackman", None, True, 8), (None, "density", False, 8),
            ([0.1, 0.5, 1.0, 0.5, 0.1], "spectrum", False, 12), ("hann_periodic", "density", False, None)]):
        frame = len(window) if isinstance(window, list) else 7
        layer = L.STFTSpectrogram(
            "magnitude", frame_length=frame, frame_step=3, fft_length=length, window=window, scaling=scaling, periodic=periodic,
            padding=["same", "valid"][index % 2])
        cases.append(case(f"stft window {window} {scaling}", layer, (1, 15, 2)))
    for expand in [False, True]:
        for mode in ["psd", "stft"]:
            layer = L.STFTSpectrogram(mode, frame_length=6, expand_dims=expand, data_format="channels_first", padding="same")
            cases.append(case(f"stft channels first {mode} {expand}", layer, (2, 3, 13)))
    cases.append(case("stft of silence", L.STFTSpectrogram("psd", frame_length=4), None, x=np.zeros((1, 6, 1), np.float32)))
    write("stft_spectrograms", cases)


def mel():
    cases = []
    for index, options in enumerate([
            dict(fft_length=64, sequence_stride=16, num_mel_bins=10, sampling_rate=8000),
            dict(fft_length=64, sequence_stride=20, num_mel_bins=7, sampling_rate=8000, power_to_db=False),
            dict(fft_length=32, sequence_stride=8, sequence_length=20, num_mel_bins=5, window="hamming", min_freq=100.0, max_freq=3000.0),
            dict(fft_length=30, sequence_stride=7, sequence_length=25, num_mel_bins=4, window=None, mag_exp=1.0, power_to_db=False),
            dict(fft_length=16, sequence_stride=16, num_mel_bins=3, top_db=5.0, ref_power=0.5),
            dict(fft_length=16, sequence_stride=5, num_mel_bins=12, sampling_rate=4000, min_power=0.5, mag_exp=1.5),
            dict(fft_length=8, sequence_stride=4, sequence_length=4, window=[0.25, 1.0, 0.75, 0.5], num_mel_bins=2, min_freq=0.0)]):
        shape = [(2, 90), (1, 64), (3, 50), (2, 41)][index % 4]
        cases.append(case(f"mel {index}", L.MelSpectrogram(**options), shape))
    cases.append(case("mel of 512", L.MelSpectrogram(fft_length=512, sequence_stride=256, num_mel_bins=24), (1, 700)))
    write("mel_spectrograms", cases)


def make():
    short_time()
    mel()


if __name__ == "__main__":
    make()
    write_index()
