#!/bin/bash
# Makes the Python environment of `make interop`: real Keras on TensorFlow.
set -eu
folder=$1
[ -x "$folder/bin/python" ] || python3 -m venv "$folder"
"$folder/bin/pip" install --quiet keras==3.15.1 tensorflow-cpu==2.21.0 numpy h5py tensorboard==2.21.0
