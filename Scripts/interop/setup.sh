#!/bin/bash
# Makes the Python environments of `make interop`: real Keras on TensorFlow, and beside it tf.keras 2.15.
set -eu
folder=$1
[ -x "$folder/bin/python" ] || python3 -m venv "$folder"
"$folder/bin/pip" install --quiet keras==3.15.1 tensorflow-cpu==2.21.0 numpy h5py tensorboard==2.21.0
[ -x "$folder-tf/bin/python" ] || python3 -m venv "$folder-tf"
"$folder-tf/bin/pip" install --quiet tensorflow-cpu==2.15.1
