"""Metrics as objects: several updates, with and without weights and masks, then the result."""

from common import *

M = keras.metrics


def case(name, metric, updates):
    """An update: values, or labels and predictions; then weights or None; then a mask or None."""
    rows = []
    for arguments, weight, mask in updates:
        # A tensor of its own may carry a mask.
        tensors = [tf.identity(a) for a in arguments]
        if mask is not None:
            keras.src.backend.set_keras_mask(tensors[-1], tf.constant(mask))
        metric.update_state(*tensors, sample_weight=weight)
        row = {"arguments": [tensor(a) for a in arguments]}
        if weight is not None:
            row["sample_weight"] = tensor(weight)
        if mask is not None:
            row["mask"] = tensor(mask.astype(np.int32))
        rows.append(row)
    return {
        "name": name, "metric": keras.saving.serialize_keras_object(metric), "updates": rows,
        "result": tensor(np.asarray(metric.result(), np.float32)),
    }


def make():
    draw = Draw("running metrics")
    cases = []
    for make_metric in [M.Mean, M.Sum, lambda: M.Mean(name="average")]:
        def add(label, *updates):
            metric = make_metric()
            cases.append(case(f"{metric.name} {label}", metric, [u + (None,) * (3 - len(u)) for u in updates]))

        add("of nothing")
        add("vectors", ([draw.normal(5)],), ([draw.normal(3)],))
        add("scalars", ([draw.normal(())],), ([draw.normal(())],))
        add("scalars with a count", ([draw.normal(())], np.float32(4)), ([draw.normal(())], np.float32(3)))
        add("integers", ([draw.integers((4,), -9, 9)],))
        add("rank 3", ([draw.normal((2, 3, 4))],), ([draw.normal((1, 3, 4))],))
        add("weights", ([draw.normal(5)], draw.uniform(5, 0, 2)), ([draw.normal(3)],))
        add("a weight a sample", ([draw.normal((4, 3))], draw.uniform(4, 0, 2)))
        add("a weight a value", ([draw.normal((4, 3))], draw.uniform((4, 3), 0, 2)))
        add("a column of weights", ([draw.normal((4, 3))], draw.uniform((4, 1), 0, 2)))
        add("one weight for a vector", ([draw.normal(4)], np.float32(2)))
        add("rank 3, weights of rank 2", ([draw.normal((2, 3, 4))], draw.uniform((2, 3), 0, 2)))
        add("weights of zero", ([draw.normal(3)], np.zeros(3, np.float32)))
        mask = draw.integers((3, 4), 0, 2).astype(bool)
        add("mask without weights", ([draw.normal((3, 4))], None, mask))
        add("mask and weights", ([draw.normal((3, 4))], draw.uniform((3, 4), 0, 2), mask))

    def pair(count):
        return [draw.integers((count, 3), 0, 2).astype(np.float32), draw.uniform((count, 3), 0.02, 0.98)]

    for metric in [M.BinaryAccuracy(), M.AUC(num_thresholds=20), M.F1Score(threshold=0.5), M.RootMeanSquaredError(), M.R2Score()]:
        cases.append(case(f"{metric.name} of batches", metric,
                          [(pair(5), None, None), (pair(2), draw.uniform(2, 0.5, 2), None)]))
    write("running_metrics", cases)


if __name__ == "__main__":
    make()
