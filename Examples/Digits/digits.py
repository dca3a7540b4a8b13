# The Python twin of main.swift.
import keras
from keras import layers

(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x = x_train[..., None] / 255
model = keras.Sequential(
    [
        keras.Input((28, 28, 1)),
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Conv2D(64, 3, activation="relu", padding="same"),
        layers.GlobalAveragePooling2D(),
        layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ]
)
model.summary()
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y_train, batch_size=128, epochs=3, validation_split=0.1)
print(history.history["val_accuracy"][-1])

score = model.evaluate(x_test[..., None] / 255, y_test, verbose=0)
print("loss", score[0], "accuracy", score[1])
answers = model.predict(x_test[:8, ..., None] / 255).argmax(axis=-1)
print(answers, y_test[:8], (answers == y_test[:8]).mean())
model.save("digits.keras")
