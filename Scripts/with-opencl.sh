#!/bin/bash
# Runs a command on one OpenCL implementation that needs no GPU:
#
#   Scripts/with-opencl.sh pocl|intel|rusticl|oclgrind COMMAND...
#
# What is missing is installed first: Debian packages (as root or through sudo), and Intel's CPU
# runtime from PyPI into OPENCL_HOME (default ~/.keratin-opencl).
#   pocl      the reference CPU driver
#   intel     another compiler, fp16, sub-groups
#   rusticl   Mesa's llvmpipe: slow, run a subset
#   oclgrind  a simulator that reports invalid accesses and data races: tiny sizes only;
#             OCLGRIND holds its options (default: --data-races --uniform-writes)
set -eu

if [ $# -lt 2 ]; then
    echo "usage: with-opencl.sh pocl|intel|rusticl|oclgrind COMMAND..." >&2
    exit 64
fi
implementation=$1
shift
home=${OPENCL_HOME:-$HOME/.keratin-opencl}
icd=$home/$implementation
mkdir -p "$icd"

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

need() {
    for package in "$@"; do
        if ! dpkg -s "$package" >/dev/null 2>&1; then
            echo "with-opencl: installing $package" >&2
            as_root apt-get update -qq
            as_root apt-get install -y -qq "$package" >/dev/null
        fi
    done
}

need ocl-icd-libopencl1
case $implementation in
pocl)
    need pocl-opencl-icd
    cp /etc/OpenCL/vendors/pocl.icd "$icd/"
    export OCL_ICD_VENDORS=$icd
    ;;
intel)
    runtime=$home/intel-runtime
    if [ ! -e "$runtime/lib/libintelocl.so" ]; then
        need python3-venv
        python3 -m venv "$runtime"
        "$runtime/bin/pip" install -q intel-opencl-rt intel-cmplr-lib-rt
    fi
    echo "$runtime/lib/libintelocl.so" >"$icd/intel.icd"
    export OCL_ICD_VENDORS=$icd
    export LD_LIBRARY_PATH=$runtime/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
    # Its compiler takes header folders from CPATH, which may hold another OpenCL's headers.
    unset CPATH || true
    ;;
rusticl)
    need mesa-opencl-icd
    cp /etc/OpenCL/vendors/rusticl.icd "$icd/"
    export OCL_ICD_VENDORS=$icd RUSTICL_ENABLE=llvmpipe
    ;;
oclgrind)
    need oclgrind
    # Oclgrind preloads its library; a program that opens OpenCL at run time must be told its name.
    export KERATIN_OPENCL_LIBRARY=liboclgrind-rt.so
    # shellcheck disable=SC2086
    exec oclgrind ${OCLGRIND:---data-races --uniform-writes} "$@"
    ;;
*)
    echo "with-opencl: $implementation is none of pocl, intel, rusticl, oclgrind" >&2
    exit 64
    ;;
esac
exec "$@"
