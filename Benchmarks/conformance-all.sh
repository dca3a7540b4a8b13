#!/bin/bash
# The conformance suite on four OpenCL implementations that need no GPU, and on the CPU backend. Writes what it
# saw to Benchmarks/results/conformance-<implementation>.txt; ends with code 1 if anything failed.
set -uo pipefail
cd "$(dirname "$0")/.."
swift build -c release --product keratin-bench || exit 1
bench=.build/release/keratin-bench
results=Benchmarks/results
status=0

record() {
    local name=$1
    shift
    local file=$results/conformance-$name.txt
    echo "== $name: $*"
    if KERATIN_CACHE=off "$@" >"$file" 2>&1; then
        tail -n 1 "$file"
    else
        status=1
        echo "FAILED:"
        tail -n 15 "$file"
    fi
}

record cpu "$bench" conformance --backend cpu
record pocl Scripts/with-opencl.sh pocl "$bench" conformance --backend opencl
record intel Scripts/with-opencl.sh intel "$bench" conformance --backend opencl
# llvmpipe is slow: small sizes.
record rusticl Scripts/with-opencl.sh rusticl "$bench" conformance --backend opencl --tiny --family cpu
# The simulator names invalid accesses and data races on standard error, which must hold none.
record oclgrind Scripts/with-opencl.sh oclgrind "$bench" conformance --backend opencl --tiny
if grep -qiE "invalid (read|write)|data race|uninitialized" "$results/conformance-oclgrind.txt"; then
    status=1
    echo "oclgrind found:"
    grep -iE -A3 "invalid (read|write)|data race|uninitialized" "$results/conformance-oclgrind.txt" | head -40
fi
exit $status
