# The Python twin of main.swift: Keras, scikit-learn and Matplotlib.
import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers
from sklearn.datasets import make_moons

x, y = make_moons(1_000, noise=0.1, random_state=0)
model = keras.Sequential(
    [
        keras.Input((2,)),
        layers.Dense(4, activation="tanh"),
        layers.Dense(2, activation="tanh"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=100, verbose=0, validation_split=0.2)

figure, panels = plt.subplots(1, 2, figsize=(9, 3))
for panel, name in zip(panels, ["loss", "accuracy"]):
    panel.plot(history.epoch, history.history[name], label="training")
    panel.plot(history.epoch, history.history["val_" + name], label="validation")
    panel.set_title(name)
    panel.legend()
figure.savefig("history.svg")

figure, panel = plt.subplots()
low, high = x.min(axis=0) - 0.3, x.max(axis=0) + 0.3
grid = np.meshgrid(np.linspace(low[0], high[0], 100), np.linspace(low[1], high[1], 100))
places = np.stack([side.ravel() for side in grid], axis=-1)
probabilities = model.predict(places, verbose=0).reshape(grid[0].shape)
panel.contourf(*grid, probabilities, levels=10, cmap="RdBu_r")
panel.scatter(*x.T, c=y, cmap="coolwarm", s=5)
figure.savefig("moons.svg")

print({name: values[-1] for name, values in history.history.items()})
optimizers = {
    "sgd": keras.optimizers.SGD(0.1),
    "adam": keras.optimizers.Adam(0.01),
    "nadam": keras.optimizers.Nadam(),
    "rmsprop": keras.optimizers.RMSprop(),
}
for name, optimizer in optimizers.items():
    copy = keras.models.clone_model(model)
    copy.compile(optimizer=optimizer, loss="binary_crossentropy")
    print(name, copy.fit(x, y, epochs=20, verbose=0).history["loss"][-1])
