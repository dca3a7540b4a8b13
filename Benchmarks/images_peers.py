"""How fast others turn a folder of JPEG files into batches: the peers of `keratin-bench images`.

    python Benchmarks/images_peers.py FOLDER [--peer keras|torchvision|pillow] [--threads 2]

Each decodes, resizes with straight lines and no antialiasing, and makes float batches. Keras's data set reads with tf.data, whose threads
are limited; torchvision and Pillow read in as many processes.
"""

import argparse
import os
import statistics
import time

parser = argparse.ArgumentParser()
parser.add_argument("folder")
parser.add_argument("--peer", choices=["keras", "torchvision", "pillow"], default="keras")
for name, value in [("threads", 2), ("size", 160), ("batch", 32), ("repeats", 5)]:
    parser.add_argument(f"--{name}", type=int, default=value)
options = parser.parse_args()
size = options.size
files = [os.path.join(options.folder, name) for name in sorted(os.listdir(options.folder))]


def keras():
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    import keras as library
    import tensorflow as tf

    data = library.utils.image_dataset_from_directory(
        options.folder, labels=None, batch_size=options.batch, image_size=(size, size), shuffle=False,
        verbose=False)
    settings = tf.data.Options()
    settings.threading.private_threadpool_size = options.threads
    return data.with_options(settings)


class Files:
    """One picture at a time, for the loader of PyTorch."""

    def __init__(self, read):
        self.read = read

    def __len__(self):
        return len(files)

    def __getitem__(self, number):
        return self.read(files[number])


def loader(read):
    import torch

    return torch.utils.data.DataLoader(
        Files(read), batch_size=options.batch, num_workers=options.threads, persistent_workers=True)


def read_torchvision(path):
    from torchvision.io import decode_jpeg, read_file
    from torchvision.transforms.v2 import functional as F

    image = decode_jpeg(read_file(path))
    return F.resize(image.float(), [size, size], antialias=False)


def read_pillow(path):
    import numpy as np
    import torch
    from PIL import Image

    image = Image.open(path).convert("RGB").resize((size, size), Image.Resampling.BILINEAR)
    return torch.from_numpy(np.array(image, dtype=np.float32))


def torchvision():
    import torch

    torch.set_num_threads(1)
    return loader(read_torchvision)


data = {"keras": keras, "torchvision": torchvision, "pillow": lambda: loader(read_pillow)}[options.peer]()
rates = []
for turn in range(options.repeats + 1):
    start = time.perf_counter()
    count = sum(len(batch) for batch in data)
    if turn:
        rates.append(count / (time.perf_counter() - start))
print(f"{options.peer}: {count} files, {statistics.median(rates):.0f} pictures/s ({min(rates):.0f} to {max(rates):.0f})")
