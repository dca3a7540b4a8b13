#!/bin/bash
# Runs every example for two batches on both backends. One whose data set is nowhere on this machine is skipped, aloud.
# Usage: Scripts/run-examples.sh [build folder, default .build/release]
set -euo pipefail
build=${1:-.build/release}
cd "$(dirname "$0")/.."
export KERAS_MAX_EPOCHS=1 KERAS_MAX_STEPS_PER_EPOCH=2
build=$(cd "$build" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
ran=0
skipped=0
datasets=${KERATIN_DATASETS:-$HOME/.keratin/datasets}
[ ! -d "$datasets" ] || datasets=$(cd "$datasets" && pwd)
export KERATIN_DATASETS=$datasets
for program in $(find Examples -name main.swift | LC_ALL=C sort); do
    folder=$(dirname "$program")
    name=$(basename "$folder")
    find "$folder" -name '*.csv' -exec cp {} "$work" \;
    for dataset in MNIST IMDB; do
        if grep -q "$dataset\.load" "$program" && [ ! -d "$datasets/${dataset,,}" ]; then
            echo "run-examples: $name is skipped: there is no $dataset in $datasets"
            skipped=$((skipped + 1))
            continue 2
        fi
    done
    for backend in cpu opencl; do
        (cd "$work" && KERATIN_BACKEND=$backend timeout 120 "$build/$name" >"$name.log" 2>&1) || {
            echo "run-examples: $name failed on $backend:" >&2
            tail -n 20 "$work/$name.log" >&2
            exit 1
        }
        ran=$((ran + 1))
    done
done
[ "$ran" -gt 0 ] || { echo "run-examples: no examples found" >&2; exit 1; }
echo "run-examples: $ran runs of the examples, $skipped examples skipped"
