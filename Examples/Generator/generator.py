"""The same with Keras, on train.csv and test.csv beside it."""

import csv

import keras
import numpy as np


def measurements(path):
    while True:
        with open(path, newline="") as file:
            rows = []
            for row in csv.DictReader(file):
                rows.append([float(row[name]) for name in ("a", "b", "c", "y")])
                if len(rows) == 64:
                    batch = np.array(rows, np.float32)
                    yield batch[:, :3], batch[:, 3:]
                    rows = []


class Beep(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if logs["val_loss"] < 0.01:
            self.model.stop_training = True
            print("\a")


model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(32, activation="relu"), keras.layers.Dense(1)])
model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="mse")
model.fit(
    measurements("train.csv"), epochs=50, steps_per_epoch=100,
    callbacks=[
        keras.callbacks.ModelCheckpoint("best.keras", monitor="val_loss", save_best_only=True),
        keras.callbacks.ReduceLROnPlateau(factor=0.5, patience=3),
        keras.callbacks.CSVLogger("log.csv"),
        keras.callbacks.BackupAndRestore("backup"),
        Beep(),
    ],
    validation_data=measurements("test.csv"), validation_steps=10)
