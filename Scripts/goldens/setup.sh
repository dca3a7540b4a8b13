#!/bin/sh
# Creates the Python environment that make_goldens.py needs, in the folder given (default: ./environment).
set -eu
folder="${1:-environment}"
python3 -m venv "$folder"
# Keras takes the windows of its initializer STFT from SciPy.
"$folder/bin/pip" install --quiet keras==3.15.1 tensorflow-cpu==2.21.0 scipy==1.17.1
echo "run: $folder/bin/python $(dirname "$0")/make_goldens.py"
