# The Python twin of main.swift.
import keras
from keras import layers, ops


class TransformerBlock(layers.Layer):
    def __init__(self, width, heads, **kwargs):
        super().__init__(**kwargs)
        self.attention = layers.MultiHeadAttention(num_heads=heads, key_dim=width // heads)
        self.dense = keras.Sequential([layers.Dense(4 * width, activation="gelu"), layers.Dense(width)])
        self.first, self.second = layers.LayerNormalization(), layers.LayerNormalization()
        self.dropout = layers.Dropout(0.1)

    def call(self, x):
        attended = self.first(x + self.attention(x, x, use_causal_mask=True))
        return self.second(attended + self.dropout(self.dense(attended)))


tokens = keras.Input((64,), dtype="int32")
x = layers.Embedding(20_000, 128, mask_zero=True)(tokens) + layers.Embedding(64, 128)(ops.arange(64))
for _ in range(2):
    x = TransformerBlock(128, heads=4)(x)
model = keras.Model(tokens, layers.Dense(1, activation="sigmoid")(layers.GlobalAveragePooling1D()(x)))

(x_train, y_train), (x_test, y_test) = keras.datasets.imdb.load_data(num_words=20_000)
x_train = keras.utils.pad_sequences(x_train, maxlen=64)
x_test = keras.utils.pad_sequences(x_test, maxlen=64)
optimizer = keras.optimizers.AdamW(learning_rate=3e-4, weight_decay=0.01)
model.compile(optimizer=optimizer, loss="binary_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, batch_size=64, epochs=5, validation_data=(x_test, y_test))
