# The Python twin of main.swift.
import keras
import numpy as np
import pandas as pd
from keras import layers

table = pd.read_csv("houses.csv")
x = table[["rooms", "age", "distance"]].to_numpy("float32")
y = table["price"].to_numpy("float32")


def make_model():
    normalize = layers.Normalization()
    normalize.adapt(x)
    model = keras.Sequential(
        [normalize, layers.Dense(64, activation="relu"), layers.Dense(64, activation="relu"), layers.Dense(1)]
    )
    model.compile(optimizer=keras.optimizers.RMSprop(learning_rate=1e-3), loss="mse", metrics=["mae"])
    return model


errors = []
fold = x.shape[0] // 4
for k in range(4):
    held = slice(k * fold, (k + 1) * fold)
    train_x = np.concatenate([x[: held.start], x[held.stop :]])
    train_y = np.concatenate([y[: held.start], y[held.stop :]])
    model = make_model()
    model.fit(train_x, train_y, batch_size=16, epochs=50, verbose=0)
    errors.append(model.evaluate(x[held], y[held], verbose=0, return_dict=True)["mae"])
print("mean absolute error", sum(errors) / 4)
