#!/bin/bash
# LSTM and GRU, training and prediction: both backends and the peers in one run, ROUNDS (3) rounds, medians of the rounds.
# Prints a Markdown table. TENSORFLOW and TORCH name Pythons with Keras 3 and TensorFlow, and with Keras 3, PyTorch and JAX;
# what is not named is left out. RUN is put before each command, for example "chrt -f 5" on a busy machine.
set -euo pipefail
cd "$(dirname "$0")/.."
bench=.build/release/keratin-bench
lines=$(mktemp)
trap 'rm -f "$lines"' EXIT
for _ in $(seq "${ROUNDS:-3}"); do
    ${RUN:-} "$bench" workload --lines >>"$lines"
    if [ -n "${TENSORFLOW:-}" ]; then
        KERAS_BACKEND=tensorflow ${RUN:-} "$TENSORFLOW" Benchmarks/recurrent_peers.py keras >>"$lines" 2>/dev/null
    fi
    if [ -n "${TORCH:-}" ]; then
        ${RUN:-} "$TORCH" Benchmarks/recurrent_peers.py torch >>"$lines" 2>/dev/null
        for backend in torch jax; do
            KERAS_BACKEND=$backend ${RUN:-} "$TORCH" Benchmarks/recurrent_peers.py keras >>"$lines" 2>/dev/null
        done
    fi
done
python3 - "$lines" <<'PYTHON'
import collections, json, statistics, sys
seconds = collections.defaultdict(list)
for line in open(sys.argv[1]):
    row = json.loads(line)
    seconds[row["backend"], row["job"]].append(row["s"])
jobs = ["train/lstm", "train/gru", "predict/lstm", "predict/gru"]
print("| seconds (median of the rounds) | " + " | ".join(jobs) + " |\n|---|" + "---|" * len(jobs))
for backend in dict.fromkeys(name for name, _ in seconds):
    cells = [f"{statistics.median(seconds[backend, job]):.3f}" for job in jobs]
    print(f"| {backend} | " + " | ".join(cells) + " |")
PYTHON
