# The Python twin of main.swift, on TensorFlow; scikit-learn has the digits.
import keras
import numpy as np
import tensorflow as tf
from keras import layers
from sklearn.datasets import load_digits

digits = load_digits()
x, y = digits.images[..., None].astype("float32") / 16, digits.target
x_train, y_train, x_test, y_test = x[:1500], y[:1500], x[1500:], y[1500:]
model = keras.Sequential(
    [keras.Input((8, 8, 1)), layers.Flatten(), layers.Dense(64, activation="relu"), layers.Dropout(0.2), layers.Dense(10)]
)
optimizer = keras.optimizers.SGD(learning_rate=0.1, momentum=0.9)
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
accuracy = keras.metrics.SparseCategoricalAccuracy()

for epoch in range(1, 6):
    accuracy.reset_state()
    for x, y in tf.data.Dataset.from_tensor_slices((x_train, y_train)).shuffle(1500, seed=epoch).batch(64):
        with tf.GradientTape() as tape:
            logits = model(x, training=True)
            accuracy.update_state(y, logits)
            value = loss(y, logits)
        gradients = tape.gradient(value, model.trainable_weights)
        gradients = [tf.clip_by_value(gradient, -1, 1) for gradient in gradients]
        optimizer.apply_gradients(zip(gradients, model.trainable_weights))
        if np.isnan(value):
            print("the loss became NaN")
            break
    print("epoch", epoch, "accuracy", float(accuracy.result()))
print((np.argmax(model(x_test), axis=-1) == y_test).mean())
