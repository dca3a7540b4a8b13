"""What callbacks do: when each hook comes with what figures, and what each of Keras's callbacks makes of given figures.

Figures are powers of two and such, so that they are the same numbers in every precision."""

import os
import shutil
import tempfile
import warnings

from common import *
from common import write as write_golden

C = keras.callbacks


def tiny(metrics=("mae",), steps_per_execution=1):
    keras.utils.clear_session()
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, kernel_initializer="zeros")])
    model.compile(keras.optimizers.SGD(0.5), "mse", metrics=list(metrics), steps_per_execution=steps_per_execution)
    return model


def data(count):
    x = (np.arange(2 * count, dtype=np.float32).reshape(count, 2) % 5) / 4
    return x, (x[:, :1] - x[:, 1:]) / 2


class Record(C.Callback):
    """Every hook with its number and the names of its figures."""

    def __init__(self, stop=None):
        super().__init__()
        self.events = []
        self.stop = stop

    def note(self, hook, number, logs):
        names = sorted(k for k in (logs or {}) if k != "outputs")
        self.events.append([hook, -1 if number is None else int(number), names])
        if self.stop == (hook, number):
            self.model.stop_training = True


def hooked(hook, numbered):
    if numbered:
        return lambda self, number, logs=None: self.note(hook, number, logs)
    return lambda self, logs=None: self.note(hook, None, logs)


for name in ["train", "test", "predict"]:
    for end in ["begin", "end"]:
        setattr(Record, f"on_{name}_{end}", hooked(f"{name}_{end}", False))
        setattr(Record, f"on_{name}_batch_{end}", hooked(f"{name}_batch_{end}", True))
for end in ["begin", "end"]:
    setattr(Record, f"on_epoch_{end}", hooked(f"epoch_{end}", True))


def order_cases():
    cases = []

    def case(name, run, stop=None, steps_per_execution=1, **arguments):
        model = tiny(steps_per_execution=steps_per_execution)
        record = Record(stop)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            history = run(model, record)
        epochs = history.epoch if hasattr(history, "epoch") else []
        losses = [number(v) for v in history.history["loss"]] if epochs else []
        cases.append({
            "name": name, "events": record.events, "epochs": list(epochs), "losses": losses,
            "weights": [tensor(w) for w in model.get_weights()],
        })

    x, y = data(10)
    vx, vy = data(5)

    def fit(**options):
        return lambda model, record: model.fit(
            options.pop("x", x), options.pop("y", y), shuffle=False, verbose=0, callbacks=[record], **options)

    def batches(count, size=4):
        def generate():
            for start in range(0, count * size, size):
                rows = [i % 10 for i in range(start, start + size)]
                yield x[rows], y[rows]
        return generate

    def forever():
        step = 0
        while True:
            rows = [i % 10 for i in range(step, step + 4)]
            step += 4
            yield x[rows], y[rows]

    case("fit", fit(batch_size=4, epochs=2))
    case("fit with validation", fit(batch_size=4, epochs=3, validation_data=(vx, vy), validation_freq=2))
    case("fit with validation in listed epochs", fit(batch_size=5, epochs=3, validation_data=(vx, vy), validation_freq=[1, 3]))
    case("fit with a part for validation", fit(batch_size=4, epochs=1, validation_split=0.3, validation_batch_size=2))
    case("few steps of validation", fit(batch_size=5, epochs=1, validation_data=(x, y), validation_batch_size=2, validation_steps=2))
    case("later epochs", fit(batch_size=5, epochs=4, initial_epoch=2))
    case("several steps at a time", fit(batch_size=3, epochs=1, validation_data=(vx, vy)), steps_per_execution=2)
    case("stopped at a step", fit(batch_size=4, epochs=3, validation_data=(vx, vy)), stop=("train_batch_end", 1))
    case("stopped at an epoch", fit(batch_size=4, epochs=3), stop=("epoch_end", 0))
    case("steps of an epoch", fit(batch_size=3, epochs=3, steps_per_epoch=2))
    case("a generator", lambda model, record: model.fit(forever(), steps_per_epoch=3, epochs=2, verbose=0, callbacks=[record]))
    case("a generator with validation", lambda model, record: model.fit(
        forever(), steps_per_epoch=2, epochs=2, validation_data=forever(), validation_steps=1, verbose=0, callbacks=[record]))
    case("a generator that ends", lambda model, record: model.fit(batches(3)(), epochs=1, verbose=0, callbacks=[record]))
    case("evaluate", lambda model, record: model.evaluate(x, y, batch_size=4, verbose=0, callbacks=[record]))
    case("evaluate few steps", lambda model, record: model.evaluate(x, y, batch_size=4, verbose=0, steps=2, callbacks=[record]))
    case("predict", lambda model, record: model.predict(x, batch_size=4, verbose=0, callbacks=[record]))
    return cases


class Script:
    """Tells callbacks of epochs with given figures."""

    def __init__(self, callbacks, figures, steps=0, epochs=None):
        self.model = tiny()
        # Metrics are known after the first batch.
        self.model.train_on_batch(*data(2))
        self.rates, self.stops, self.weights, self.logs = [], [], [], []
        seen = self.logs

        class Last(C.Callback):
            def on_epoch_end(self, epoch, logs=None):
                seen.append(sorted(logs))

        callbacks = C.CallbackList(callbacks + [Last()], model=self.model, epochs=epochs or len(figures), verbose=0, steps=steps)
        self.model.stop_training = False
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            callbacks.on_train_begin()
            for epoch, logs in enumerate(figures):
                callbacks.on_epoch_begin(epoch)
                for step in range(steps):
                    callbacks.on_train_batch_begin(step)
                    callbacks.on_train_batch_end(step, dict(logs))
                # So that it is seen which epoch's weights are restored.
                self.model.set_weights([np.full((2, 1), epoch + 1, np.float32), np.full((1,), epoch + 1, np.float32)])
                callbacks.on_epoch_end(epoch, dict(logs))
                self.rates.append(number(self.model.optimizer.learning_rate))
                self.stops.append(bool(self.model.stop_training))
                if self.model.stop_training:
                    break
            callbacks.on_train_end()
        self.weight = number(self.model.get_weights()[1][0])


def scripted(name, class_name, arguments, figures, steps=0):
    callback = getattr(C, class_name)(**arguments)
    script = Script([callback], figures, steps)
    return {
        "name": name, "class_name": class_name, "arguments": arguments, "figures": [{k: number(v) for k, v in f.items()} for f in figures], "steps": steps,
        "rates": script.rates, "stops": script.stops, "weight": script.weight, "logs": script.logs,
    }


def stopping_cases():
    up_and_down = [4, 3, 3.5, 2, 2.5, 2.25, 2.125, 2.0625, 1, 1.5]
    loss = [{"loss": v, "val_loss": v, "mae": 8 - v, "val_mae": v} for v in up_and_down]
    accuracy = [{"loss": 1.0, "val_auc": v} for v in [0.5, 0.5, 0.75, 0.625, 0.625, 0.75, 0.875]]
    E, R = "EarlyStopping", "ReduceLROnPlateau"
    return [
        scripted("patience 0", E, {}, loss),
        scripted("patience 2", E, {"patience": 2}, loss),
        scripted("patience 3, best weights", E, {"patience": 3, "restore_best_weights": True}, loss),
        scripted("best weights without a stop", E, {"patience": 20, "restore_best_weights": True}, loss[:3]),
        scripted("least difference", E, {"min_delta": 0.75, "patience": 2}, loss),
        scripted("baseline", E, {"baseline": 1.5, "patience": 4}, loss),
        scripted("later start", E, {"start_from_epoch": 3, "patience": 1}, loss),
        scripted("greater is better", E, {"monitor": "val_auc", "mode": "max", "patience": 2, "restore_best_weights": True}, accuracy),
        scripted("smaller is better", E, {"monitor": "val_mae", "mode": "min", "patience": 2}, loss),
        scripted("the metric knows", E, {"monitor": "mae", "patience": 2}, loss),
        scripted("no such figure", E, {"monitor": "val_loss"}, [{"loss": 1.0}] * 3),
        scripted("not a number", E, {"patience": 1}, [{"val_loss": v} for v in [1.0, float("nan"), 0.5, 0.75]]),
        scripted("plateau", R, {"patience": 2, "factor": 0.5}, loss + loss),
        scripted("plateau with cooldown", R, {"patience": 1, "factor": 0.25, "cooldown": 2}, loss + loss),
        scripted("plateau with the smallest rate", R, {"patience": 1, "factor": 0.5, "min_lr": 0.125}, loss + loss + loss),
        scripted("plateau with a difference", R, {"patience": 1, "factor": 0.5, "min_delta": 1.0}, loss),
        scripted("plateau of what is greater", R, {"monitor": "val_auc", "mode": "max", "patience": 1, "factor": 0.5}, accuracy),
        scripted("plateau, no such figure", R, {"monitor": "val_loss"}, [{"loss": 1.0}] * 3),
        scripted("not a number", "TerminateOnNaN", {}, [{"loss": v} for v in [1.0, float("nan"), 0.5]], steps=2),
        scripted("infinite", "TerminateOnNaN", {}, [{"loss": v} for v in [1.0, 2.0, float("inf")]], steps=1),
    ]


def rate_cases():
    cases = []
    for name, schedule in [("halved", lambda epoch, rate: rate / 2), ("by epochs", lambda epoch: 1.0 / (epoch + 1))]:
        script = Script([C.LearningRateScheduler(schedule)], [{"loss": 1.0}] * 4)
        cases.append({"name": name, "rates": script.rates, "logs": script.logs})
    return cases


def file_cases():
    cases = []
    figures = [{"loss": v, "val_loss": v + 0.125, "mae": 10 * v} for v in [1.0, 0.5, 0.75, 0.25, 0.375]]

    def case(name, class_name, arguments, figures=figures, steps=0, before=None):
        folder = tempfile.mkdtemp()
        try:
            key = "filepath" if class_name == "ModelCheckpoint" else "filename"
            path = arguments[key]
            if before is not None:
                with open(os.path.join(folder, path), "w") as file:
                    file.write(before)
            written = []

            class Watch(C.Callback):
                seen = {}

                def look(self):
                    found = {}
                    for root, _, names in os.walk(folder):
                        for file in names:
                            place = os.path.join(root, file)
                            found[os.path.relpath(place, folder)] = os.stat(place).st_mtime_ns
                    changed = sorted(p for p in found if self.seen.get(p) != found[p])
                    self.seen = found
                    return changed

                def on_train_batch_end(self, batch, logs=None):
                    written.append(self.look())

                def on_epoch_end(self, epoch, logs=None):
                    written.append(self.look())

            callback = getattr(C, class_name)(**{**arguments, key: os.path.join(folder, path)})
            Script([callback, Watch()], figures, steps)
            text = None
            if class_name == "CSVLogger":
                with open(os.path.join(folder, path), newline="") as file:
                    text = file.read()
                written = []
            cases.append({
                "name": name, "class_name": class_name, "arguments": arguments, "figures": [{k: number(v) for k, v in f.items()} for f in figures], "steps": steps,
                "before": before, "written": written, "text": text,
            })
        finally:
            shutil.rmtree(folder)

    M, V = "ModelCheckpoint", "CSVLogger"
    case("every epoch", M, {"filepath": "model.keras"})
    case("the best", M, {"filepath": "model.keras", "save_best_only": True})
    case("the best of another figure", M, {"filepath": "model.keras", "save_best_only": True, "monitor": "mae", "mode": "max"})
    case("better than a threshold", M, {"filepath": "model.keras", "save_best_only": True, "initial_value_threshold": 0.5})
    case("names with figures", M, {"filepath": "m-{epoch:02d}-{val_loss:.2f}-{mae:.3g}-{loss}.keras"})
    case("names in folders", M, {"filepath": "a/{epoch}/b.keras"})
    case("weights", M, {"filepath": "w{epoch}.weights.h5", "save_weights_only": True})
    case("every third step", M, {"filepath": "s-{epoch}-{batch:03d}.keras", "save_freq": 3}, steps=4)
    case("every second step, the best", M, {"filepath": "model.keras", "save_freq": 2, "save_best_only": True, "monitor": "loss"}, steps=3)
    case("lines", V, {"filename": "log.csv"})
    case("another separator", V, {"filename": "log.csv", "separator": ";"})
    case("behind others", V, {"filename": "log.csv", "append": True}, before="epoch,loss,mae,val_loss\r\n0,9.0,9.0,9.0\r\n")
    case("behind nothing", V, {"filename": "log.csv", "append": True}, before="")
    case("anew", V, {"filename": "log.csv"}, before="old\n")
    case("validation that comes later", V, {"filename": "log.csv"},
         figures=[{"loss": 0.5}, {"loss": 0.25, "val_loss": 2.0}, {"loss": 1e-5}, {"loss": float("nan")}, {"loss": 1e20, "val_loss": 1234567.0}])
    return cases


def make():
    write_golden("callback_orders", order_cases())
    write_golden("callback_decisions", stopping_cases())
    write_golden("callback_rates", rate_cases())
    write_golden("callback_files", file_cases())
