#!/bin/bash
# Makes the Python environment of `make bench-peers` in FOLDER. A peer that cannot be installed is named, and left out by the runner.
set -uo pipefail
folder=${1:?usage: setup.sh FOLDER}
[ -x "$folder/bin/python" ] || python3 -m venv "$folder" || exit 1
export PIP_DISABLE_PIP_VERSION_CHECK=1

# What the peer is called, the module that shows it is there, and what pip installs.
add() {
    local name=$1 module=$2
    shift 2
    "$folder/bin/python" -c "import importlib.util, sys; sys.exit(importlib.util.find_spec('$module') is None)" && return 0
    local package
    for package in "$@"; do
        # shellcheck disable=SC2086
        "$folder/bin/pip" install --quiet $package >"$folder/$name.log" 2>&1 && return 0
    done
    echo "peers: $name cannot be installed: $(tail -n 1 "$folder/$name.log")" >&2
}
add keras keras "keras==3.15.1 numpy"
add tensorflow tensorflow "tensorflow-cpu==2.21.0"
add jax jax "jax==0.10.2"
# Processors only, where an index has such wheels; else the wheel with everything.
add torch torch "torch==2.13.0+cpu" "torch==2.13.0"
add openvino openvino openvino
exit 0
