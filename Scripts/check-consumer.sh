#!/bin/bash
# Builds and runs a separate package that depends on Keratin by version from git. Its program is the README's
# Swift code, so that the README cannot rot.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=$(sed -n 's/^public let version = "\(.*\)"/\1/p' "$root/Sources/Keratin/Version.swift")
[ -n "$version" ] || { echo "check-consumer: no version found" >&2; exit 1; }
# What is committed, under a version tag of its own.
git clone --quiet --bare "$root" "$work/Keratin.git"
git --git-dir="$work/Keratin.git" tag --force "$version" HEAD >/dev/null

mkdir -p "$work/consumer/Sources/Consumer"
cat >"$work/consumer/Package.swift" <<MANIFEST
// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "Consumer",
    dependencies: [.package(url: "file://$work/Keratin.git", from: "$version")],
    targets: [
        .executableTarget(
            name: "Consumer", dependencies: [.product(name: "Keratin", package: "Keratin")])
    ]
)
MANIFEST
cd "$root"
awk -v folder="$work" -f "$root/Scripts/doc-programs.awk" README.md
mv "$work/README-1.swift" "$work/consumer/Sources/Consumer/main.swift"
cd "$work/consumer"
swift build -c release
KERATIN_BACKEND=cpu .build/release/Consumer | tail -n 3
echo "check-consumer: a package that depends on Keratin $version by git builds and runs the README's code"
