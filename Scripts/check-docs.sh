#!/bin/bash
# Type-checks every ```swift block of the pages, so that none can rot; `Scripts/doc-programs.awk` says what may stand before one.
# Code that is not meant to compile is fenced without the word swift. Links to files must lead somewhere, too.
# Pages: those named, else all that users read.
# BUILD_PATH: the folder of a build, such as .build/debug.
set -euo pipefail
cd "$(dirname "$0")/.."
build=${BUILD_PATH:-.build/release}
swiftc=${SWIFTC:-swiftc}
[ -d "$build/Modules" ] || {
    echo "check-docs: $build holds no modules: build first, or set BUILD_PATH" >&2
    exit 1
}
pages=("$@")
if [ ${#pages[@]} -eq 0 ]; then
    pages=(README.md Documentation/*.md Sources/Keratin/Keratin.docc/*.md)
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# PAGE, line and target of each link to a file.
broken=0
while IFS=$'\t' read -r page line target; do
    [ -e "$(dirname "$page")/$target" ] && continue
    echo "$page:$line: there is no $target" >&2
    broken=$((broken + 1))
done < <(awk '
    FNR == 1 { inCode = 0 }
    /^ *```/ { inCode = !inCode; next }
    inCode { next }
    {
        rest = $0
        while (match(rest, /\]\([^)#]+/)) {
            target = substr(rest, RSTART + 2, RLENGTH - 2)
            rest = substr(rest, RSTART + RLENGTH)
            if (target !~ /^[a-z]+:/) printf "%s\t%d\t%s\n", FILENAME, FNR, target
        }
    }' "${pages[@]}")
[ "$broken" -eq 0 ] || exit 1

awk -v folder="$work" -f Scripts/doc-programs.awk "${pages[@]}"
programs=("$work"/*.swift)
[ -e "${programs[0]}" ] || {
    echo "check-docs: no Swift in ${pages[*]}" >&2
    exit 1
}

# The C modules that Keratin's import, wherever SwiftPM put their maps.
options=(-typecheck -swift-version 6 -warnings-as-errors -I "$build/Modules")
for map in Sources/C*/module.modulemap "$build"/CKeratin*.build/module.modulemap; do
    [ -e "$map" ] && options+=(-Xcc "-fmodule-map-file=$map")
done

# As many at a time as there are processors; each writes what it says beside its program.
check() {
    local program=$1
    shift
    "$@" "$program" >"$program.log" 2>&1 || touch "$program.failed"
}
export -f check
printf '%s\0' "${programs[@]}" |
    xargs -0 -P "$(nproc)" -I{} bash -c 'check "$@"' check {} "$swiftc" "${options[@]}"

failed=0
for program in "${programs[@]}"; do
    if [ -e "$program.failed" ]; then
        cat "$program.log" >&2
        failed=$((failed + 1))
    fi
done
if [ "$failed" -gt 0 ]; then
    echo "check-docs: $failed of ${#programs[@]} programs of the pages do not compile" >&2
    exit 1
fi
echo "check-docs: the ${#programs[@]} programs of ${#pages[@]} pages compile"
