#!/bin/bash
# Measures this machine and records the figures in Benchmarks/results/.
set -euo pipefail
cd "$(dirname "$0")/.."
swift build -c release --product keratin-bench
bench=.build/release/keratin-bench
results=Benchmarks/results
"$bench" roofline --json >"$results/roofline.json"
"$bench" step --json >"$results/step.json"
"$bench" kernels --filter matmul --json >"$results/matmul.json"
"$bench" roofline
"$bench" step
"$bench" kernels --filter matmul
