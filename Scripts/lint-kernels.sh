#!/bin/bash
# Checks the syntax of every kernel program (files and macro combinations as KernelPrograms.swift
# joins them) as OpenCL C 1.2 for a portable 64-bit device, warnings included.
#
# Needs a clang with the OpenCL headers: Debian's clang-15 (a dependency of PoCL) has them, the Swift
# toolchain's clang does not. CLANG names another.
set -eu
cd "$(dirname "$0")/../Kernels"

clang=${CLANG:-}
for candidate in clang-15 clang-16 clang-17 clang-18 clang-14 clang; do
    [ -z "$clang" ] || break
    if path=$(command -v "$candidate") && echo 'kernel void k(global float *x) { *x = fma(*x, *x, *x); }' |
        "$path" -x cl -cl-std=CL1.2 -target spir64 -Xclang -finclude-default-header \
            -fsyntax-only - >/dev/null 2>&1; then
        clang=$path
    fi
done
if [ -z "$clang" ]; then
    echo "lint-kernels: no clang with the OpenCL headers; install clang-15" >&2
    exit 69
fi

failures=0
programs=0
check() { # options, files...
    local options=$1
    shift
    programs=$((programs + 1))
    # shellcheck disable=SC2086
    if ! cat "$@" | "$clang" -x cl -cl-std=CL1.2 -target spir64 -Xclang -finclude-default-header \
        -fsyntax-only -Wall -Wextra -Wno-unused-parameter -Wno-unused-function \
        -Wno-sign-compare -Werror $options -; then
        echo "lint-kernels: $options $*" >&2
        failures=$((failures + 1))
    fi
}

common=include/common.cl
for lanes in "" -DLANES=1; do
    family=${lanes:+gpu}
    family=${family:-cpu}
    check "$lanes" $common movement/copy.cl movement/transpose_$family.cl movement/index.cl \
        movement/scatter_add_$family.cl training/random.cl training/random_$family.cl ${lanes:+movement/wide_gpu.cl}
    check "$lanes" $common reduce/arg_reduce_$family.cl normalization/softmax_$family.cl \
        training/cross_entropy_$family.cl normalization/batch_normalization_$family.cl
    check "$lanes" $common convolution/geometry.cl movement/patches.cl convolution/pooling.cl \
        convolution/depthwise.cl ${lanes:+convolution/pooling_apart_gpu.cl}
    check "$lanes" $common linalg/roofline_$family.cl
    check "$lanes" $common reduce/arg_sort.cl ${lanes:+reduce/arg_sort_gpu.cl}
    check "$lanes" $common linalg/small.cl
    for function in "0 0" "1 1" "2 -INFINITY" "3 INFINITY"; do
        set -- $function
        check "$lanes -DT=float -DT4=float4 -DFUNCTION=$1 -DIDENTITY=$2" $common \
            reduce/functions.cl reduce/reduce_$family.cl
    done
    for function in "uint 0 0" "uint 1 1" "int 2 INT_MIN" "int 3 INT_MAX"; do
        set -- $function
        check "$lanes -DT=$1 -DT4=${1}4 -DFUNCTION=$2 -DIDENTITY=$3" $common \
            reduce/functions.cl reduce/reduce_$family.cl
    done
done
for block in "-DMC=96 -DKC=256" "-DMC=48 -DKC=128"; do
    for lanes in 8 16; do
        check "$block -DVECTOR_LANES=$lanes" $common convolution/geometry.cl linalg/tile_cpu.cl \
            linalg/gemm_cpu.cl convolution/pack_cpu.cl
        check "$block -DVECTOR_LANES=$lanes" $common linalg/tile_cpu.cl attention/pattern.cl \
            attention/attention_cpu.cl
    done
done
# The tiles of ProductTile.swift: rows, columns, depth, rows and columns of a work-item, ways.
for tile in "128 128 16 8 8 1" "128 64 16 8 8 1" "64 64 16 8 4 1" "128 32 16 8 4 1" "32 32 32 4 4 4" \
    "32 32 16 4 4 1" \
    "128 16 16 8 4 1" "16 128 16 4 8 1"; do
    set -- $tile
    tile="-DLANES=1 -DTM=$1 -DTN=$2 -DTK=$3 -DRM=$4 -DRN=$5 -DWAYS=$6"
    for vector in 1 4; do
        form="-DVECTOR_A=$vector -DVECTOR_B=$vector -DVECTOR_C=$vector"
        for along in "0 0" "0 1" "1 0" "1 1"; do
            set -- $along
            check "$tile $form -DGEMM=gemm_dense -DA_ALONG_DEPTH=$1 -DB_ALONG_DEPTH=$2" $common \
                linalg/product_gpu.cl linalg/load_gpu.cl linalg/gemm_gpu.cl
            check "$tile $form -DGEMM=gemm_dense -DA_ALONG_DEPTH=$1 -DB_ALONG_DEPTH=$2" include/place_gpu.cl $common \
                linalg/product_gpu.cl linalg/load_gpu.cl linalg/gemm_gpu.cl include/join_gpu.cl
        done
        for left in "convolution 0 1 0" "filter_gradient 1 0 0" "input_gradient 2 1 1"; do
            set -- $left
            for volume in 0 1; do
                along="-DA_ALONG_DEPTH=$3 -DB_ALONG_DEPTH=$4"
                check "$tile $form -DGEMM=gemm_$1 -DLEFT=$2 $along -DVOLUME=$volume" $common \
                    linalg/product_gpu.cl convolution/geometry.cl convolution/load_gpu.cl \
                    linalg/gemm_gpu.cl
            done
        done
    done
done
check "-DLANES=1" $common attention/pattern.cl attention/attention_gpu.cl
check "" $common elementwise/pointwise.cl
# As parts of joined launches.
check "-DLANES=1" include/place_gpu.cl $common movement/copy.cl movement/transpose_gpu.cl movement/index.cl \
    movement/scatter_add_gpu.cl training/random.cl training/random_gpu.cl movement/wide_gpu.cl reduce/arg_reduce_gpu.cl \
    normalization/softmax_gpu.cl training/cross_entropy_gpu.cl normalization/batch_normalization_gpu.cl \
    convolution/geometry.cl movement/patches.cl convolution/pooling.cl convolution/depthwise.cl \
    convolution/pooling_apart_gpu.cl reduce/arg_sort.cl reduce/arg_sort_gpu.cl linalg/small.cl elementwise/pointwise.cl \
    include/join_gpu.cl include/gate_gpu.cl
check "" include/gate_gpu.cl probes/resident_groups.cl
check "-DLANES=1 -DT=float -DT4=float4 -DFUNCTION=0 -DIDENTITY=0" include/place_gpu.cl $common reduce/functions.cl \
    reduce/reduce_gpu.cl include/join_gpu.cl
check "" include/place_cpu.cl $common include/join_cpu.cl
# Numbers that Swift gives: cells, activations and phases.
names="-DSIMPLE=0 -DLSTM=1 -DGRU=2 -DGRU_RESET_BEFORE=3 -DNONE=0 -DRELU=1 -DSIGMOID=2 -DTANH=3 \
    -DHARD_SIGMOID=4 -DLEGACY_HARD_SIGMOID=5 -DPHASE_BEGIN=0 -DPHASE_BEFORE=1 -DPHASE_RESET=2 \
    -DPHASE_PRODUCT=3 -DPHASE_END=4"
for cell in "0 1" "1 4" "2 3" "3 3"; do
    set -- $cell
    options="$names -DCELL=$1 -DGATES=$2"
    cells="$common recurrent/units.cl recurrent/cells.cl"
    for direction in forward backward; do
        for form in "-DLANES_U=16 -DTILE_ROWS=6 -DPANEL_VECTORS=4 -DGROUPED=0" \
            "-DLANES_U=8 -DTILE_ROWS=3 -DPANEL_VECTORS=4 -DGROUPED=0" \
            "-DLANES_U=1 -DTILE_ROWS=4 -DPANEL_VECTORS=1 -DGROUPED=1"; do
            for dropout in 0 1; do
                check "$options -DDROPOUT=$dropout $form" $cells recurrent/slices.cl \
                    recurrent/$direction.cl
            done
        done
        for form in "-DPADDED=32 -DKEPT=32" "-DPADDED=256 -DKEPT=40"; do
            for samples in 1 2 4; do
                check "$options -DLANES_U=1 $form -DSAMPLES=$samples" $cells recurrent/resident.cl \
                    recurrent/${direction}_gpu.cl
            done
        done
    done
done
echo "lint-kernels: $programs programs, $failures with errors ($clang)"
[ "$failures" = 0 ]
