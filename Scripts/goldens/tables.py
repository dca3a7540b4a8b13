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


def make():
    categories()
    adapted()
    hashes()


if __name__ == "__main__":
    for family in sys.argv[1:] or ["make"]:
        globals()[family]()
    write_index()
