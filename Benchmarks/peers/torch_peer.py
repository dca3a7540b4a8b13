"""Plain PyTorch, eager, with loops by hand: no framework between it and its kernels. usage: torch_peer.py JOB THREADS"""

import sys

import torch
from torch import nn
from torch.nn import functional

from peer import INFERENCES, STEPS, UNITS, WORDS, serve, sizes
from torch_nets import NETS

job, threads = sys.argv[1], int(sys.argv[2])
torch.set_num_threads(threads)
torch.manual_seed(1)
# Images lie as Keras has them, which its kernels for processors prefer.
LAYOUT = torch.channels_last


class Reviews(nn.Module):
    def __init__(self, cell):
        super().__init__()
        self.words = nn.Embedding(WORDS, UNITS)
        self.cell = cell(UNITS, UNITS, batch_first=True)
        self.head = nn.Linear(UNITS, 1)

    def forward(self, x):
        return self.head(self.cell(self.words(x))[0][:, -1])


def moons():
    net = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 2), nn.Tanh(), nn.Linear(2, 1))
    return net, lambda n: torch.rand(n, 2)


def mlp():
    blocks = []
    for width in (784, 512):
        blocks += [nn.Linear(width, 512), nn.ReLU(), nn.Dropout(0.2)]
    return nn.Sequential(*blocks, nn.Linear(512, 10)), lambda n: torch.rand(n, 784)


def cnn():
    net = nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Dropout(0.25), nn.Flatten(), nn.Linear(64 * 12 * 12, 128), nn.ReLU(), nn.Dropout(0.5),
        nn.Linear(128, 10),
    )
    return net.to(memory_format=LAYOUT), lambda n: torch.rand(n, 1, 28, 28).contiguous(memory_format=LAYOUT)


def reviews(cell):
    return lambda: (Reviews(cell), lambda n: torch.randint(0, WORDS, (n, STEPS)))


def picture_net(name):
    net = NETS[name]()
    return net.to(memory_format=LAYOUT), lambda n: torch.rand(n, 3, 224, 224).contiguous(memory_format=LAYOUT)


MODELS = {
    "moons": moons, "mnist-mlp": mlp, "mnist-cnn": cnn, "imdb-lstm": reviews(nn.LSTM),
    "imdb-gru": reviews(nn.GRU), "resnet50": lambda: picture_net("resnet50"),
}
# How many classes there are; those of one number are yes or no.
CLASSES = {"mnist-mlp": 10, "mnist-cnn": 10, "resnet50": 1000}
OPTIMIZERS = {
    "mnist-mlp": lambda p: torch.optim.SGD(p, 0.01),
    "resnet50": lambda p: torch.optim.SGD(p, 1e-3, momentum=0.9),
    "moons": lambda p: torch.optim.Adam(p, 0.01),
}
items, batch = sizes(job)


def prepare():
    if job in INFERENCES:
        net, data = picture_net(INFERENCES[job][0])
        net.eval()
        x = data(batch)

        def infer():
            with torch.inference_mode():
                net(x)

        return infer
    kind, name = job.split("/")
    net, data = MODELS[name]()
    x = data(items)
    if kind == "predict":
        net.eval()

        def predict():
            with torch.inference_mode():
                for start in range(0, items, batch):
                    torch.sigmoid(net(x[start:start + batch]))

        return predict
    if name in CLASSES:
        y, loss = torch.randint(0, CLASSES[name], (items,)), functional.cross_entropy
    else:
        y, loss = torch.randint(0, 2, (items, 1)).float(), functional.binary_cross_entropy_with_logits
    optimizer = OPTIMIZERS.get(name, torch.optim.Adam)(net.parameters())
    net.train()

    def epoch():
        for start in range(0, items, batch):
            optimizer.zero_grad(set_to_none=True)
            value = loss(net(x[start:start + batch]), y[start:start + batch])
            value.backward()
            optimizer.step()
        return value.item()

    return epoch


serve({"torch": torch.__version__}, items, batch, prepare)
