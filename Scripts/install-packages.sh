#!/bin/bash
# Installs the Debian packages that Keratin builds and runs with, where they are missing.
#
#   opencl-headers, ocl-icd-opencl-dev   OpenCL's types and its loader
#   pocl-opencl-icd                      an OpenCL device where there is no GPU
#   zlib1g-dev                           gzip
#   libhdf5-dev, libzip-dev              Keras files
#   liblapack3                           decompositions of matrices
#   libturbojpeg0, libpng16-16, libwebp7 files of pictures
set -eu

missing=()
for package in opencl-headers ocl-icd-opencl-dev pocl-opencl-icd zlib1g-dev libhdf5-dev \
    libzip-dev liblapack3 libturbojpeg0 libpng16-16 libwebp7 "$@"; do
    status=$(dpkg-query --show --showformat='${Status}' "$package" 2>/dev/null || true)
    [ "$status" = "install ok installed" ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

echo "keratin: installing missing system packages: ${missing[*]}"
as_root=""
if [ "$(id -u)" != 0 ]; then
    echo "keratin: not root, so this asks sudo"
    as_root=sudo
fi
$as_root apt-get update -qq
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >/dev/null
