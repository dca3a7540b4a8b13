#!/bin/bash
# Assembles the kernels of the gpu family for NVIDIA, without a card: clang makes PTX of the OpenCL C, NVIDIA's own assembler
# makes machine code of it. Ends with code 1 if a kernel spills more than two registers, takes more of them than its bound, or if the
# innermost loop of a product moves less than sixteen bytes at a time.
#
#   Scripts/check-nvidia.sh [-v]      -v: also what each innermost loop is made of
#
# ARCH: the architecture, default sm_90. ONLY: a part of the names of what is checked. The first run installs clang-16 and libclc-16 (Debian packages, as root or through sudo)
# and the assembler (from PyPI, into NVIDIA_TOOLS, default ~/.keratin-nvidia).
set -euo pipefail
cd "$(dirname "$0")/../Kernels"
tools=${NVIDIA_TOOLS:-$HOME/.keratin-nvidia}
arch=${ARCH:-sm_90}
library=/usr/lib/clc/nvptx64--nvidiacl.bc
verbose=${1:-}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}
if ! command -v clang-16 >/dev/null || [ ! -f "$library" ]; then
    as_root apt-get update -qq
    as_root apt-get install -y -qq clang-16 libclc-16 >/dev/null
fi
if [ ! -x "$tools/ptxas" ]; then
    mkdir -p "$tools"
    python3 -m pip download -q --no-deps -d "$tools" nvidia-cuda-nvcc-cu12 nvidia-cuda-nvdisasm
    for wheel in "$tools"/*.whl; do python3 -m zipfile -e "$wheel" "$tools/unpacked"; done
    for tool in ptxas nvdisasm; do
        ln -sf "$(find "$tools/unpacked" -name "$tool" -type f | head -n 1)" "$tools/$tool"
        chmod +x "$tools/$tool"
    done
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# libclc has no exponentials and logarithms for this target. The hardware's instructions stand in for the driver's functions, whose
# code is a little longer.
{
    instruction() { # name, PTX, the argument
        echo "static float __attribute__((overloadable)) stand_in_$1(float v) { float r; v = $3; __asm__(\"$2 %0, %1;\" : \"=f\"(r) : \"f\"(v)); return r; }"
        for n in 2 4 8 16; do
            echo "static float$n __attribute__((overloadable)) stand_in_$1(float$n v) { return (float$n)(stand_in_$1(v.lo), stand_in_$1(v.hi)); }"
        done
        echo "#define $1 stand_in_$1"
    }
    instruction exp ex2.approx.f32 "v * 1.442695041f"
    instruction exp2 ex2.approx.f32 v
    instruction log lg2.approx.f32 "v * 0.693147181f"
    instruction log2 lg2.approx.f32 v
    instruction tanh tanh.approx.f32 v
} >"$work/stand-ins.h"

# The innermost loop that has most multiply-adds, of tensor cores if there are any: its instructions by kind.
innermost() {
    "$tools/nvdisasm" "$work/kernel.cubin" 2>/dev/null | awk '
        /^\.L_x_[0-9]+:/ { label = $1; sub(":", "", label); start[label] = count }
        match($0, /\/\*[0-9a-f]+\*\/ +/) {
            rest = substr($0, RSTART + RLENGTH)
            sub(/^@!?U?P[0-9T]+ +/, "", rest)
            split(rest, word, /[ ;]+/)
            kind[count] = word[1]
            if (word[1] ~ /^BRA/ && match(rest, /\.L_x_[0-9]+/)) {
                target = substr(rest, RSTART, RLENGTH)
                if (target in start) { from[++loops] = start[target]; to[loops] = count }
            }
            count++
        }
        END {
            for (l = 1; l <= loops; l++) {
                plain = by_unit = 0
                for (i = from[l]; i <= to[l]; i++) {
                    plain += kind[i] == "FFMA"
                    by_unit += kind[i] ~ /^HMMA/
                }
                n = by_unit ? 1000 * by_unit : plain
                if (n > most) { most = n; best = l }
            }
            for (i = from[best]; i <= to[best]; i++) amount[kind[i]]++
            for (k in amount) print k, amount[k]
        }' | LC_ALL=C sort
}

failures=0
checked=0
# What is checked, the items of a group, the most registers of each, whether the innermost loop moves nothing but sixteen bytes at a
# time, options, files.
check() {
    local name=$1 items=$2 most=$3 wide=$4 options=$5
    shift 5
    [[ $name == *"${ONLY:-}"* ]] || return 0
    checked=$((checked + 1))
    cat "$@" >"$work/kernel.cl"
    local complaints=""
    # shellcheck disable=SC2086
    clang-16 -x cl -cl-std=CL1.2 -target nvptx64-nvidia-nvcl -Xclang -finclude-default-header \
        -Xclang -target-feature -Xclang +ptx78 -Xclang -target-cpu -Xclang "$arch" \
        -Xclang -mlink-builtin-bitcode -Xclang "$library" -Dasm=__asm__ -include "$work/stand-ins.h" -w -O3 \
        $options -S -o "$work/kernel.ptx" "$work/kernel.cl" 2>"$work/log" || complaints="does not compile"
    if [ -z "$complaints" ]; then
        # The driver knows the group's size from its attribute, this clang does not tell the assembler.
        sed -i "/\.entry/,/^{\$/ s/^{\$/.reqntid $items, 1, 1 {/" "$work/kernel.ptx"
        "$tools/ptxas" -v -arch="$arch" "$work/kernel.ptx" -o "$work/kernel.cubin" >"$work/log" 2>&1 || complaints="is not assembled"
    fi
    local registers=0 spilled=0
    if [ -z "$complaints" ]; then
        registers=$(grep -oE 'Used [0-9]+ registers' "$work/log" | grep -oE '[0-9]+' | sort -n | tail -n 1)
        spilled=$(grep -oE '[0-9]+ bytes spill stores' "$work/log" | grep -oE '^[0-9]+' | sort -n | tail -n 1)
        # The assembler prefers a group more on a multiprocessor to a word or two in registers.
        [ "$spilled" -le 8 ] || complaints="spills $spilled bytes"
        [ "$registers" -le "$most" ] || complaints="$complaints takes $registers registers, more than $most"
        innermost >"$work/loop"
        if [ "$wide" = wide ]; then
            # Loads of single words, from global or from local memory, have no place in the loop.
            if grep -qE '^(LDG\.E|LDS) ' "$work/loop"; then complaints="$complaints moves single words"; fi
        fi
        grep -q '^LDS\.128 ' "$work/loop" || complaints="$complaints reads no vectors"
    fi
    if [ -n "$complaints" ]; then
        failures=$((failures + 1))
        echo "check-nvidia: $name $complaints" >&2
        sed 's/^/    /' "$work/log" >&2
    else
        echo "$name: $registers registers, $spilled bytes spilled"
        [ -z "$verbose" ] || tr '\n' ' ' <"$work/loop" | fold -s -w 120 | sed 's/^/    /'
        [ -z "$verbose" ] || echo
    fi
}

common=include/common.cl
vectors="-DLANES=1 -DVECTOR_A=4 -DVECTOR_B=4 -DVECTOR_C=4"
# The tiles of ProductTile.swift: rows, columns, depth, rows and columns of an item, ways; and the most registers.
for tile in "128 128 16 8 8 1 172" "128 64 16 8 8 1 192" "64 64 16 8 4 1 144" "128 32 16 8 4 1 144" "32 32 32 4 4 4 96" \
    "32 32 16 4 4 1 96" \
    "128 16 16 8 4 1 192" "16 128 16 4 8 1 192"; do
    set -- $tile
    size="$1×$2, $6 ways"
    items=$(($1 / $4 * $2 / $5 * $6))
    most=$7
    tile="-DTM=$1 -DTN=$2 -DTK=$3 -DRM=$4 -DRN=$5 -DWAYS=$6"
    for along in "0 0" "0 1" "1 0" "1 1"; do
        set -- $along
        check "product $size, along depth $1 $2" "$items" "$most" wide \
            "$vectors $tile -DGEMM=gemm_dense -DA_ALONG_DEPTH=$1 -DB_ALONG_DEPTH=$2" \
            $common linalg/product_gpu.cl linalg/load_gpu.cl linalg/gemm_gpu.cl
    done
    for left in "convolution 0 1 0" "filter_gradient 1 0 0" "input_gradient 2 1 1"; do
        set -- $left
        check "$1 $size" "$items" "$most" wide \
            "$vectors $tile -DGEMM=gemm_$1 -DLEFT=$2 -DA_ALONG_DEPTH=$3 -DB_ALONG_DEPTH=$4 -DVOLUME=0" \
            $common linalg/product_gpu.cl convolution/geometry.cl convolution/load_gpu.cl linalg/gemm_gpu.cl
    done
done

# The same by tensor cores: tiles of blocks of 64 × 32.
unit="linalg/unit_tf32_nvidia.cl linalg/unit.cl"
for tile in "128 128 232" "128 64 248" "64 64 248" "128 32 248"; do
    set -- $tile
    size="$1×$2 by tensor cores"
    items=$(($1 * $2 / 64))
    most=$3
    tile="-DTM=$1 -DTN=$2 -DTK=16 -DRM=8 -DRN=8 -DWAYS=1 -DMATRIX_UNIT=1"
    for along in "0 0" "0 1" "1 0" "1 1"; do
        set -- $along
        check "product $size, along depth $1 $2" "$items" "$most" wide \
            "$vectors $tile -DGEMM=gemm_dense -DA_ALONG_DEPTH=$1 -DB_ALONG_DEPTH=$2" \
            $common linalg/product_gpu.cl linalg/load_gpu.cl $unit linalg/gemm_gpu.cl
    done
    for left in "convolution 0 1 0" "filter_gradient 1 0 0" "input_gradient 2 1 1"; do
        set -- $left
        check "$1 $size" "$items" "$most" wide \
            "$vectors $tile -DGEMM=gemm_$1 -DLEFT=$2 -DA_ALONG_DEPTH=$3 -DB_ALONG_DEPTH=$4 -DVOLUME=0" \
            $common linalg/product_gpu.cl convolution/geometry.cl convolution/load_gpu.cl $unit \
            linalg/gemm_gpu.cl
    done
done

# Sequences of 128 units, one sample in a group, as ResidentSequence.swift sizes them: cell, gates, weights that an item keeps forward
# and backward, and the most registers. Codes as KernelPrograms+Sequences.swift numbers them.
names="-DSIMPLE=0 -DLSTM=1 -DGRU=2 -DGRU_RESET_BEFORE=3 -DNONE=0 -DRELU=1 -DSIGMOID=2 -DTANH=3 -DHARD_SIGMOID=4 -DLEGACY_HARD_SIGMOID=5"
for cell in "simple 0 1 128 128 255" "LSTM 1 4 96 88 128" "GRU 2 3 128 128 168" "GRU-reset-before 3 3 120 112 168"; do
    set -- $cell
    for direction in "forward $4" "backward $5"; do
        options="-DLANES=1 -DLANES_U=1 $names -DCELL=$2 -DGATES=$3 -DPADDED=128 -DKEPT=${direction#* } -DSAMPLES=1"
        check "$1 ${direction% *}" $(($3 * 128)) "$6" any "$options" $common recurrent/units.cl \
            recurrent/cells.cl recurrent/resident.cl "recurrent/${direction% *}_gpu.cl"
    done
done
# A joined launch of two phases, as JoinedKernel.swift writes them: a small product and a softmax side by side, then a chain.
cat >"$work/joined.cl" <<'END'
__kernel __attribute__((reqd_work_group_size(256, 1, 1)))
void joined(__constant int *words, __global volatile int *gate, __global void *b0, __global void *b1) {
    __local union { LOCAL_TYPE(gemm_dense) m0; LOCAL_TYPE(softmax) m1; } joinedMemory;
    const int item = (int)get_local_id(0);
    for (int group = (int)get_group_id(0); group < words[0]; group += (int)get_num_groups(0)) {
        if (group < words[1]) {
            const int own = group - words[2];
            gemm_dense(joined_group(own, item, words + 3), JOINED_MEMORY, b0, LONG(5), b0, LONG(7), b0, LONG(9), b1, LONG(11),
                *(__constant const Gemm *)(words + 13));
        } else {
            const int own = group - words[1];
            softmax(joined_group(own, item, words + 29), JOINED_MEMORY, b0, LONG(31), b1, LONG(33), words[35], words[36],
                words[37], words[38]);
        }
        JOINED_BARRIER
    }
    joined_wait(gate);
    if (get_group_id(0) == 0) {
        for (int at = item; at < words[39]; at += 256)
            fill4(joined_item(at, words + 40), 0, b0, LONG(42), words[44], words[45], words[46]);
        JOINED_BARRIER
        softmax(joined_group(0, item, words + 47), JOINED_MEMORY, b0, LONG(49), b1, LONG(51), words[53], words[54], words[55],
            words[56]);
    }
}
END
check "joined launch" 256 128 any "$vectors -mllvm -inline-threshold=100000 -DTM=32 -DTN=32 -DTK=32 -DRM=4 -DRN=4 -DWAYS=4 -DGEMM=gemm_dense -DA_ALONG_DEPTH=1 \
    -DB_ALONG_DEPTH=0" include/place_gpu.cl $common linalg/product_gpu.cl linalg/load_gpu.cl linalg/gemm_gpu.cl \
    normalization/softmax_gpu.cl movement/copy.cl include/join_gpu.cl include/gate_gpu.cl "$work/joined.cl"
echo "check-nvidia: $checked programs for $arch, $failures with faults"
[ "$failures" = 0 ]
