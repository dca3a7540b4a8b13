"""Times plain PyTorch's fused attention, forward and backward: the peer of `keratin-bench kernels --filter attention`."""

import argparse
import statistics
import time

import torch
import torch.nn.functional as F

parser = argparse.ArgumentParser()
for name, value in [("batch", 8), ("heads", 8), ("width", 64), ("length", 512), ("repeats", 7)]:
    parser.add_argument(f"--{name}", type=int, default=value)
parser.add_argument("--causal", action="store_true")
options = parser.parse_args()
shape = (options.batch, options.heads, options.length, options.width)
q, k, v = (torch.randn(shape, requires_grad=True) for _ in range(3))
dy = torch.randn(shape)


def forward():
    return F.scaled_dot_product_attention(q, k, v, is_causal=options.causal)


def both():
    for x in (q, k, v):
        x.grad = None
    forward().backward(dy)


def milliseconds(work):
    for _ in range(3):
        work()
    times = []
    for _ in range(options.repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return 1e3 * statistics.median(times)


with torch.no_grad():
    first = milliseconds(forward)
print(f"torch {torch.__version__}, {torch.get_num_threads()} threads, {options.length} positions: forward {first:.2f} ms, both {milliseconds(both):.2f} ms")
