"""Sequences and text: padding, windows over series, lookups, text vectorization, the tokenizer of Keras 1 and 2, and the
hashes of unknown tokens."""

import sys
import warnings

from common import *
from keras.src.legacy.preprocessing.text import Tokenizer

L = keras.layers
WORDS = ["the", "The", "cat", "CAT", "sat", "on", "mat", "don't", "it's", "a", "I", "naïve", "CAFÉ", "cafe\u0301", "café",
         "日本語", "ΟΔΟΣ", "Σ", "İs", "x,y", "...", "!", "end.", "(so)", "[UNK]", "m-dash—", "😀", "e", "of", "and"]
SPACES = [" ", " ", " ", "  ", "\t", "\n", " \x0b", "\x0c", "\r\n", "\u00a0", "\u3000", "\u0085"]


class Texts:
    def __init__(self, name):
        self.generator = Draw("text " + name).generator

    def pick(self, items):
        return items[int(self.generator.integers(0, len(items)))]

    def text(self, longest=9):
        # Some words are frequent, so that counts differ.
        words = [self.pick(WORDS[:6] if self.generator.random() < 0.4 else WORDS)
                 for _ in range(int(self.generator.integers(0, longest)))]
        spaces = [self.pick(SPACES) for _ in range(len(words) + 1)]
        return "".join(w + s for w, s in zip(words, spaces))

    def texts(self, count):
        return [self.text() for _ in range(count)]


def strings(values):
    return [v.decode() if isinstance(v, bytes) else str(v) for v in values]


def result(array):
    """A dense result; what Keras gives as int64 rows of ones or counts are floats here."""
    array = np.asarray(array)
    return tensor(array)


def sequences():
    draw = Draw("sequences")
    cases = []
    for index in range(24):
        steps = [(), (), (2,), (2, 3)][index % 4]
        lengths = draw.integers(4, 0, 7)
        lengths[index % 4] += 1
        dtype = ["int32", "float32"][index // 4 % 2]
        make = draw.integers if dtype == "int32" else (lambda s, a, b: draw.normal(s))
        data = [make((int(n),) + steps, -9, 10) for n in lengths]
        options = {
            "dtype": dtype, "padding": ["pre", "post"][index // 2 % 2], "truncating": ["pre", "post"][index // 3 % 2],
            "value": [0.0, -1.0, 2.5][index % 3],
        }
        if index % 5:
            options["maxlen"] = 1 + index % 5
        given = [s if len(s) else [] for s in data]
        cases.append({"name": f"pad {index}", "sequences": [tensor(s) for s in data], "options": options,
                      "x": tensor(keras.utils.pad_sequences(given, **options))})
    write("pad_sequences", cases)

    cases = []
    for index in range(24):
        steps = 12 + index
        data = draw.normal((steps,) + [(), (2,), (2, 2)][index % 3])
        targets = None if index % 4 == 3 else draw.integers((steps + index % 3,), 0, 9)
        options = {
            "sequence_length": 1 + index % 5, "sequence_stride": 1 + index % 3, "sampling_rate": 1 + index // 3 % 2,
            "batch_size": None if index % 7 == 6 else 3 + index,
        }
        if index % 2:
            options["start_index"] = index % 4
            options["end_index"] = steps - 1 - index % 3
        batches = list(keras.utils.timeseries_dataset_from_array(data, targets, **options))
        pairs = [b if isinstance(b, tuple) else (b, None) for b in batches]
        case = {"name": f"windows {index}", "data": tensor(data), "options": options,
                "x": [tensor(x.numpy()) for x, _ in pairs]}
        if targets is not None:
            case["targets"] = tensor(targets)
            case["y"] = [tensor(y.numpy()) for _, y in pairs]
        cases.append(case)
    write("timeseries", cases)


def text_vectorization():
    cases = []
    modes = ["int", "multi_hot", "count", "tf_idf"]
    standards = ["lower_and_strip_punctuation", "lower", "strip_punctuation", None]
    for index in range(48):
        source = Texts(f"vectorization {index}")
        mode = modes[index % 4]
        options = {
            "output_mode": mode, "standardize": standards[index // 4 % 4],
            "split": ["whitespace", "whitespace", "character", None][index // 3 % 4],
            "ngrams": [None, 2, (2, 3), 3, (3, 1)][index % 5],
        }
        if options["split"] is None and options["ngrams"] == (2, 3):
            # Texts that are not split have no pairs to learn.
            options["ngrams"] = 2
        if mode == "int" and index % 3:
            options["output_sequence_length"] = 3 + index % 4
        if index % 2:
            options["max_tokens"] = 9 + index % 11
            options["pad_to_max_tokens"] = mode != "int" and index % 6 < 3
        vocabulary, weights = None, None
        if index % 7 == 5:
            vocabulary = ["cat", "the", "on the", "sat on the", "é", "a"]
            if mode == "tf_idf":
                weights = [0.5, 1.5, 0.25, 2.0, 1.0, 0.125]
            options["vocabulary"], options["idf_weights"] = vocabulary, weights
        layer = L.TextVectorization(**options)
        documents = source.texts(6)
        if vocabulary is None:
            layer.adapt(documents)
        inputs = documents[:2] + source.texts(3)
        case = {
            "name": f"vectorization {index} {options}", "config": json.loads(json.dumps(layer.get_config())),
            "documents": documents if vocabulary is None else [], "vocabulary": strings(layer.get_vocabulary()),
            "inputs": inputs, "output": result(layer(inputs).numpy()),
        }
        if options["split"] is None:
            rows = [inputs, inputs[::-1]]
            case["rows"], case["row_output"] = rows, result(layer(rows).numpy())
        cases.append(case)
    write("text_vectorization", cases)


def lookups():
    cases = []
    modes = ["int", "one_hot", "multi_hot", "count", "tf_idf"]
    for index in range(50):
        source = Texts(f"lookup {index}")
        is_string = index % 2 == 0
        mode = modes[index // 2 % 5]
        pool = WORDS if is_string else [int(v) for v in source.generator.integers(-12, 30, size=12)] + [2**40, -2**50]
        rows = [[source.pick(pool) for _ in range(1 + index % 4)] for _ in range(5)]
        # Integers hold no others than these.
        unknown = ["zzz", "longer than eight", "longer than sixteen bytes", "q" * 40, "r" * 70, ""] if is_string else \
            [-7, -8, 99, 100, 10**12, 0]
        options = {"output_mode": mode, "num_oov_indices": [1, 3, 2, 5][index // 3 % 4]}
        if index % 3 == 0:
            options["mask_token"] = "" if is_string else 0
        if index % 4 == 1:
            options["max_tokens"] = 12
            options["pad_to_max_tokens"] = mode != "int"
        if index % 5 == 2:
            options["salt"] = [1337, -2] if index % 4 else 42
        if not is_string and (index % 3 == 0 or "salt" in options):
            options["oov_method"] = "farmhash"
        make = L.StringLookup if is_string else L.IntegerLookup
        given = index % 3 == 2
        if given:
            options["vocabulary"] = list(dict.fromkeys(pool))[:6]
            if mode == "tf_idf":
                options["idf_weights"] = [0.5, 1.5, 0.25, 2.0, 1.0, 0.125]
        layer = make(**options)
        if not given:
            layer.adapt(rows)
        inputs = rows[:2] + [[source.pick(unknown) for _ in rows[0]] for _ in range(3)]
        vocabulary = layer.get_vocabulary()
        case = {
            "name": f"lookup {index} {options}", "class_name": make.__name__,
            "config": json.loads(json.dumps(layer.get_config())),
            "documents": [] if given else [[str(t) for t in row] for row in rows],
            "vocabulary": strings(vocabulary), "inputs": [[str(t) for t in row] for row in inputs],
            "output": result(np.asarray(layer(inputs))), "flat_output": result(np.asarray(layer(inputs[0] + inputs[2]))),
        }
        # 2^40 does not fit into the results of inverted lookups here.
        if mode == "int" and is_string:
            inverse = make(vocabulary=vocabulary, invert=True, num_oov_indices=options["num_oov_indices"],
                           mask_token=options.get("mask_token"))
            indices = list(range(-2, len(vocabulary) + 3))
            case["indices"] = indices
            case["tokens"] = strings(np.asarray(inverse(np.array(indices))).tolist())
        cases.append(case)
    write("lookups", cases)


def hashes():
    generator = Draw("hashes").generator
    cases = []
    buckets = 2**63 - 1
    for length in list(range(0, 70)) + [95, 96, 97, 127, 128, 129, 130, 191, 192, 193, 300]:
        text = "".join(chr(int(c)) for c in generator.integers(32, 127, size=length))
        key = [int(k) for k in generator.integers(-2**62, 2**62, size=2)]
        cases.append({
            "text": text, "key": [str(k) for k in key],
            "fingerprint": str(int(tf.strings.to_hash_bucket_fast([text], buckets)[0])),
            "strong": str(int(tf.strings.to_hash_bucket_strong([text], buckets, key)[0])),
        })
    write("hashes", cases)


def tokenizer():
    cases = []
    for index in range(24):
        source = Texts(f"tokenizer {index}")
        options = {
            "num_words": [None, 5, 12][index % 3], "lower": index % 4 != 3, "char_level": index % 6 == 5,
            "split": [" ", " ", "a", "--"][index % 4], "oov_token": [None, "<oov>", "cat"][index // 2 % 3],
        }
        if index % 5 == 4:
            options["filters"] = "aé,語"
        made = Tokenizer(**options)
        documents = source.texts(6)
        made.fit_on_texts(documents[:4])
        made.fit_on_texts(documents[4:])
        texts = documents[:3] + source.texts(3)
        found = made.texts_to_sequences(texts)
        given = found + [[0, 1, 2, 3, 40, 7], []]
        cases.append({
            "name": f"tokenizer {index} {options}", "options": options, "documents": documents, "texts": texts,
            "words": [[w, str(i)] for w, i in made.word_index.items()],
            "counts": [[w, str(c)] for w, c in made.word_counts.items()],
            "sequences": found, "given": given, "back": made.sequences_to_texts(given),
            "matrices": {m: tensor(made.texts_to_matrix(texts, m).astype(np.float32))
                         for m in ["binary", "count", "freq", "tfidf"]},
        })
    write("tokenizer", cases)


def make():
    warnings.simplefilter("ignore")
    sequences()
    text_vectorization()
    lookups()
    hashes()
    tokenizer()


if __name__ == "__main__":
    for family in sys.argv[1:]:
        globals()[family]()
