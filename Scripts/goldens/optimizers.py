"""Optimizers on fixed gradients: weights and the optimizer's own variables, by Keras's own configurations."""

from common import *

O = keras.optimizers
D = O.schedules
C = keras.constraints

SHAPES = [("kernel", (3, 2)), ("bias", (2,)), ("embedding_table", (2, 2))]


def optimizer_case(name, make, exclude=None, constraints=None, shapes=SHAPES, scale=1.0):
    draw = Draw("optimizer " + name)
    optimizer = make()
    config = keras.saving.serialize_keras_object(optimizer)
    initial = [draw.normal(shape) for _, shape in shapes]
    variables = [keras.Variable(value, name=label) for (label, _), value in zip(shapes, initial)]
    constraints = constraints or [None] * len(shapes)
    for variable, constraint in zip(variables, constraints):
        variable.constraint = constraint
    if exclude:
        optimizer.exclude_from_weight_decay(var_names=exclude)
    optimizer.build(variables)

    def state(step):
        return {
            "step": step, "weights": [tensor(v.numpy()) for v in variables],
            "variables": [{"name": v.name, **tensor(np.asarray(v.numpy()))} for v in optimizer.variables],
        }

    gradients, snapshots = [], [state(0)]
    for step in range(1, 21):
        step_gradients = [np.round(draw.normal(shape, scale), 2) for _, shape in shapes]
        if step % 5 == 0:
            step_gradients[1] *= 0
        if step == 7:
            step_gradients[0] *= 100
        gradients.append(np.concatenate([g.reshape(-1) for g in step_gradients]))
        optimizer.apply([tf.constant(g) for g in step_gradients], variables)
        if step in (2, 7, 20):
            snapshots.append(state(step))
    row = {
        "name": name, "optimizer": config, "names": [n for n, _ in shapes], "initial": [tensor(v) for v in initial],
        "constraints": [keras.saving.serialize_keras_object(c) if c else None for c in constraints],
        "gradients": tensor(np.stack(gradients)), "snapshots": snapshots,
    }
    if exclude:
        row["exclude_from_weight_decay"] = exclude
    return row


def make():
    cases = []
    add = lambda *a, **k: cases.append(optimizer_case(*a, **k))
    for name, build in [
        ("sgd", lambda: O.SGD()), ("sgd momentum", lambda: O.SGD(0.05, momentum=0.9)),
        ("sgd nesterov", lambda: O.SGD(0.05, momentum=0.9, nesterov=True)), ("rmsprop", lambda: O.RMSprop()),
        ("rmsprop momentum", lambda: O.RMSprop(0.01, rho=0.7, epsilon=1e-3, momentum=0.8)),
        ("rmsprop centered", lambda: O.RMSprop(0.01, centered=True)),
        ("rmsprop centered momentum", lambda: O.RMSprop(0.01, rho=0.8, momentum=0.5, centered=True)),
        ("adagrad", lambda: O.Adagrad()), ("adagrad rate", lambda: O.Adagrad(0.1, initial_accumulator_value=0.0, epsilon=1e-3)),
        ("adadelta", lambda: O.Adadelta()), ("adadelta rate", lambda: O.Adadelta(1.0, rho=0.8, epsilon=1e-4)),
        ("adam", lambda: O.Adam()), ("adam rates", lambda: O.Adam(0.05, beta_1=0.8, beta_2=0.95, epsilon=1e-3)),
        ("adam amsgrad", lambda: O.Adam(0.02, amsgrad=True)), ("adamw", lambda: O.AdamW(0.01)),
        ("adamw amsgrad", lambda: O.AdamW(0.02, weight_decay=0.1, amsgrad=True)), ("adamax", lambda: O.Adamax()),
        ("adamax rates", lambda: O.Adamax(0.02, beta_1=0.7, beta_2=0.9)), ("nadam", lambda: O.Nadam()),
        ("nadam rates", lambda: O.Nadam(0.02, beta_1=0.7, beta_2=0.9, epsilon=1e-4)), ("ftrl", lambda: O.Ftrl()),
        ("ftrl all", lambda: O.Ftrl(0.1, learning_rate_power=-0.7, initial_accumulator_value=0.2, l1_regularization_strength=0.05,
                                    l2_regularization_strength=0.02, l2_shrinkage_regularization_strength=0.01, beta=0.1)),
        ("lion", lambda: O.Lion()), ("lion rates", lambda: O.Lion(0.01, beta_1=0.8, beta_2=0.7)), ("lamb", lambda: O.Lamb()),
        ("lamb decay", lambda: O.Lamb(0.02, beta_1=0.8, beta_2=0.9, weight_decay=0.1)), ("adafactor", lambda: O.Adafactor()),
        ("adafactor rate", lambda: O.Adafactor(0.5, beta_2_decay=-0.6, epsilon_2=0.01, clip_threshold=0.7, relative_step=False)),
        ("muon", lambda: O.Muon()),
        ("muon all", lambda: O.Muon(0.02, exclude_layers=["ker"], exclude_embeddings=False, nesterov=False, momentum=0.8, ns_steps=3,
                                    rms_rate=None, weight_decay=0.1, adam_weight_decay=None, adam_lr_ratio=0.5)),
    ]:
        add(name, build)
    for name, shape in [("filters", (2, 2, 3, 4)), ("scalar", ())]:
        for build in [lambda: O.Adafactor(0.02), lambda: O.Lamb(0.02), lambda: O.Muon(0.02)]:
            add(f"{build().name.split('_')[0]} {name}", build, shapes=[("kernel", shape), ("bias", (4,))])

    add("weight decay", lambda: O.SGD(0.1, momentum=0.5, weight_decay=0.05))
    add("weight decay but for biases", lambda: O.Adam(0.02, weight_decay=0.2), exclude=["bias"])
    add("weight decay but for tables, lamb", lambda: O.Lamb(0.02, weight_decay=0.2), exclude=["table"])
    add("clipnorm", lambda: O.SGD(0.1, clipnorm=0.7))
    add("clipnorm adam", lambda: O.Adam(0.02, clipnorm=0.5))
    add("clipvalue", lambda: O.RMSprop(0.02, clipvalue=0.3))
    add("global clipnorm", lambda: O.SGD(0.1, momentum=0.9, global_clipnorm=1.5))
    add("global clipnorm lamb", lambda: O.Lamb(0.1, global_clipnorm=1.5))
    add("gradients of zero, clipnorm", lambda: O.SGD(0.1, clipnorm=0.7), scale=0.0)
    add("gradients of zero, global clipnorm", lambda: O.Adam(0.1, global_clipnorm=0.7), scale=0.0)
    add("average", lambda: O.SGD(0.1, use_ema=True, ema_momentum=0.8))
    add("average overwrites", lambda: O.Adam(0.05, use_ema=True, ema_momentum=0.5, ema_overwrite_frequency=3))
    add("average overwrites lamb", lambda: O.Lamb(0.05, use_ema=True, ema_momentum=0.5, ema_overwrite_frequency=2))
    add("accumulation", lambda: O.SGD(0.1, momentum=0.9, gradient_accumulation_steps=3))
    add("accumulation nadam", lambda: O.Nadam(0.05, gradient_accumulation_steps=2))
    add("accumulation lamb", lambda: O.Lamb(0.05, gradient_accumulation_steps=4, weight_decay=0.01))
    add("accumulation, everything", lambda: O.AdamW(
        D.ExponentialDecay(0.1, 5, 0.5), weight_decay=0.1, clipnorm=0.6, use_ema=True, ema_momentum=0.6, ema_overwrite_frequency=2,
        gradient_accumulation_steps=3), exclude=["bias"], constraints=[C.MaxNorm(1.0), None, C.UnitNorm(axis=1)])
    add("schedule", lambda: O.Adam(D.CosineDecay(0.1, 12, alpha=0.1, warmup_target=0.2, warmup_steps=4)))
    add("schedule of steps, decay", lambda: O.SGD(D.PiecewiseConstantDecay([3, 9], [0.1, 0.05, 0.01]), weight_decay=0.1))
    add("schedule adafactor", lambda: O.Adafactor(D.InverseTimeDecay(0.5, 3, 1.0)))
    add("constraints", lambda: O.SGD(0.5), constraints=[C.NonNeg(), C.NonNeg(), C.MinMaxNorm(0.5, 1.0, 0.5, axis=1)])
    add("constraints and average", lambda: O.Adam(0.1, use_ema=True, ema_momentum=0.5, ema_overwrite_frequency=4),
        constraints=[C.UnitNorm(), None, C.NonNeg()])
    write("optimizers", cases)


if __name__ == "__main__":
    make()
