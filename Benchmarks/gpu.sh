#!/bin/bash
# What a GPU reaches, in at most five minutes, with one static binary alone: no Swift, no Python.
#
#   swift build -c release --static-swift-stdlib --product keratin-bench      (on any machine)
#   Benchmarks/gpu.sh path/to/keratin-bench [RESULTS, default Benchmarks/results]
#
# Writes RESULTS/gpu-DEVICE/: the conformance suite, the floors, products, steps of the demos, recurrent nets, and a profile of each
# step. Ends with code 1 if a case of the conformance suite fails. KERATIN_DEVICE chooses the device.
set -uo pipefail
bench=$(realpath "${1:-}" 2>/dev/null) && [ -x "$bench" ] || {
    echo "usage: Benchmarks/gpu.sh path/to/keratin-bench [RESULTS]" >&2
    exit 64
}
cd "$(dirname "$0")/.."
results=${2:-Benchmarks/results}
export KERATIN_OPENCL_FAMILY=gpu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# The device's name comes with the first figures.
timeout 60 "$bench" roofline --backend opencl --json >"$work/roofline.json" || exit 1
device=$(grep -oE '"device" *: *"[^"]*"' "$work/roofline.json" | head -n 1 | sed 's/.*: *"//; s/"$//' | tr -cs 'A-Za-z0-9\n' '-' | sed 's/-$//')
folder=$results/gpu-${device:-unknown}
mkdir -p "$folder"
cp "$work/roofline.json" "$folder/"
status=0

# Seconds at most, file, command.
record() {
    local limit=$1 file=$2
    shift 2
    echo "== $*"
    timeout "$limit" "$@" >"$folder/$file" 2>&1 || {
        echo "   ended with $?: see $folder/$file"
        status=1
    }
    tail -n 12 "$folder/$file"
}
record 120 conformance.txt "$bench" conformance --backend opencl --family gpu --tiny
record 45 kernels.txt "$bench" kernels --backend opencl --filter matmul --seconds 2
record 45 step.txt "$bench" step --backend opencl
record 45 models.txt "$bench" models --backend opencl --filter imdb --repeats 3
KERATIN_PROFILE=1 record 30 step-profile.txt "$bench" step --backend opencl --repeats 1
KERATIN_PROFILE=1 record 30 models-profile.txt "$bench" models --backend opencl --filter imdb --repeats 1
exit $status
