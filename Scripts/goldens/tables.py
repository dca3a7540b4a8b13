"""Columns of tables: categories as rows, bins of numbers and how data give them, hashes. Run alone: `python tables.py`."""

import sys

from common import *

L = keras.layers
WORDS = ["", "a", "cat", "the cat", "naïve", "日本語", "cafe\u0301", "café", "😀", "x" * 16, "y" * 17, "-7", "7", "[UNK]",
         "z" * 33, "w" * 64, "v" * 65, "a longer text, which is hashed in blocks of sixty-four bytes, and then some " * 2]
AWKWARD = [np.nan, np.inf, -np.inf, 0.0, -0.0, -0.5, 1.5, 2.0, 3.999, 1e30]


def whole_config(layer):
    """All that the layer writes, but for its name and the policy of types."""
    config = json.loads(json.dumps(layer.get_config()))
    return {"class_name": type(layer).__name__, "config": {k: v for k, v in config.items() if k not in ("name", "dtype")}}


def result(array):
    array = np.asarray(array)
    return tensor(array)


def categories():
    cases = []

    def add(name, layer, x, **named):
        case = {"name": name, "layer": whole_config(layer), "inputs": tensor(x), "output": result(layer(x, **named))}
        if "count_weights" in named:
            case["count_weights"] = tensor(named["count_weights"])
        cases.append(case)

    for mode in ["multi_hot", "one_hot", "count"]:
        draw = Draw("categories " + mode)
        for shape, depth in [((5,), 4), ((3, 4), 6), ((4, 1), 3), ((2, 3, 4), 5), ((2, 3, 1), 5), ((0, 3), 4), ((2, 0), 3), ((1, 1), 1)]:
            x = draw.integers(shape, 0, depth)
            add(f"{mode} {shape}", L.CategoryEncoding(depth, output_mode=mode), x)
            if shape[0]:
                add(f"{mode} {shape} of floats", L.CategoryEncoding(depth, output_mode=mode), x.astype(np.float32))
    # TensorFlow refuses negative numbers in rows of counts, but not here and not beyond axis 2.
    add("one_hot out of range", L.CategoryEncoding(4, output_mode="one_hot"), np.array([[-1, 3], [4, 2**31 - 1]], np.int32))
    add("one_hot awkward", L.CategoryEncoding(4, output_mode="one_hot"), np.array(AWKWARD, np.float32))
    add("count out of range", L.CategoryEncoding(4, output_mode="count"), np.array([[[-1, 3], [4, -9], [-3, 3]]], np.int32))
    add("multi_hot above", L.CategoryEncoding(3), np.array([[1, 3], [7, 2]], np.int32))
    draw = Draw("weights")
    for shape in [(4,), (3, 5), (2, 3, 2)]:
        add(f"weighted {shape}", L.CategoryEncoding(4, output_mode="count"), draw.integers(shape, 0, 4),
            count_weights=draw.normal(shape))
    edges = [[0.0, 1.5, 2.0], [0.0], [], [-1.0, -1.0, 2.5], [-3, 1, 4, 5.5, 9], [1, 1e9], list(np.arange(-4, 4, 0.5)),
             [0.1, 0.2, 0.3]]
    for index, limits in enumerate(edges):
        limits = [float(x) for x in limits]
        draw = Draw(f"bins {index}")
        x = np.concatenate([draw.normal((2, 6), 3), np.array([limits[:3] + [0.0] * (6 - len(limits[:3]))], np.float32)])
        add(f"bins {limits}", L.Discretization(limits), x)
        add(f"bins {limits}, awkward", L.Discretization(limits), np.array(AWKWARD, np.float32))
        add(f"bins {limits} of integers", L.Discretization(limits), draw.integers((3, 2), -5, 9))
        for mode in ["one_hot", "multi_hot", "count"]:
            add(f"bins {limits} {mode}", L.Discretization(limits, output_mode=mode), x)
    for mode in ["int", "one_hot", "multi_hot", "count"]:
        layer = L.Discretization([0.0, 1.0], output_mode=mode)
        add(f"bins of nothing {mode}", layer, np.zeros((0, 2), np.float32))
        add(f"bins of columns {mode}", layer, Draw("columns").normal((4, 1)))
        add(f"bins of a vector {mode}", layer, Draw("vector").normal((5,)))
        add(f"bins of a cube {mode}", layer, Draw("cube").normal((2, 3, 2)))
    write("categories", cases)


def adapted():
    cases = []
    for index in range(24):
        draw = Draw(f"adapted {index}")
        bins = [1, 2, 3, 4, 7, 10, 25][index % 7]
        options = {} if index % 3 else {"epsilon": [0.1, 0.03, 0.25, 1.0][index // 3 % 4]}
        sizes = [[7], [40], [250, 31], [3, 90, 401], [1], [120, 120]][index % 6]
        scale = [1, 50, 0.01][index % 3]
        # All are different: in what order NumPy sorts equal ones, which matters, depends on the processor.
        every = draw.generator.permutation(np.unique(draw.normal(3000, 2)))
        batches = []
        for n in sizes:
            shape = (n, 2) if index % 2 else (n,)
            batches.append((every[:np.prod(shape)] * np.float32(scale)).reshape(shape))
            every = every[np.prod(shape):]
        if index == 8:
            batches[0][1] = np.nan
        if index == 14:
            # All are equal, whatever the order.
            batches = [np.round(b) for b in batches]
        layer = L.Discretization(num_bins=bins, **options)
        layer.adapt(batches if len(batches) > 1 else batches[0])
        again = L.Discretization.from_config(layer.get_config())
        assert again.bin_boundaries == layer.bin_boundaries
        x = np.concatenate([b.reshape(-1)[:4] for b in batches])
        cases.append({"name": f"adapted {index}", "layer": whole_config(layer), "batches": [tensor(b) for b in batches],
                      "boundaries": [number(b) for b in layer.bin_boundaries], "inputs": tensor(x), "output": result(layer(x))})
    write("discretization_adapt", cases)


def hashes():
    cases = []
    integers = [0, 1, -1, 7, -7, 10**9, 2**31 - 1, -2**31, 2**40, -2**63, 2**63 - 1, 123456789012345678]

    def columns(values):
        key = "texts" if isinstance(values[0], str) else "integers"
        return {key: values}

    def add(name, layer, columns_, output):
        cases.append({"name": name, "layer": whole_config(layer), "dtype": layer.dtype, "columns": [columns(c) for c in columns_],
                      "output": result(output)})

    for bins in [1, 2, 3, 10, 1000, 2**24]:
        for salt in [None, 5, [133, 137], [-1, 2**62]]:
            for values, mask in [(WORDS, None), (WORDS, "cat"), (integers, None), (integers, 7)]:
                layer = L.Hashing(bins, mask_value=mask, salt=salt)
                x = np.array(values) if isinstance(values[0], int) else tf.constant(values)
                add(f"{bins} bins, salt {salt}, mask {mask}", layer, [values], layer(x))
    for mode in ["one_hot", "multi_hot", "count"]:
        layer = L.Hashing(5, output_mode=mode)
        add(f"{mode} texts", layer, [WORDS], layer(tf.constant(WORDS)))
        layer = L.Hashing(4, output_mode=mode, mask_value=-1)
        add(f"{mode} integers", layer, [integers], layer(np.array(integers)))
    count = len(integers)
    words = WORDS[:count]
    for bins in [1, 2, 5, 97, 10007, 2**24]:
        for given in [[words, integers], [integers, words], [words, words[::-1]], [integers, integers[::-1], words]]:
            layer = L.HashedCrossing(bins)
            add(f"crossing into {bins}", layer, given, layer([tf.constant(c) for c in given]))
    layer = L.HashedCrossing(6, output_mode="one_hot")
    add("crossing one_hot", layer, [words, integers], layer([tf.constant(words), tf.constant(integers)]))
    write("category_hashes", cases)

    # Floats and truths become texts too.
    cases = []
    for mask in [None, 2]:
        layer = L.Hashing(1000, mask_value=mask)
        x = np.array([AWKWARD], np.float32)
        cases.append({"name": f"floats, mask {mask}", "layer": whole_config(layer), "inputs": tensor(x), "output": result(layer(x))})
    layer = L.Hashing(7, output_mode="one_hot")
    x = Draw("hashed rows").integers((4, 1), -9, 9)
    cases.append({"name": "a column", "layer": whole_config(layer), "inputs": tensor(x), "output": result(layer(x))})
    layer = L.Hashing(7, output_mode="count")
    x = Draw("hashed counts").integers((3, 5), -9, 9)
    cases.append({"name": "rows", "layer": whole_config(layer), "inputs": tensor(x), "output": result(layer(x))})
    x = np.zeros((0, 2), np.int32)
    cases.append({"name": "nothing", "layer": whole_config(layer), "inputs": tensor(x), "output": result(layer(x))})
    write("category_hashes_of_arrays", cases)


def features():
    """Spaces of all kinds of features: what they make of rows that they have seen and of others. One is saved as a file, too."""
    FS = keras.utils.FeatureSpace
    features_folder = os.path.join(FOLDER, "../../KeratinIOTests/Fixtures/features")
    cases = []

    def column(values):
        kind = "texts" if isinstance(values[0], str) else "integers" if isinstance(values[0], int) else "numbers"
        return {kind: values}

    for index in range(10):
        draw = Draw(f"features {index}")
        pick = lambda items, n: [items[int(i)] for i in draw.integers((n,), 0, len(items))]
        rows = [70, 5, 33, 64, 12][index % 5]

        def table(n, known):
            words = ["red", "green", "blue", "naïve", "B", "a"][:6 if known else None] + ([] if known else ["new", ""])
            return {
                "age": [float(x) for x in np.round(draw.normal((n,), 10), 1)],
                "rate": [float(x) for x in draw.generator.permutation(5000)[:n] / 100],
                "Colour": pick(words, n), "count": [int(x) for x in draw.integers((n,), -2, 4 if known else 9)],
                # Tables take composed and decomposed letters for the same.
                "word": pick([w for w in WORDS[:12] if w != "cafe\u0301"], n), "key": [int(x) for x in draw.integers((n,), -10**6, 10**6)],
            }

        kinds = {
            "age": ["float", "float_normalized", "float_rescaled", "float_normalized"][index % 4],
            "rate": ["float_discretized", "float_normalized", FS.float_discretized(3), FS.float_discretized(6, output_mode="int")][index % 4],
            "Colour": ["string_categorical", FS.string_categorical(max_tokens=4), FS.string_categorical(num_oov_indices=3)][index % 3],
            "count": ["integer_categorical", FS.integer_categorical(num_oov_indices=2, output_mode="int"),
                      FS.integer_categorical(max_tokens=3)][index % 3],
            "word": ["string_hashed", FS.string_hashed(5)][index % 2], "key": ["integer_hashed", FS.integer_hashed(7)][index % 2],
        }
        spoken = {
            "age": [["float"], ["float_normalized"], ["float_rescaled"], ["float_normalized"]][index % 4],
            "rate": [["float_discretized"], ["float_normalized"], ["float_discretized", 3], ["float_discretized", 6, "int"]][index % 4],
            "Colour": [["string_categorical"], ["string_categorical", 4, 1], ["string_categorical", None, 3]][index % 3],
            "count": [["integer_categorical"], ["integer_categorical", None, 2, "int"], ["integer_categorical", 3, 1]][index % 3],
            "word": [["string_hashed"], ["string_hashed", 5]][index % 2], "key": [["integer_hashed"], ["integer_hashed", 7]][index % 2],
        }
        isWhole = any(len(s) > 1 and s[-1] == "int" for s in spoken.values())
        crosses = [[("Colour", "count")], [], [("word", "key"), ("Colour", "count")]][index % 3]
        options = dict(output_mode="dict" if isWhole or index == 8 else "concat", crossing_dim=[5, 11][index % 2], hashing_dim=6,
                       num_discretization_bins=4)
        # Names of layers in files do not depend on the other cases.
        keras.utils.clear_session()
        space = FS(kinds, crosses=[tuple(c) for c in crosses], **options)
        known, other = table(rows, True), table(6, False)
        space.adapt({k: np.array(v) for k, v in known.items()})
        case = {"name": f"features {index}", "features": spoken, "crosses": [list(c) for c in crosses], **options,
                "known": {k: column(v) for k, v in known.items()}, "other": {k: column(v) for k, v in other.items()}}
        y = space({k: np.array(v) for k, v in other.items()})
        case["outputs"] = {k: tensor(v.numpy()) for k, v in y.items()} if isinstance(y, dict) else {"": tensor(y.numpy())}
        cases.append(case)
        if index == 5:
            space.save(os.path.join(features_folder, "feature_space.keras"))
    write("feature_spaces", cases, folder=features_folder)


def sounds():
    """A folder of sounds as bytes, and its batches."""
    import struct
    import tempfile
    folder = os.path.join(FOLDER, "../../KeratinIOTests/Fixtures/features")
    draw = Draw("sounds")

    def wav(count, channels, rate, extra=b"", format_size=16):
        values = draw.integers((count * channels,), -2**15, 2**15)
        values[:4] = [-2**15, 2**15 - 1, 0, -1][:len(values[:4])]
        data = struct.pack(f"<{count * channels}h", *values)
        head = struct.pack("<HHIIHH", 1, channels, rate, rate * channels * 2, channels * 2, 16) + b"\0" * (format_size - 16)
        body = b"WAVEfmt " + struct.pack("<I", format_size) + head + extra + b"data" + struct.pack("<I", len(data)) + data
        return b"RIFF" + struct.pack("<I", len(body)) + body

    files = {
        "a/1.wav": wav(7, 1, 8000), "a/2.wav": wav(12, 1, 16000, b"LIST" + struct.pack("<I", 4) + b"INFO"),
        "b/x.WAV": wav(3, 1, 8000, format_size=18), "b/y.wav": wav(9, 1, 8000),
        "two/left.wav": wav(5, 2, 8000), "two/right.wav": wav(6, 2, 44100)}
    cases = []
    with tempfile.TemporaryDirectory() as root:
        for name, data in files.items():
            os.makedirs(os.path.join(root, os.path.dirname(name)), exist_ok=True)
            with open(os.path.join(root, name), "wb") as file:
                file.write(data)
        for classes in [["a", "b"], ["two"], ["b", "a"]]:
            for length in [None, 5, 20]:
                for mode in ["int", "categorical"] + (["binary"] if len(classes) == 2 else []):
                    data = keras.utils.audio_dataset_from_directory(
                        root, class_names=classes, label_mode=mode, batch_size=3, output_sequence_length=length, shuffle=False,
                        verbose=False)
                    batches = [(x.numpy(), y.numpy()) for x, y in data]
                    cases.append({
                        "name": f"{classes} {mode} {length}", "classes": classes, "mode": mode, "length": length,
                        "x": [tensor(x) for x, _ in batches], "y": [tensor(y) for _, y in batches]})
    write("sounds", cases, folder=folder)
    with open(os.path.join(folder, "sound_files.json"), "w") as file:
        json.dump({name: list(data) for name, data in files.items()}, file)


def make():
    categories()
    adapted()
    hashes()
    features()
    sounds()


if __name__ == "__main__":
    for family in sys.argv[1:] or ["make"]:
        globals()[family]()
    write_index()
