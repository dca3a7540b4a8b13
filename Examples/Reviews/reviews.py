# The Python twin of main.swift, on TensorFlow; the reviews as they were written lie in the folder of `keras.utils.get_file`.
import pathlib

import keras
import numpy as np
import tensorflow as tf
from keras import layers

archive = keras.utils.get_file(
    "aclImdb_v1.tar.gz", "https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz", extract=True
)
root = next(pathlib.Path(archive).rglob("aclImdb"))


def load(part):
    texts, y = [], []
    for label, name in enumerate(["neg", "pos"]):
        for path in sorted((root / part / name).glob("*.txt")):
            texts.append(path.read_text())
            y.append(label)
    order = np.random.default_rng(1).permutation(len(texts))
    return [texts[i] for i in order], np.array(y)[order]


(train_texts, y_train), (test_texts, y_test) = load("train"), load("test")
vectorize = layers.TextVectorization(max_tokens=20_000, output_sequence_length=200)
vectorize.adapt(train_texts)

model = keras.Sequential(
    [
        layers.Embedding(20_000, 64, mask_zero=True),
        layers.Bidirectional(layers.LSTM(32, dropout=0.2)),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="binary_crossentropy", metrics=["accuracy"])
model.fit(vectorize(train_texts), y_train, batch_size=64, epochs=2, validation_split=0.2)
print(model.evaluate(vectorize(test_texts), y_test))

end_to_end = keras.Sequential([keras.Input((1,), dtype="string"), vectorize, model])
end_to_end.save("reviews.keras")
loaded = keras.models.load_model("reviews.keras")
print(loaded.predict(tf.constant([["A film to see twice"], ["Two hours that I will not get back"]])))
