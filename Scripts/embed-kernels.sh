#!/bin/bash
# Lists all files of Kernels/ in Sources/CKeratinKernels/CKeratinKernels.c, which takes them into the binary.
# With --check it changes nothing, and ends with code 1 if the list is not as it should be.
set -euo pipefail
cd "$(dirname "$0")/.."
target=Sources/CKeratinKernels/CKeratinKernels.c

listing() {
    local paths path name
    mapfile -t paths < <(cd Kernels && find . -name '*.cl' | sed 's|^\./||' | LC_ALL=C sort)
    echo '#include "CKeratinKernels.h"'
    echo
    echo '// Written by Scripts/embed-kernels.sh. `#embed` makes each .cl file a dependency of this file, so that an edit rebuilds the binary.'
    for path in "${paths[@]}"; do
        name=${path%.cl}
        printf 'static const unsigned char %s[] = {\n#embed "../../Kernels/%s"\n};\n' "${name//\//_}" "$path"
    done
    echo
    echo 'static const KeratinKernelSource sources[] = {'
    for path in "${paths[@]}"; do
        name=${path%.cl}
        name=${name//\//_}
        echo "    {\"$path\", $name, sizeof $name},"
    done
    cat <<'END'
};

const KeratinKernelSource *keratinKernelSources(size_t *count) {
    *count = sizeof sources / sizeof sources[0];
    return sources;
}
END
}

if [ "${1:-}" = --check ]; then
    listing | cmp --quiet - "$target" || {
        echo "embed-kernels: $target does not list the files of Kernels/: run Scripts/embed-kernels.sh" >&2
        exit 1
    }
else
    listing >"$target.new"
    mv "$target.new" "$target"
fi
