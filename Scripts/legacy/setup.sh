#!/bin/sh
# Creates the Python environment that make_legacy.py needs, in the folder given (default: ./environment). TensorFlow 2.15 needs Python 3.9 to 3.11.
set -eu
folder="${1:-environment}"
"${PYTHON:-python3.11}" -m venv "$folder"
"$folder/bin/pip" install --quiet tensorflow-cpu==2.15.1
echo "run: $folder/bin/python $(dirname "$0")/make_legacy.py"
