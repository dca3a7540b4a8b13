"""Runs the tool on model files of any Keras and compares with what Keras gave.

    check_files.py FOLDER TOOL [--backends cpu,opencl] [--write Documentation/KerasFiles.md]

FOLDER holds NAME.h5, .hdf5, .keras or .weights.h5 (with NAME.json or NAME.yaml for weights), NAME.x0.npy … and NAME.y0.npy …; with a
README.md that has a table of the files, their versions and classes are taken from it. Needs NumPy.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

ENDS = [".keras", ".weights.h5", ".h5", ".hdf5"]


def numbered(folder, name, kind):
    found = []
    while (path := folder / f"{name}.{kind}{len(found)}.npy").exists():
        found.append(path)
    return found


def compare(tool, folder, name, backend):
    """The largest difference as a part of the largest number, or what went wrong."""
    weights = next(folder / (name + e) for e in ENDS if (folder / (name + e)).exists())
    text = next((folder / (name + e) for e in (".json", ".yaml") if (folder / (name + e)).exists()), None)
    command = [tool, "predict", text or weights] + (["--weights", weights] if text else [])
    for x in numbered(folder, name, "x"):
        command += ["-x", x]
    expected = numbered(folder, name, "y")
    with tempfile.TemporaryDirectory() as scratch:
        outputs = [pathlib.Path(scratch) / f"{i}.npy" for i in range(len(expected))]
        for output in outputs:
            command += ["-o", output]
        result = subprocess.run([str(c) for c in command + ["--backend", backend]], capture_output=True, text=True)
        if result.returncode:
            return result.stderr.strip()
        worst = 0.0
        for output, reference in zip(outputs, expected):
            a, b = np.load(output).astype("f8"), np.load(reference).astype("f8")
            if a.shape != b.shape:
                return f"shape {a.shape}, expected {b.shape}"
            worst = max(worst, float(np.abs(a - b).max() / max(np.abs(b).max(), 1e-30)))
        return worst


def facts(folder):
    """Of each file: version, backend, classes, from the table of the folder's README."""
    table = {}
    readme = folder / "README.md"
    for line in readme.read_text().splitlines() if readme.exists() else []:
        cells = [c.strip() for c in line.strip("|").split("|")]
        if len(cells) > 10 and cells[0].startswith("`"):
            table[cells[0].split("`")[1]] = (cells[1], cells[3], cells[4], cells[5])
    return table


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("tool")
    parser.add_argument("--backends", default="cpu,opencl")
    parser.add_argument("--bound", type=float, default=1e-4)
    parser.add_argument("--loose", default="058", help="beginnings of names of half precision, for which 50 times the bound is allowed")
    parser.add_argument("--write", type=pathlib.Path)
    options = parser.parse_args()
    backends = options.backends.split(",")
    table, rows, bad = facts(options.folder), [], 0
    names = sorted({p.name[: -len(".y0.npy")] for p in options.folder.glob("*.y0.npy")})
    for name in names:
        file = next(name + e for e in ENDS if (options.folder / (name + e)).exists())
        bound = options.bound * (50 if name.startswith(tuple(options.loose.split(","))) else 1)
        cells = []
        for backend in backends:
            result = compare(options.tool, options.folder, name, backend)
            good = isinstance(result, float) and result <= bound
            bad += not good
            cells.append(f"{result:.0e}" if isinstance(result, float) else "refused")
            if not good:
                print(f"{name} on {backend}: {result}")
        kind, version, backend, classes = table.get(file, ("", "", "", ""))
        rows.append(f"| `{file}` | {kind} | {version} | {backend} | {classes} | " + " | ".join(cells) + " |")
    print(f"{len(names)} files on {len(backends)} backends, {bad} do not agree")
    if options.write:
        text = options.write.read_text()
        head = "| file | format | Keras | its backend | layers | " + " | ".join(backends) + " |"
        lines = [head, "|---" * (5 + len(backends)) + "|"] + rows
        start, end = "<!-- table -->", "<!-- end -->"
        before, after = text.split(start)[0], text.split(end)[1]
        options.write.write_text(before + start + "\n" + "\n".join(lines) + "\n" + end + after)
    sys.exit(bad > 0)


if __name__ == "__main__":
    main()
