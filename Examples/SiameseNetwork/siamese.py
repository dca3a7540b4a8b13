# The Python twin of main.swift; scikit-learn has the digits, [8, 8] here.
import keras
import numpy as np
from keras import layers, ops
from sklearn.datasets import load_digits

tower = keras.Sequential(
    [
        keras.Input((28, 28, 1)),
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Flatten(),
        layers.Dense(64),
    ]
)
left, right = keras.Input((28, 28, 1)), keras.Input((28, 28, 1))
distance = ops.sqrt(ops.sum((tower(left) - tower(right)) ** 2, axis=-1, keepdims=True) + 1e-7)
model = keras.Model(inputs=[left, right], outputs=distance)


def contrastive(same, distance):
    return ops.mean(same * distance**2 + (1 - same) * ops.maximum(1 - distance, 0) ** 2, axis=-1)


model.compile(optimizer="adam", loss=contrastive)
digits = load_digits()
x = np.asarray(ops.image.resize(digits.images[..., None] / 16, (28, 28)), "float32")
order = np.random.default_rng(1).permutation(len(x))
same = (digits.target == digits.target[order]).astype("float32")
model.fit([x, x[order]], same, epochs=2)
tower.trainable = False
print(tower.predict(x[:2]))
