#!/usr/bin/env python3
"""Reads graphs of operations that Keratin wrote with real Keras. usage: operations_in_keras.py FOLDER

FOLDER holds what the tests `OperationTests` write with KERATIN_OPERATIONS_OUT=FOLDER: N.json for case N of the golden files
`operations.json` and, behind these, `tensor_functions.json`. Keras must compute what it computed from its own configuration. Ends with code 1 otherwise.
"""
import json
import os
import sys
import warnings

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1")
import keras
import numpy as np

warnings.filterwarnings("ignore")
here = os.path.dirname(os.path.abspath(__file__))
folder = os.path.join(here, "../../Tests/KeratinLayersTests/Goldens")
cases = [
    case for family in ["operations", "tensor_functions"]
    for case in json.load(open(os.path.join(folder, family + ".json")))["cases"]
]


# What Keras 3.15.1 does not compute from its own configuration either: the method of a quantile is dropped, arguments are mixed up, sizes
# must be tuples.
OWN_MISTAKES = ["conv_transpose", "adaptive_average_pool", "adaptive_max_pool"] + [
    f"quantile, {method}" for method in ["lower", "higher", "midpoint", "nearest"]]


def array(golden):
    return np.array([float(v) for v in golden["values"]]).reshape(golden["shape"]).astype(golden["dtype"])


failed = 0
for index, case in enumerate(cases):
    try:
        model = keras.models.model_from_json(open(os.path.join(sys.argv[1], f"{index}.json")).read())
        inputs = [array(x) for x in case["inputs"]]
        results = model(inputs if len(inputs) > 1 else inputs[0])
        results = results if isinstance(results, (list, tuple)) else [results]
        for result, golden in zip(results, case["outputs"]):
            np.testing.assert_allclose(np.asarray(result).astype("float32"), array(golden), rtol=1e-5, atol=1e-6)
    except Exception as error:
        failed += case["name"].split(", more")[0] not in OWN_MISTAKES
        print(f"{case['name']}: {str(error).strip().splitlines()[0]}")
print(f"{len(cases) - failed} of {len(cases)} graphs compute the same")
sys.exit(failed > 0)
