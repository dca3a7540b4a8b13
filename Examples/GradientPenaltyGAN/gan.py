# The Python twin of main.swift, on TensorFlow.
import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

generator = keras.Sequential(
    [
        keras.Input((64,)),
        layers.Dense(7 * 7 * 64, activation="relu"),
        layers.Reshape((7, 7, 64)),
        layers.Conv2DTranspose(32, 4, strides=2, padding="same", activation="relu"),
        layers.Conv2DTranspose(1, 4, strides=2, padding="same", activation="sigmoid"),
    ]
)
critic = keras.Sequential(
    [
        keras.Input((28, 28, 1)),
        layers.Conv2D(32, 5, strides=2, padding="same"),
        layers.LeakyReLU(0.2),
        layers.Conv2D(64, 5, strides=2, padding="same"),
        layers.LeakyReLU(0.2),
        layers.Flatten(),
        layers.Dense(1),
    ]
)
critic_optimizer = keras.optimizers.Adam(1e-4, beta_1=0.5)
generator_optimizer = keras.optimizers.Adam(1e-4, beta_1=0.5)


@tf.function
def step(real):
    count = tf.shape(real)[0]
    with tf.GradientTape() as tape:
        fake = generator(keras.random.normal((count, 64)), training=True)
        mix = keras.random.uniform((count, 1, 1, 1))
        between = mix * real + (1 - mix) * fake
        with tf.GradientTape() as inner:
            inner.watch(between)
            score = critic(between, training=True)
        slope = inner.gradient(score, between)
        norm = ops.sqrt(ops.sum(slope**2, axis=(1, 2, 3)) + 1e-12)
        critic_loss = ops.mean(critic(fake)) - ops.mean(critic(real)) + 10 * ops.mean((norm - 1) ** 2)
    gradients = tape.gradient(critic_loss, critic.trainable_weights)
    critic_optimizer.apply_gradients(zip(gradients, critic.trainable_weights))
    with tf.GradientTape() as tape:
        generator_loss = -ops.mean(critic(generator(keras.random.normal((count, 64)), training=True)))
    gradients = tape.gradient(generator_loss, generator.trainable_weights)
    generator_optimizer.apply_gradients(zip(gradients, generator.trainable_weights))
    return critic_loss, generator_loss


(x_train, _), _ = keras.datasets.mnist.load_data()
x = x_train[..., None].astype("float32") / 255
for epoch in (1, 2):
    for batch in tf.data.Dataset.from_tensor_slices(x).shuffle(len(x), seed=1).batch(64):
        critic_loss, generator_loss = step(batch)
        print("epoch", epoch, "critic", float(critic_loss), "generator", float(generator_loss))
    np.save(f"epoch-{epoch}.npy", generator.predict(keras.random.normal((16, 64), seed=7)))
