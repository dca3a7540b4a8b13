# The same with Keras 3; model_from_yaml was taken out of Keras in 2021.
import keras
import numpy as np

x = np.random.default_rng(1).uniform(size=(64, 9)).astype("float32")
y = x.mean(axis=-1, keepdims=True)
model = keras.Sequential([keras.Input((9,)), keras.layers.Dense(16, activation="relu"), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
model.fit(x, y, epochs=5, verbose=0)
expected = model.predict(x, verbose=0)

model.save("trained_model.h5")
# Keras 3.15 does not know the loss "mse" of its own .h5 files again.
model = keras.models.load_model("trained_model.h5", compile=False)
print("trained_model.h5 differs by", abs(model.predict(x, verbose=0) - expected).max())

json_string = model.to_json()
model.save_weights("weights.weights.h5")

model = keras.models.model_from_json(json_string)
model.load_weights("weights.weights.h5")
print("JSON and weights.h5 differ by", abs(model.predict(x, verbose=0) - expected).max())

model.save("full_model.keras")
model = keras.models.load_model("full_model.keras")
model.save_weights("large.weights.json", max_shard_size=0.01)
model.load_weights("large.weights.json")
print("full_model.keras differs by", abs(model.predict(x, verbose=0) - expected).max())
