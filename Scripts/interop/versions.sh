#!/bin/bash
# Whether earlier versions of Keras 3 read what the tool writes.
# Usage: Scripts/interop/versions.sh ENVIRONMENT KERATIN   (the environment of setup.sh; versions are installed beside it)
set -euo pipefail
environment=$1
tool=$2
here=$(dirname "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$environment/bin/pip" install --quiet jax dm-tree optree
"$environment/bin/python" "$here/versions.py" write "$tool" "$work"
for version in 3.0.5 3.3.3 3.6.0 3.9.2 3.12.0; do
    folder=$environment-keras-$version
    [ -d "$folder" ] || "$environment/bin/pip" install --quiet --no-deps --target "$folder" "keras==$version"
    PYTHONPATH=$folder KERAS_BACKEND=jax "$environment/bin/python" "$here/versions.py" read "$work"
done
"$environment/bin/python" "$here/versions.py" read "$work"
