# The Python twin of main.swift.
import keras
import numpy as np
from keras import layers

title = keras.Input((20,), name="title", dtype="int32")
tags = keras.Input((12,), name="tags")
words = layers.LSTM(32)(layers.Embedding(1_000, 16)(title))
features = layers.Concatenate()([words, layers.Dense(16, activation="relu")(tags)])
priority = layers.Dense(1, activation="sigmoid", name="priority")(features)
department = layers.Dense(4, activation="softmax", name="department")(features)
model = keras.Model(inputs=[title, tags], outputs={"priority": priority, "department": department})

model.summary()
model.compile(
    optimizer="adam",
    loss={"priority": "mean_squared_error", "department": "categorical_crossentropy"},
    metrics={"department": ["accuracy"]},
    loss_weights={"priority": 1, "department": 0.2},
)
draw = np.random.default_rng(1)
x = {"title": draw.integers(0, 1_000, (512, 20)), "tags": draw.uniform(size=(512, 12))}
y = {"priority": draw.uniform(size=(512, 1)), "department": np.eye(4)[draw.integers(0, 4, 512)]}
model.fit(x, y, batch_size=32, epochs=2, validation_split=0.1)
answers = model.predict(x)
print(answers["priority"][:3], answers["department"][:3].argmax(axis=-1))

inside = keras.Model(inputs=model.inputs, outputs=model.get_layer("concatenate").output)
print(inside.predict(list(x.values())).shape)
