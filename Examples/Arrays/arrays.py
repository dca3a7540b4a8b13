# The Python twin of main.swift: NumPy and Keras's ops.
import keras
import numpy as np
from keras import ops

a = np.array([[1, 2, 3], [4, 5, 6]], "float32")
b = np.arange(6, dtype="int32").reshape(2, 3)
print(a)
print(a.shape, a.dtype, a.size)

rows = np.array([[1.5, 2.5], [3.5, 4.5]])
labels = np.array([0, 2, 1], "int32")
mask = np.array([True, False, True])

print(a[0], a[1, 2], a[-1], a[0:1], a[..., 0])
print(a * 2 + b, -a / 3, 1 - a, a**2)
print((a - a.mean(axis=0)) / (a.std(axis=0) + 1e-7))
print(a.sum(), a.max(axis=1), a.mean(axis=-1, keepdims=True), a.argmax(axis=-1))
print(a > 2, np.where(a > 2, a, 0), a[a > 2])
print(a.T, a @ a.T, np.einsum("ij,kj->ik", a, a))
print(np.concatenate([a, a], axis=0), np.stack([a, a]), ops.one_hot(labels, 3))

value = float(a[1, 2])
for row in a:
    print(row)
numbers = a.tolist()
noise = keras.random.normal([2, 3], seed=1)
np.save("noise.npy", noise)
print(np.array_equal(np.load("noise.npy"), noise))

try:
    a + np.zeros([5])
except ValueError as error:
    print(error)
