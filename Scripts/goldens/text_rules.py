"""Small cases of text and sequences after public bug reports of Keras-like libraries (`text_rules_cases.json`), and more of
their kinds: what real Keras makes of each, or that it refuses."""

import os

from common import *

L = keras.layers
HERE = os.path.dirname(os.path.abspath(__file__))


def finished(value):
    """A dense result; what Keras gives as ragged is none, and an error."""
    if isinstance(value, tf.RaggedTensor):
        raise TypeError("ragged")
    array = np.asarray(value)
    exact = int if array.dtype.kind in "iub" else number
    return {"shape": list(array.shape), "values": [exact(v) for v in array.reshape(-1)]}


def vocabulary(layer):
    return [v.decode() if isinstance(v, bytes) else v if isinstance(v, str) else int(v) for v in layer.get_vocabulary()]


def none(value):
    return None if value == "none" else value


def vectorization(case):
    options = {
        "max_tokens": case.get("max_tokens"), "standardize": none(case.get("standardize", "lower_and_strip_punctuation")),
        "split": none(case.get("split", "whitespace")), "output_mode": case.get("mode", "int"),
        "output_sequence_length": case.get("length"), "pad_to_max_tokens": case.get("pad", False),
        "vocabulary": case.get("vocabulary"), "idf_weights": case.get("idf"),
    }
    ngrams = case.get("ngrams")
    options["ngrams"] = tuple(ngrams) if isinstance(ngrams, list) else ngrams
    layer = L.TextVectorization(**options)
    if "adapt" in case:
        layer.adapt(case["adapt"])
    texts = case["rows"] if "rows" in case else case["texts"]
    return {**finished(layer(tf.constant(texts, tf.string))), "vocabulary": vocabulary(layer)}


def lookup(case):
    is_string = case["kind"] == "sl"
    options = {
        "max_tokens": case.get("max_tokens"), "num_oov_indices": case.get("oov", 1), "mask_token": case.get("mask"),
        "output_mode": case.get("mode", "int"), "pad_to_max_tokens": case.get("pad", False),
        "vocabulary": case.get("vocabulary"), "invert": case.get("invert", False),
    }
    if "oov_token" in case:
        options["oov_token"] = case["oov_token"]
    if "method" in case:
        options["oov_method"] = case["method"]
    layer = (L.StringLookup if is_string else L.IntegerLookup)(**options)
    if "adapt" in case:
        layer.adapt(case["adapt"])
    if "indices" in case:
        strings = [v.decode() for v in np.asarray(layer(case["indices"])).reshape(-1)]
        return {"strings": strings, "vocabulary": vocabulary(layer)}
    given = next(case[k] for k in ("rows", "texts", "ints") if k in case)
    given = tf.constant(given, tf.string if is_string else tf.int64)
    return {**finished(layer(given)), "vocabulary": vocabulary(layer)}


def padding(case):
    names = ("maxlen", "padding", "truncating", "value", "dtype")
    return finished(keras.utils.pad_sequences(case["seqs"], **{k: case[k] for k in names if k in case}))


def timeseries(case):
    names = {"stride": "sequence_stride", "rate": "sampling_rate", "batch": "batch_size", "start": "start_index",
             "end": "end_index"}
    targets = np.arange(case["targets"]) * 10 if "targets" in case else None
    batches = list(keras.utils.timeseries_dataset_from_array(
        np.arange(case["n"]), targets, case["length"],
        **{"batch_size": None, **{names[k]: case[k] for k in names if k in case}}))
    flat = lambda part: [float(v) for v in np.asarray(part).reshape(-1)]
    if targets is None:
        return {"x": [flat(b) for b in batches], "y": []}
    return {"x": [flat(b[0]) for b in batches], "y": [flat(b[1]) for b in batches]}


MAKERS = {"tv": vectorization, "sl": lookup, "il": lookup, "pad": padding, "ts": timeseries}


def recorded(case):
    try:
        return MAKERS[case["kind"]](case)
    except Exception as error:
        return {"error": type(error).__name__}


TEXTS = ["Ünïcode — “dash” don’t!", "a.b,c d_e f-g", "x\u00a0y\u2003z\u200bw", "ONE one OnE", "ﬁ ﬀ Ⅷ ½ µ Ω", "a\r\nb\tc  d",
         "ß ẞ ſ", "e\u0301 \u00e9", "١٢٣ 123", "\ufeffbom", "q", ""]


def more():
    """Others of the same kinds."""
    for standardize in ("lower_and_strip_punctuation", "lower", "strip_punctuation", "none"):
        for split in ("whitespace", "character", "none"):
            yield {"kind": "tv", "standardize": standardize, "split": split, "adapt": TEXTS, "texts": TEXTS}
    for ngrams in (1, 4, [1], [4, 1], [2, 2]):
        for mode in ("int", "count", "multi_hot", "tf_idf"):
            yield {"kind": "tv", "ngrams": ngrams, "mode": mode, "adapt": TEXTS, "texts": TEXTS[:4] + ["zz a b"]}
    for ngrams in (2, [2], 3):
        yield {"kind": "tv", "split": "character", "ngrams": ngrams, "adapt": ["abc", "bcd"], "texts": ["abcd", "", "z"]}
        yield {"kind": "tv", "split": "none", "ngrams": ngrams, "adapt": ["a b", "c"], "texts": ["a b", "c", ""]}
    for length in (0, 1, 3, 9):
        yield {"kind": "tv", "length": length, "vocabulary": ["a", "b"], "texts": ["a b a b", ""]}
        yield {"kind": "tv", "length": length, "split": "none", "vocabulary": ["a", "b"], "texts": ["a", "b", "c"]}
    for mode in ("int", "count", "multi_hot"):
        for length in (None, 2):
            yield {"kind": "tv", "mode": mode, "length": length, "vocabulary": ["a", "b"], "texts": []}
        yield {"kind": "tv", "mode": mode, "vocabulary": ["a", "b"], "texts": ["", " ", "!"]}
        yield {"kind": "tv", "mode": mode, "split": "none", "vocabulary": ["a", "b"], "texts": ["a", "zz", ""]}
    for size in (2, 3, 4, 6):
        for pad in (False, True):
            yield {"kind": "tv", "mode": "count", "max_tokens": size, "pad": pad, "adapt": ["b a", "a c", "a"], "texts": ["a b c d"]}
            yield {"kind": "tv", "mode": "tf_idf", "max_tokens": size, "pad": pad, "adapt": ["b a", "a c", "a"], "texts": ["a b c d", ""]}
    yield {"kind": "tv", "vocabulary": ["", "[UNK]"], "texts": ["a"]}
    yield {"kind": "tv", "vocabulary": ["a", "[UNK]"], "texts": ["a [UNK]"]}
    yield {"kind": "tv", "mode": "tf_idf", "vocabulary": ["a"], "texts": ["a"]}
    yield {"kind": "tv", "vocabulary": ["a"], "idf": [1.0], "texts": ["a"]}
    yield {"kind": "tv", "vocabulary": ["a"], "adapt": ["b"], "texts": ["a b"]}
    for words in (["b", "a", "B", "A", "é", "z", "", " "], ["10", "9", "100", "9"], ["a" * 40, "a" * 39, "a" * 41]):
        for mask in (None, "", "a"):
            for mode in ("int", "count"):
                yield {"kind": "sl", "mask": mask, "mode": mode, "oov": 2, "adapt": words, "texts": words + ["other", "Ö"]}
    for mode in ("int", "one_hot", "multi_hot", "count"):
        for rows in ([["a"], ["b"]], [["a", "a"], ["zz", "b"]], [[["a", "b"]], [["c", "a"]]]):
            if not isinstance(rows[0][0], list):
                yield {"kind": "sl", "mode": mode, "vocabulary": ["a", "b"], "rows": rows}
            ints = [[[ord(v) for v in r] for r in row] if isinstance(row[0], list) else [ord(v[0]) for v in row] for row in rows]
            # Keras sums arrays of three axes over their second one, which is decided otherwise (decision 0013).
            if not isinstance(rows[0][0], list) or mode in ("int", "one_hot"):
                yield {"kind": "il", "mode": mode, "vocabulary": [97, 98], "rows": ints}
    for oov in (1, 2):
        for mask in (None, ""):
            yield {"kind": "sl", "invert": True, "oov": oov, "mask": mask, "vocabulary": ["a", "b"], "indices": [-5, 0, 1, 2, 3, 4, 5]}
    yield {"kind": "sl", "oov": 0, "mask": "", "vocabulary": ["a"], "texts": ["", "a"]}
    yield {"kind": "sl", "oov": 0, "adapt": ["a", "b"], "texts": ["b", "a"]}
    yield {"kind": "sl", "max_tokens": 2, "oov": 2, "adapt": ["a", "b"], "texts": ["a"]}
    yield {"kind": "sl", "max_tokens": 3, "oov": 2, "mask": "", "adapt": ["a", "b"], "texts": ["a"]}
    for oov in (0, 1, 4):
        yield {"kind": "il", "oov": oov, "adapt": [3, 3, -(2**62), 2**62, -1, 0], "ints": [3, -(2**62), 0, -1]}
        yield {"kind": "il", "oov": oov, "mask": 0, "adapt": [3, 3, -1, 0], "ints": [3, 0, -1]}
    for method in ("floormod", "farmhash"):
        yield {"kind": "il", "oov": 5, "method": method, "vocabulary": [1], "ints": [-(2**63), 2**63 - 1, -1, 5, -5]}
    for end in ("pre", "post"):
        for maxlen in (0, 2):
            yield {"kind": "pad", "seqs": [[], []], "maxlen": maxlen, "truncating": end}
            yield {"kind": "pad", "seqs": [[1, 2, 3], []], "maxlen": maxlen, "truncating": end, "padding": end}
    yield {"kind": "pad", "seqs": [[]]}
    yield {"kind": "pad", "seqs": [[1]], "maxlen": -1}
    yield {"kind": "pad", "seqs": [[2147483647, -2147483648]], "maxlen": 3}
    for value in (2.5, -2.5, 1e9, 0.999999):
        yield {"kind": "pad", "seqs": [[1], [2, 3]], "value": value}
    for case in ({"n": 5, "length": 6}, {"n": 5, "length": 2, "rate": 4}, {"n": 5, "length": 2, "rate": 5},
                 {"n": 5, "length": 2, "stride": 4}, {"n": 5, "length": 2, "stride": 5}, {"n": 5, "length": 1, "rate": 4},
                 {"n": 5, "targets": 0, "length": 2}, {"n": 5, "targets": 9, "length": 2}, {"n": 5, "length": 3, "start": 3},
                 {"n": 5, "length": 2, "start": 2, "end": 3}, {"n": 5, "length": 2, "start": 2, "end": 2},
                 {"n": 5, "length": 2, "start": 5}, {"n": 5, "length": 2, "start": -1}, {"n": 5, "length": 2, "end": 0},
                 {"n": 1, "length": 1}, {"n": 2, "length": 1}, {"n": 12, "length": 3, "batch": 4, "stride": 2},
                 {"n": 9, "targets": 9, "length": 2, "rate": 3, "start": 1, "end": 8}):
        yield {"kind": "ts", **case}


def make():
    with open(os.path.join(HERE, "text_rules_cases.json")) as file:
        cases = json.load(file)
    cases += [json.loads(json.dumps(case)) for case in more()]
    write("text_rules", [{"case": case, "expected": recorded(case)} for case in cases])


if __name__ == "__main__":
    make()
