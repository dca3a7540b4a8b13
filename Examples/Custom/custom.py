# The Python twin of main.swift.
import keras
import numpy as np
from keras import layers, ops


@keras.saving.register_keras_serializable()
class Linear(layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units

    def build(self, input_shape):
        self.kernel = self.add_weight(name="kernel", shape=(input_shape[-1], self.units), initializer="glorot_uniform")
        self.bias = self.add_weight(name="bias", shape=(self.units,), initializer="zeros")

    def call(self, x):
        return ops.matmul(x, self.kernel) + self.bias

    def get_config(self):
        return {**super().get_config(), "units": self.units}


@keras.saving.register_keras_serializable()
def swish(x):
    return x * ops.sigmoid(x)


@keras.saving.register_keras_serializable()
def log_cosh(truth, prediction):
    return ops.mean(ops.log(ops.cosh(prediction - truth)), axis=-1)


@keras.saving.register_keras_serializable()
class WithinTen(keras.metrics.Metric):
    def __init__(self, name="within_ten", **kwargs):
        super().__init__(name=name, **kwargs)
        self.hits = self.add_variable((), "zeros", name="hits")
        self.seen = self.add_variable((), "zeros", name="seen")

    def update_state(self, truth, prediction, sample_weight=None):
        hits = ops.cast(ops.abs(prediction - truth) < 10, "float32")
        self.hits.assign_add(ops.sum(hits))
        self.seen.assign_add(ops.sum(ops.ones_like(hits)))

    def result(self):
        return self.hits / self.seen


x = np.random.default_rng(1).normal(size=(256, 4)).astype("float32")
y = x.sum(axis=-1, keepdims=True)
model = keras.Sequential([keras.Input((4,)), Linear(16), layers.Activation(swish), Linear(1)])
schedule = keras.optimizers.schedules.ExponentialDecay(0.01, decay_steps=100, decay_rate=0.9)
model.compile(optimizer=keras.optimizers.Adam(schedule), loss=log_cosh, metrics=[WithinTen()])
model.fit(x, y, epochs=5, sample_weight=np.ones(256))
model.save("custom.keras")
again = keras.models.load_model("custom.keras")
again.fit(x, y, epochs=10, initial_epoch=5)
