"""Small models through fit with everything that an optimizer, a weight or a loss can be told. Models, losses and
optimizers are Keras's own configurations."""

from common import *
from training import blobs

L = keras.layers
O = keras.optimizers
D = O.schedules
R = keras.regularizers
C = keras.constraints


def case(name, layers, x, y, loss, optimizer, batch_size=6, epochs=5):
    keras.utils.clear_session()
    draw = Draw("options " + name)
    model = keras.Sequential([keras.Input(x.shape[1:])] + layers)
    config = keras.saving.serialize_keras_object(optimizer)
    model.compile(optimizer=optimizer, loss=loss)
    randomize(model, draw, 0.4)
    initial = [tensor(w) for w in model.get_weights()]
    losses = []

    class Record(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch, logs=None):
            model.reset_metrics()

        def on_train_batch_end(self, batch, logs=None):
            losses.append(number(logs["loss"]))

    model.fit(x, y, batch_size=batch_size, epochs=epochs, shuffle=False, verbose=0, callbacks=[Record()])
    return {
        "name": name, "layers": [keras.saving.serialize_keras_object(l) for l in layers], "input_shape": list(x.shape[1:]),
        "loss": loss if isinstance(loss, str) else keras.losses.serialize(loss), "optimizer": config, "batch_size": batch_size,
        "epochs": epochs, "x": tensor(x), "y": tensor(y), "initial_weights": initial, "batch_losses": losses,
        "final_weights": [tensor(w) for w in model.get_weights()],
        "variables": [tensor(np.asarray(v.numpy())) for v in optimizer.variables],
    }


def make():
    draw = Draw("training options")
    x = draw.normal((22, 4))
    y = np.round((x @ draw.normal((4, 2)) + 0.1 * draw.normal((22, 2))), 3).astype(np.float32)
    bx, labels = blobs(draw, 22, (5,), 3)
    hot = np.eye(3, dtype=np.float32)[labels]
    dense = lambda *a, **k: L.Dense(*a, **k)
    cases = [
        case("clipnorm, momentum", [dense(5, activation="tanh"), dense(2)], x, y, "mse", O.SGD(0.1, momentum=0.5, clipnorm=0.3)),
        case("clipvalue, rmsprop", [dense(5, activation="mish"), dense(2)], x, y, "mae", O.RMSprop(0.02, clipvalue=0.05)),
        case("global clipnorm, adam", [dense(5, activation="selu"), dense(2)], x, y, keras.losses.Huber(), O.Adam(0.05, global_clipnorm=0.2)),
        case("average, adam", [dense(5, activation="hard_silu"), dense(2)], x, y, "log_cosh", O.Adam(0.05, use_ema=True, ema_momentum=0.9)),
        case("average overwrites, sgd", [dense(5, activation="softsign"), dense(2)], x, y, "mse",
             O.SGD(0.1, use_ema=True, ema_momentum=0.7, ema_overwrite_frequency=4)),
        case("accumulation, adamw, schedule", [dense(6, activation="leaky_relu"), dense(3, activation="softmax")], bx, hot,
             "categorical_crossentropy", O.AdamW(D.ExponentialDecay(0.1, 4, 0.8), weight_decay=0.05, gradient_accumulation_steps=3)),
        case("l1, l2, orthogonal, nadam", [dense(6, activation="celu", kernel_regularizer=R.L1L2(0.01, 0.02), bias_regularizer="l2"),
                                           dense(3, activation="softmax", kernel_regularizer=R.OrthogonalRegularizer(0.1),
                                                 activity_regularizer=R.L2(0.01))],
             bx, labels, "sparse_categorical_crossentropy", O.Nadam(0.02)),
        case("constraints, adamax", [dense(6, activation="relu6", kernel_constraint=C.MaxNorm(0.8), bias_constraint="non_neg"),
                                     dense(3, activation="softmax", kernel_constraint=C.UnitNorm(axis=1))],
             bx, hot, keras.losses.CategoricalFocalCrossentropy(), O.Adamax(0.05)),
        case("constraints, average, lamb", [dense(4, activation="gelu", kernel_constraint=C.MinMaxNorm(0.3, 0.9, 0.5)), dense(2)], x, y,
             "mse", O.Lamb(0.05, use_ema=True, ema_momentum=0.5, ema_overwrite_frequency=3)),
        case("adafactor, schedule", [dense(6, activation="silu"), dense(3)], bx, labels,
             keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=1),
             O.Adafactor(D.CosineDecay(0.1, 15, warmup_target=0.2, warmup_steps=4))),
        case("muon, weight decay", [dense(6, activation="softplus"), dense(5, activation="tanh"), dense(2)], x, y, "mse",
             O.Muon(0.02, weight_decay=0.1)),
        case("ftrl, hinge", [dense(3, activation="tanh")], bx, hot, "hinge", O.Ftrl(0.2, l1_regularization_strength=0.01)),
        case("adagrad, cosine similarity", [dense(6, activation="elu"), dense(3)], bx, hot, keras.losses.CosineSimilarity(), O.Adagrad(0.1)),
        case("adadelta, poisson", [dense(6, activation="tanh"), dense(2, activation="exponential")], x, np.abs(y), "poisson", O.Adadelta(1.0)),
        case("lion, dice", [dense(6, activation="squareplus"), dense(3, activation="sigmoid")], bx, hot, keras.losses.Dice(), O.Lion(0.01)),
    ]
    write("training_options", cases)


if __name__ == "__main__":
    make()
