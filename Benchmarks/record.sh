#!/bin/bash
# Measures this machine and records the figures in Benchmarks/results/.
set -euo pipefail
cd "$(dirname "$0")/.."
swift build -c release --product keratin-bench
bench=.build/release/keratin-bench
results=Benchmarks/results
for job in roofline matmul step; do
    "$bench" "$job" --json >"$results/$job.json"
    "$bench" "$job" | tee "$results/$job.txt"
done
