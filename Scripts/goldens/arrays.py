"""How NumPy prints arrays, what its slices and masks take, and the element types of Keras's arithmetic."""

import common
import keras
import numpy as np
from common import Draw, tensor, write

TYPES = {"float32": np.float32, "int32": np.int32, "uint8": np.uint8, "bool": np.bool_}


def typed(array):
    array = np.asarray(array)
    return {**tensor(array), "dtype": str(array.dtype)}


def printing():
    draw = Draw("printing")
    arrays = {
        "vector": np.float32([1, 2, 3]),
        "matrix": np.float32([[1, 2.5], [-3, 100]]),
        "one number": np.float32([0.5]),
        "whole numbers": np.arange(12, dtype=np.int32).reshape(3, 4) - 5,
        "bytes": np.uint8([0, 7, 255]),
        "bools": np.array([True, False]),
        "thirds": np.float32([1, 2]) / np.float32(3),
        "special": np.float32([np.nan, np.inf, -np.inf, 1.5]),
        "special alone": np.float32([np.nan, -np.inf]),
        "large": np.float32([1e9, 1]),
        "small": np.float32([1e-5, 1]),
        "wide": np.float32([0.001, 12.5]),
        "zeros": np.zeros([2, 2], np.float32),
        "cube": draw.normal([2, 2, 3]),
        "four axes": draw.normal([2, 1, 2, 2]),
        "lines": draw.normal([30]),
        "cut": np.arange(2000, dtype=np.int32),
        "cut matrix": np.arange(4000, dtype=np.float32).reshape(50, 80),
        "cut floats": draw.normal([1001]),
        "empty": np.zeros([0], np.float32),
        "random": draw.generator.normal(size=[4, 5]).astype(np.float32),
        "thousands": draw.uniform([3, 3], -2000, 2000),
    }
    write("printing", [
        # Long arrays are told by their rule, not number by number.
        {"name": name, "array": {**typed(array.reshape(-1)[:0] if name in ("cut", "cut matrix") else array),
                                 "shape": list(array.shape)}, "text": str(array)}
        for name, array in arrays.items()
    ])


def slices():
    x = Draw("slices").integers([4, 5, 3], -99, 99)
    cases = {
        "[0]": x[0], "[-1]": x[-1], "[1, 2]": x[1, 2], "[1:3]": x[1:3], "[:2]": x[:2], "[2:]": x[2:],
        "[..., 0]": x[..., 0], "[0, ..., 1]": x[0, ..., 1], "[1:3, -2:]": x[1:3, -2:], "[:-1]": x[:-1],
        "[9:]": x[9:], "[newaxis]": x[np.newaxis], "[[2, 0, -1]]": x[[2, 0, -1]], "[x > 0]": x[x > 0],
        "[rows]": x[x[:, 0, 0] > 0],
    }
    write("slices", [{"name": name, "result": typed(result)} for name, result in cases.items()], x=tensor(x))


def promotion():
    a = {"float32": np.float32([1.5, -2, 0]), "int32": np.int32([7, -2, 3]), "uint8": np.uint8([7, 200, 3]),
         "bool": np.array([True, False, True])}
    operations = {"add": "add", "multiply": "multiply", "divide": "divide", "maximum": "maximum", "less": "less"}
    cases = []
    for operation, name in operations.items():
        for left in TYPES:
            for right in TYPES:
                if left == right == "bool" and operation != "divide":
                    continue  # TensorFlow has no kernel.
                result = np.asarray(getattr(keras.ops, name)(a[left], a[right][::-1].copy()))
                cases.append({"name": f"{operation}({left}, {right})", "result": typed(result)})
        for left in ("float32", "int32"):
            for number in (2, 0.5):
                result = np.asarray(getattr(keras.ops, name)(a[left], number))
                cases.append({"name": f"{operation}({left}, {number})", "result": typed(result)})
    write("promotion", cases)


def make():
    printing()
    slices()
    promotion()


if __name__ == "__main__":
    make()
    common.write_index()
