#!/bin/sh
# Checks that the objects of the CPU kernel variants share no code.
#
# A specialisation of a generic library function comes out as a weak symbol with the same name in
# every variant; the linker keeps any one of them, and the baseline could then run AVX-512 code and
# die on an older processor. Weak symbols whose name contains the variant's own module are fine.
# Usage: Scripts/check-variants.sh [build folder, default .build/release]
set -eu
build="${1:-.build/release}"
found=0
checked=0
for variant in Baseline AVX2 AVX512; do
    for object in "$build"/KeratinCPUKernels$variant.build/*.o; do
        [ -e "$object" ] || continue
        checked=$((checked + 1))
        symbols=$(nm "$object" | awk '$2 == "W" { print $3 }' \
            | grep -v "KeratinCPUKernels$variant" || true)
        if [ -n "$symbols" ]; then
            echo "$object shares weak text symbols with the other variants:"
            echo "$symbols" | swift demangle
            found=1
        fi
    done
done
if [ "$checked" -eq 0 ]; then
    echo "no kernel objects under $build: build KeratinCPU first" >&2
    exit 2
fi
[ "$found" -eq 0 ] && echo "$checked kernel objects checked: no shared weak text symbols"
exit "$found"
