#!/bin/bash
# Makes a site of the guides and of the public names that `import Keratin` brings, with the `docc` of the Swift toolchain:
# no package is needed for it. BUILD_PATH: the folder of a build; OUTPUT: where the site goes.
set -euo pipefail
cd "$(dirname "$0")/.."
build=${BUILD_PATH:-.build/release}
output=${OUTPUT:-.build/docs}
swiftc=$(command -v "${SWIFTC:-swiftc}")
tools=$(dirname "$(readlink -f "$swiftc")")
docc=${DOCC:-$tools/docc}
for tool in "$docc" "$tools/swift-symbolgraph-extract"; do
    [ -x "$tool" ] || {
        echo "make-docs: the Swift toolchain has no $(basename "$tool")" >&2
        exit 1
    }
done
[ -d "$build/Modules" ] || {
    echo "make-docs: $build holds no modules: build first, or set BUILD_PATH" >&2
    exit 1
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The public names, those of the modules that the umbrella passes on as if they were its own.
maps=()
for map in Sources/C*/module.modulemap "$build"/CKeratin*.build/module.modulemap; do
    [ -e "$map" ] && maps+=(-Xcc "-fmodule-map-file=$map")
done
target=$("$swiftc" -print-target-info | sed -n 's/.*"triple": "\(.*\)",/\1/p' | head -1)
mkdir "$work/symbols"
"$tools/swift-symbolgraph-extract" -module-name Keratin -target "$target" -I "$build/Modules" "${maps[@]}" \
    -minimum-access-level public -skip-inherited-docs -output-dir "$work/symbols" \
    -experimental-allowed-reexported-modules=KeratinTensor,KeratinLayers,KeratinModels,KeratinIO

# The guides link each other as GitHub follows links; DocC has a way of its own. Pages of `Documentation` come
# along where guides link them, pictures too; links to what is not on the site become text.
catalog=$work/Keratin.docc
mkdir "$catalog"
cp Sources/Keratin/Keratin.docc/*.md Documentation/{Parity,Files,Interop,Demos}.md Documentation/Pictures/*.svg "$catalog"
for page in "$catalog"/*.md; do
    awk -v page="$(basename "$page")" -f Scripts/docc-page.awk "$page" >"$page.new"
    mv "$page.new" "$page"
done

"$docc" convert "$catalog" --additional-symbol-graph-dir "$work/symbols" \
    --fallback-display-name Keratin --fallback-bundle-identifier org.keratin.Keratin \
    --fallback-bundle-version "$(sed -n 's/^public let version = "\(.*\)"/\1/p' Sources/Keratin/Version.swift)" \
    ${HOSTING_BASE_PATH:+--hosting-base-path "$HOSTING_BASE_PATH"} \
    --output-path "$work/site" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
[ -z "${LOG:-}" ] || cp "$work/log" "$LOG"

# Links that lead nowhere are mistakes in the pages. What is said of docstrings is left aside.
if grep -q -- "--> [A-Za-z]*\.md:" "$work/log"; then
    grep -B1 -A6 -- "--> [A-Za-z]*\.md:" "$work/log" >&2
    echo "make-docs: the pages have mistakes" >&2
    exit 1
fi
mkdir -p "$(dirname "$output")"
rm -rf "$output"
mv "$work/site" "$output"
echo "make-docs: $(find "$output/data" -name '*.json' | wc -l) pages in $output; serve that folder with any web server, and open /documentation/keratin"
