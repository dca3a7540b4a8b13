# The Python twin of main.swift; scikit-learn has the digits.
from concurrent.futures import ThreadPoolExecutor

import keras
from keras import layers
from sklearn.datasets import load_digits

digits = load_digits()
x, y = digits.images[..., None].astype("float32") / 16, digits.target
x_train, y_train, x_test, y_test = x[:1500], y[:1500], x[1500:], y[1500:]


def train(units):
    model = keras.Sequential(
        [keras.Input((8, 8, 1)), layers.Flatten(), layers.Dense(units, activation="relu"), layers.Dense(10, activation="softmax")]
    )
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x_train, y_train, epochs=5, verbose=0)
    return model


train(64).save("digits.keras")
model = keras.models.load_model("digits.keras")
with ThreadPoolExecutor() as pool:
    requests = [pool.submit(model.predict_on_batch, x_test[i % 100][None]) for i in range(1_000)]
    print(*(int(request.result().argmax()) for request in requests))
print(*(train(units).evaluate(x_test, y_test, verbose=0)[1] for units in (32, 512)))
