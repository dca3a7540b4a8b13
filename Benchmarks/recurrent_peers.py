"""Times an LSTM and a GRU over 1,280 reviews of 80 tokens in Keras 3 (KERAS_BACKEND) or in plain PyTorch ("plain-torch").

usage: recurrent_peers.py keras|torch   -> one JSON line a job: median seconds of an epoch of training and of a prediction.
The model is that of `keratin-bench workload`: Embedding(20000, 128), 128 units, Dense(1, sigmoid), Adam, batches of 32.
"""

import json
import os
import statistics
import sys
import time

import numpy as np

THREADS = int(os.environ.get("THREADS", "2"))
os.environ.setdefault("OMP_NUM_THREADS", str(THREADS))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
SAMPLES, STEPS, WORDS, BATCH = 1280, 80, 20000, 32
random = np.random.default_rng(0)
X = random.integers(0, WORDS, (SAMPLES, STEPS)).astype("int32")
Y = random.integers(0, 2, (SAMPLES, 1)).astype("float32")


def report(name, job, work):
    work()
    times = []
    for _ in range(5):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    seconds = statistics.median(times)
    print(json.dumps({"backend": name, "job": job, "s": round(seconds, 4)}), flush=True)


def keras_jobs():
    import keras

    name = keras.backend.backend()
    if name == "torch":
        import torch

        torch.set_num_threads(THREADS)
    if name == "tensorflow":
        import tensorflow

        tensorflow.config.threading.set_intra_op_parallelism_threads(THREADS)
    layers = keras.layers
    for cell in [layers.LSTM, layers.GRU]:
        model = keras.Sequential(
            [layers.Input((STEPS,)), layers.Embedding(WORDS, 128), cell(128), layers.Dense(1, activation="sigmoid")])
        model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
        kind = cell.__name__.lower()
        report(f"keras-{name}", f"train/{kind}", lambda: model.fit(X, Y, batch_size=BATCH, epochs=1, verbose=0))
        report(f"keras-{name}", f"predict/{kind}", lambda: model.predict(X, batch_size=BATCH, verbose=0))


def torch_jobs():
    import torch
    from torch import nn

    torch.set_num_threads(THREADS)
    torch.manual_seed(0)

    class Net(nn.Module):
        def __init__(self, cell):
            super().__init__()
            self.embedding = nn.Embedding(WORDS, 128)
            self.recurrent = cell(128, 128, batch_first=True)
            self.dense = nn.Linear(128, 1)

        def forward(self, x):
            return self.dense(self.recurrent(self.embedding(x))[0][:, -1])

    x, y = torch.from_numpy(X), torch.from_numpy(Y)
    for cell in [nn.LSTM, nn.GRU]:
        net = Net(cell)
        optimizer = torch.optim.Adam(net.parameters())

        def train():
            for start in range(0, SAMPLES, BATCH):
                optimizer.zero_grad(set_to_none=True)
                loss = nn.functional.binary_cross_entropy_with_logits(
                    net(x[start:start + BATCH]), y[start:start + BATCH])
                loss.backward()
                optimizer.step()
            loss.item()

        def predict():
            with torch.no_grad():
                for start in range(0, SAMPLES, BATCH):
                    torch.sigmoid(net(x[start:start + BATCH])).numpy()

        kind = cell.__name__.lower()
        report("plain-torch", f"train/{kind}", train)
        report("plain-torch", f"predict/{kind}", predict)


{"keras": keras_jobs, "torch": torch_jobs}[sys.argv[1]]()
