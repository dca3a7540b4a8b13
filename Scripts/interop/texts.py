"""Models of texts by real Keras, for the tests of Keratin's reader: files as base64, texts, and what Keras answers.

Writes Tests/KeratinIOTests/Fixtures/texts.json. Needs the environment of Scripts/interop/setup.sh.
"""
import base64
import json
import pathlib
import tempfile

import keras
import tensorflow as tf
from keras import layers

FIXTURES = pathlib.Path(__file__).resolve().parents[2] / "Tests/KeratinIOTests/Fixtures"
TEXTS = ["good film", "bad film", "good good", "bad bad film", "so good", "so bad"]
ASKED = ["good film", "so unheard of", "Bad, bad!", "good"]


def model(begins_with_input):
    vectorize = layers.TextVectorization(max_tokens=20, output_sequence_length=4)
    vectorize.adapt(TEXTS)
    body = keras.Sequential(
        [layers.Embedding(20, 3, mask_zero=True), layers.GlobalAveragePooling1D(), layers.Dense(1, activation="sigmoid")]
    )
    body.build((None, 4))
    stack = [vectorize, body]
    if begins_with_input:
        stack.insert(0, keras.Input((1,), dtype="string"))
    return keras.Sequential(stack)


keras.utils.set_random_seed(7)
cases = []
for begins_with_input in (True, False):
    made = model(begins_with_input)
    answers = made.predict(tf.constant([[text] for text in ASKED]), verbose=0).ravel()
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "texts.keras"
        made.save(path)
        cases.append(
            {
                "file": base64.b64encode(path.read_bytes()).decode(),
                "texts": ASKED,
                "answers": [float(answer) for answer in answers],
            }
        )
(FIXTURES / "texts.json").write_text(json.dumps(cases) + "\n")
