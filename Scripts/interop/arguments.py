#!/usr/bin/env python3
"""Whether losses and metrics keep their arguments through the tool, and Keras reads what it writes.

usage: arguments.py KERATIN

Keras writes a small model for each loss and metric with arguments of its own; `keratin convert` reads and writes it; what Keras
wrote into the compile_config must be there again, and Keras must load it and evaluate the same numbers as before.
"""
import json, os, subprocess, sys, tempfile, zipfile

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1", KERAS_BACKEND="tensorflow")
import keras
import numpy as np

K, L, M = keras, keras.losses, keras.metrics
LOSSES = [
    L.CosineSimilarity(axis=0), L.Huber(delta=0.3), L.LogCosh(reduction="sum"), L.BinaryCrossentropy(label_smoothing=0.2),
    L.BinaryFocalCrossentropy(apply_class_balancing=True, alpha=0.4, gamma=3.0),
    L.CategoricalCrossentropy(label_smoothing=0.1), L.CategoricalFocalCrossentropy(alpha=[0.1, 0.2, 0.7], gamma=1.0),
    L.CategoricalFocalCrossentropy(alpha=0.5), L.Tversky(alpha=0.2, beta=0.9, axis=[1]), L.Dice(axis=[1]),
    L.MeanSquaredError(reduction=None), L.MeanAbsoluteError(reduction="mean_with_sample_weight", name="mine"),
]
METRICS = [
    M.BinaryAccuracy(threshold=0.15), M.TopKCategoricalAccuracy(k=1), M.BinaryCrossentropy(label_smoothing=0.1),
    M.CategoricalCrossentropy(label_smoothing=0.1), M.CosineSimilarity(axis=0), M.PearsonCorrelation(axis=0),
    M.ConcordanceCorrelation(axis=0), M.R2Score(class_aggregation=None, num_regressors=0),
    M.TruePositives(thresholds=[0.2, 0.6]), M.Precision(thresholds=[0.25], top_k=2, class_id=2), M.Recall(thresholds=[0.25, 0.6]),
    M.SensitivityAtSpecificity(0.8, num_thresholds=4, class_id=1), M.PrecisionAtRecall(0.8, num_thresholds=4),
    M.AUC(num_thresholds=7, curve="PR", summation_method="minoring"), M.AUC(thresholds=[0.2, 0.4], multi_label=True),
    M.FBetaScore(average="weighted", beta=2.0, threshold=0.15), M.F1Score(threshold=0.15), M.BinaryIoU([1], threshold=0.25),
    M.OneHotIoU(3, [1, 2]), M.OneHotMeanIoU(3, ignore_class=0), L.huber, L.cosine_similarity, L.Huber(delta=0.3),
    L.CategoricalCrossentropy(label_smoothing=0.3), L.MeanSquaredError(reduction=None, name="each"),
    M.MeanMetricWrapper(L.huber, name="wrapped", delta=0.2), M.MeanMetricWrapper(L.MeanAbsoluteError(), name="object"), "mse",
]
X = np.array([[0.1, 0.7, 0.2], [0.5, 0.2, 0.3], [0.2, 0.3, 0.5], [0.3, 0.5, 0.2]], "f4")
Y = np.array([[0, 1, 0], [1, 0, 0], [1, 0, 0], [0, 0, 1]], "f4")


def config(path):
    return json.loads(zipfile.ZipFile(path).read("config.json"))


# Arguments that Keras 3.15 does not write; it reads them.
FORGOTTEN = {"Huber": {"delta": 0.3}, "CosineSimilarity": {"axis": 0}}


def complete(path):
    def fill(node):
        if isinstance(node, dict):
            for key, value in FORGOTTEN.get(node.get("class_name"), {}).items():
                node["config"][key] = value
            for part in node.values():
                fill(part)
        elif isinstance(node, list):
            for part in node:
                fill(part)
    entries = {name: zipfile.ZipFile(path).read(name) for name in zipfile.ZipFile(path).namelist()}
    whole = json.loads(entries["config.json"])
    fill(whole["compile_config"])
    entries["config.json"] = json.dumps(whole).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in entries.items():
            archive.writestr(name, data)


def says(ours, keras):
    """Whether all of Keras's keys are there with equal values; a list of one axis may be the axis."""
    if isinstance(keras, dict):
        return isinstance(ours, dict) and all(key in ours and says(ours[key], value) for key, value in keras.items())
    if isinstance(keras, list) and isinstance(ours, list):
        return len(ours) == len(keras) and all(map(says, ours, keras))
    return ours == keras or keras in ([], [ours]) and ours in (None, *(keras or []))


def flat(figures):
    return {k: np.atleast_1d(np.asarray(v, "f8")) for k, v in figures.items()}


def check(tool, loss, metrics, folder):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Identity()])
    model.compile("sgd", loss, metrics=metrics)
    want = flat(model.evaluate(X, Y, verbose=0, return_dict=True, batch_size=3))
    before, after = f"{folder}/before.keras", f"{folder}/after.keras"
    model.save(before)
    complete(before)
    run = subprocess.run([tool, "convert", before, after], capture_output=True, text=True)
    if run.returncode:
        return run.stderr.strip().splitlines()[-1]
    old, new = config(before)["compile_config"], config(after)["compile_config"]
    for part in ("loss", "metrics"):
        if not says(new[part], old[part]):
            return f"{part}: {old[part]} became {new[part]}"
    got = flat(keras.models.load_model(after).evaluate(X, Y, verbose=0, return_dict=True, batch_size=3))
    run = subprocess.run(
        [tool, "evaluate", after, "--x", f"{folder}/x.npy", "--y", f"{folder}/y.npy", "--json", "--batch-size", "3"],
        capture_output=True, text=True)
    if run.returncode:
        return run.stderr.strip().splitlines()[-1]
    ours = flat(json.loads(run.stdout))
    for what, figures in (("Keras", got), ("the tool", ours)):
        if figures.keys() != want.keys():
            return f"{what} names {sorted(figures)} for {sorted(want)}"
        for name, value in want.items():
            if figures[name].shape != value.shape or not np.allclose(figures[name], value, 1e-5, 1e-6, equal_nan=True):
                return f"{what}: {name} is {figures[name]} for {value}"
    return None


def main(tool):
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        np.save(f"{folder}/x.npy", X)
        np.save(f"{folder}/y.npy", Y)
        cases = [(loss, []) for loss in LOSSES] + [("mse", [metric]) for metric in METRICS]
        for loss, metrics in cases:
            fault = check(tool, loss, metrics, folder)
            if fault:
                wrong += 1
                print(f"{getattr(loss, 'name', loss)} {[getattr(m, 'name', m) for m in metrics]}: {fault}")
    print(f"{len(cases) - wrong} of {len(cases)} right")
    return wrong > 0


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1])))
