# The Python twin of main.swift, on TensorFlow.
import keras
import tensorflow as tf
from keras import layers, ops


class VariationalAutoencoder(keras.Model):
    def __init__(self, encoder, decoder):
        super().__init__()
        self.encoder, self.decoder = encoder, decoder
        self.total, self.divergence = keras.metrics.Mean(name="loss"), keras.metrics.Mean(name="kl_loss")

    def call(self, x):
        return self.decoder(self.sample(self.encoder(x)))

    def sample(self, codes):
        return codes[0] + ops.exp(0.5 * codes[1]) * keras.random.normal(ops.shape(codes[0]))

    def train_step(self, x):
        with tf.GradientTape() as tape:
            codes = self.encoder(x)
            mean, log_variance = codes
            crossentropy = keras.losses.binary_crossentropy(x, self.decoder(self.sample(codes)))
            reconstruction = ops.mean(ops.sum(crossentropy, axis=(1, 2)))
            kl = ops.mean(ops.sum(-0.5 * (1 + log_variance - mean**2 - ops.exp(log_variance)), axis=1))
            self.divergence.update_state(kl)
            loss = reconstruction + kl
        gradients = tape.gradient(loss, self.trainable_weights)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_weights))
        self.total.update_state(loss)
        return {"loss": self.total.result(), "kl_loss": self.divergence.result()}


image = keras.Input((28, 28, 1))
hidden = layers.Dense(256, activation="relu")(layers.Flatten()(image))
encoder = keras.Model(image, [layers.Dense(2)(hidden), layers.Dense(2)(hidden)])
decoder = keras.Sequential(
    [
        keras.Input((2,)),
        layers.Dense(256, activation="relu"),
        layers.Dense(784, activation="sigmoid"),
        layers.Reshape((28, 28, 1)),
    ]
)
model = VariationalAutoencoder(encoder, decoder)
model.compile(optimizer=keras.optimizers.Adam(1e-3))
(x_train, _), _ = keras.datasets.mnist.load_data()
model.fit(x_train[..., None].astype("float32") / 255, epochs=3, batch_size=128)
for digit in decoder.predict(keras.random.normal((3, 2), seed=7)):
    for row in digit[..., 0]:
        print("".join("#" if pixel > 0.5 else "." for pixel in row))
