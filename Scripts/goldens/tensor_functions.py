"""More of Keras's ops: orders, segments, bits, angles, windows and transforms. `python tensor_functions.py` makes them anew."""

from common import *
from operations import O, one


def tensor_functions():
    keras.utils.clear_session()
    draw = Draw("tensor functions")
    cases = []

    def add(name, arrays, function, batch=False, at_once=False):
        cases.append(one(name, arrays, function, batch, at_once))

    x = draw.normal((3, 4))
    wide = draw.normal((2, 3, 4))
    positive = draw.uniform((3, 4), 0.3, 3)
    small = draw.uniform((3, 4), -0.9, 0.9)
    odd = np.array([[np.nan, 1, 3, -2], [4, np.nan, 0.5, -1], [2, 1, 0, 7]], np.float32)
    whole = draw.integers((3, 4), -99, 99)
    other = draw.integers((3, 4), 1, 30)
    ties = np.array([[3, 1, 3, 2, 1], [0, 0, 5, 5, 0]], np.float32)

    for name in ["arcsin", "arccos"]:
        add(name, [small], getattr(O, name), batch=True)
    for name in ["arctan", "arcsinh", "angle", "real", "imag", "conjugate", "isreal", "i0"]:
        add(name, [x * 3], getattr(O, name), batch=True)
    add("signbit", [np.array([0, 2, -3, np.inf, -np.inf], np.float32)], O.signbit)
    add("arctan2", [x, small], O.arctan2, batch=True)
    add("arctan2 at odd places", [np.array([0, 0, 1, -1, np.inf, -np.inf, np.inf], np.float32),
                                  np.array([1, -1, 0, 0, np.inf, np.inf, -np.inf], np.float32)], O.arctan2)
    add("erfinv", [small], O.erfinv, batch=True)
    add("erfinv at the ends", [np.array([-1, -0.9999, 0, 0.9999999, 1], np.float32)], O.erfinv)
    add("ldexp", [x, draw.integers((3, 4), -9, 9)], O.ldexp)
    add("logaddexp2", [x, positive], O.logaddexp2)
    add("nextafter", [np.array([0, 1, 1, -1, 1e-40, 3e38, np.inf, 5], np.float32),
                      np.array([1, 2, 0, 0, 0, np.inf, 0, 5], np.float32)], O.nextafter)
    add("psnr", [positive, positive + 0.1 * small], lambda a, b: O.psnr(a, b, 3.0))
    for name in ["bitwise_and", "bitwise_or", "bitwise_xor", "gcd", "lcm"]:
        add(name, [whole, other], getattr(O, name))
    add("bitwise_not", [whole], O.bitwise_not)
    add("bitwise_invert", [whole], O.bitwise_invert)
    for name in ["bitwise_left_shift", "bitwise_right_shift", "left_shift", "right_shift"]:
        add(name, [whole, draw.integers((3, 4), 0, 9)], getattr(O, name))
    add("saturate_cast", [whole * 9], lambda a: O.saturate_cast(a, "uint8"))

    add("sort", [x], O.sort, batch=True)
    add("sort axis 1", [wide], lambda a: O.sort(a, axis=1), batch=True)
    add("argsort", [ties], O.argsort)
    add("argsort axis 0", [x], lambda a: O.argsort(a, axis=0))
    add("top_k", [ties], lambda a: O.top_k(a, 3))
    add("top_k of differing numbers", [x], lambda a: O.top_k(a, 2), batch=True)
    add("searchsorted", [np.array([1, 2, 2, 5], np.float32), np.array([0, 1, 2, 3, 9], np.float32)], O.searchsorted)
    add("searchsorted, right", [np.array([1, 2, 2, 5], np.float32), np.array([0, 1, 2, 3, 9], np.float32)],
        lambda a, v: O.searchsorted(a, v, side="right"))
    add("digitize", [x, np.array([-1, 0, 0.5], np.float32)], O.digitize)
    add("isin", [other, np.array([3, 7, 11, 20, 21], np.int32)], lambda a, b: O.isin(a, b))
    add("isin, inverted", [other, np.array([3, 7, 11, 20, 21], np.int32)], lambda a, b: O.isin(a, b, invert=True))
    for name in ["median", "nanmedian", "nanprod", "nanvar", "nanstd"]:
        f = getattr(O, name)
        add(f"{name} of numbers", [x], f)
        add(f"{name} axis 1", [wide], lambda a: f(a, axis=1), batch=True)
        add(f"{name} axis -1, kept", [x], lambda a: f(a, axis=-1, keepdims=True))
        add(f"{name} of odd numbers", [odd], lambda a: f(a, axis=1))
    for method in ["linear", "lower", "higher", "midpoint", "nearest"]:
        add(f"quantile, {method}", [x], lambda a: O.quantile(a, 0.3, axis=1, method=method), at_once=True)
        add(f"nanquantile of odd numbers, {method}", [odd], lambda a: O.nanquantile(a, 0.3, axis=1, method=method),
            at_once=True)
    add("quantiles", [wide], lambda a: O.quantile(a, [0.0, 0.25, 1.0], axis=2))
    add("percentile", [x], lambda a: O.percentile(a, 40.0, axis=0, keepdims=True))
    add("nanpercentile of odd numbers", [odd], lambda a: O.nanpercentile(a, 40.0, axis=0))
    add("nanargmax of odd numbers", [odd], lambda a: O.nanargmax(a, axis=1))
    add("nanargmin of odd numbers", [odd], lambda a: O.nanargmin(a, axis=1))
    add("nancumsum of odd numbers", [odd], lambda a: O.nancumsum(a, axis=1))
    add("nancumprod of odd numbers", [odd], lambda a: O.nancumprod(a, axis=1))

    ids = np.array([0, 2, 0], np.int32)
    for name in ["segment_max", "segment_min", "segment_prod"]:
        add(name, [x, ids], lambda a, i: getattr(O, name)(a, i, num_segments=4))
    places = np.array([[0, 1], [2, 0]], np.int32)
    for reduction in [None, "add", "max", "min", "mul"]:
        add(f"scatter_update, {reduction}", [wide.reshape(3, 2, 4), places, draw.normal((2, 4))],
            lambda a, i, u: O.scatter_update(a, i, u, reduction=reduction))
    add("scatter_update, twice", [x, np.array([[1], [1]], np.int32), draw.normal((2, 4))],
        lambda a, i, u: O.scatter_update(a, i, u, reduction="add"))
    add("unravel_index", [np.array([0, 5, 11], np.int32)], lambda i: O.unravel_index(i, (3, 4)))

    add("hsplit", [x], lambda a: O.hsplit(a, 2), batch=True)
    add("vsplit", [x], lambda a: O.vsplit(a, [1]))
    add("dsplit", [wide], lambda a: O.dsplit(a, 2), batch=True)
    image = draw.normal((2, 4, 6, 8))
    for f in ["channels_last", "channels_first"]:
        add(f"depth_to_space, {f}", [image if f == "channels_last" else image.transpose(0, 3, 1, 2)],
            lambda a: O.depth_to_space(a, 2, data_format=f))
        add(f"space_to_depth, {f}", [image if f == "channels_last" else image.transpose(0, 3, 1, 2)],
            lambda a: O.space_to_depth(a, 2, data_format=f))
    add("rearrange", [image], lambda a: O.rearrange(a, "b (h h1) (w w1) c -> b h w (c h1 w1)", h1=2, w1=3))
    add("extract_sequences", [draw.normal((2, 9))], lambda a: O.extract_sequences(a, 4, 2))
    add("vander", [draw.normal((3,))], O.vander)
    add("vander, increasing", [draw.normal((3,))], lambda a: O.vander(a, 4, increasing=True))
    add("kron", [draw.normal((2, 3)), draw.normal((2, 2))], O.kron)
    add("cross", [draw.normal((2, 3)), draw.normal((2, 3))], O.cross)
    add("cross of plane vectors", [draw.normal((4, 2)), draw.normal((4, 2))], O.cross)
    add("corrcoef", [x], O.corrcoef, at_once=True)
    add("cdist", [wide, draw.normal((2, 5, 4))], O.cdist)
    for mode in ["valid", "same", "full"]:
        add(f"correlate, {mode}", [draw.normal((7,)), draw.normal((3,))], lambda a, b: O.correlate(a, b, mode=mode))
    add("select", [x, positive, small], lambda a, b, c: O.select([O.greater(a, 0.5), O.less(b, 1)], [b, c], 2.5))

    re, im = draw.normal((2, 12)), draw.normal((2, 12))
    add("fft", [re, im], lambda a, b: O.fft((a, b)))
    add("fft2", [wide, draw.normal((2, 3, 4))], lambda a, b: O.fft2((a, b)))
    add("ifft2", [wide, draw.normal((2, 3, 4))], lambda a, b: O.ifft2((a, b)))
    add("rfft", [re], O.rfft)
    add("rfft of more", [re], lambda a: O.rfft(a, fft_length=16))
    add("irfft", [re[:, :7], im[:, :7]], lambda a, b: O.irfft((a, b)))
    add("irfft of an odd length", [re[:, :6], im[:, :6]], lambda a, b: O.irfft((a, b), fft_length=11))
    signal = draw.normal((2, 20))
    add("stft", [signal], lambda a: O.stft(a, 8, 4, 8))
    add("stft, hamming", [signal], lambda a: O.stft(a, 6, 3, 8, window="hamming", center=False))
    add("istft", [draw.normal((2, 6, 5)), draw.normal((2, 6, 5))], lambda a, b: O.istft((a, b), 8, 4, 8))

    add("conv_transpose", [image, draw.normal((3, 2, 5, 8))], lambda a, k: O.conv_transpose(a, k, strides=2, padding="same"),
        at_once=True)
    add("conv_transpose, more", [image, draw.normal((3, 2, 5, 8))],
        lambda a, k: O.conv_transpose(a, k, strides=2, padding="valid", output_padding=1), at_once=True)
    add("adaptive_average_pool", [image], lambda a: O.adaptive_average_pool(a, (3, 4), data_format="channels_last"),
        at_once=True)
    add("adaptive_max_pool", [image], lambda a: O.adaptive_max_pool(a, (3, 3), data_format="channels_last"),
        at_once=True)
    add("unfold", [image], lambda a: O.unfold(a, (2, 3), padding=1, stride=2))
    add("fold", [draw.normal((2, 3 * 6, 12))], lambda a: O.fold(a, (4, 6), (2, 3)))
    write("tensor_functions", cases)


def make():
    tensor_functions()


if __name__ == "__main__":
    tensor_functions()
    write_index()
