"""Writes Documentation/Parity.md: every public name of Keras 3.15 and what became of it here.

Names come from real Keras (the environment of Scripts/goldens/setup.sh), states from states.txt beside this file.
"""
import fnmatch
import os
import pathlib
import re
import types

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras  # noqa: E402
from keras.src.utils.naming import to_snake_case  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Modules whose names all stand in another section; checked below.
REPEATED = {
    "keras.ops": ["keras.ops.numpy", "keras.ops.nn", "keras.ops.linalg"],
    "keras.applications": [],
}


def find(path):
    found = keras
    for part in path.split(".")[1:]:
        found = getattr(found, part)
    return found


def public(thing):
    return [name for name in sorted(dir(thing)) if not name.startswith("_")]


def names(path):
    """Public names below a module or class, submodules' with their module's name, repeated modules left out."""
    thing = find(path)
    found = []
    for name in public(thing):
        value = getattr(thing, name) if not isinstance(thing, type) else None
        if isinstance(value, types.ModuleType):
            place = f"{path}.{name}"
            if place in SECTIONS or place in REPEATED.get(path, []) or path == "keras":
                continue
            found += [f"{name}.{inner}" for inner in names(place)]
        else:
            found.append(name)
    return found


def camel(name):
    first, *rest = to_snake_case(name).split("_")
    return first + "".join(part.capitalize() for part in rest)


class Section:
    def __init__(self, path):
        self.path = path
        self.here = "`{same}`"
        self.rules = []
        self.used = set()

    def add(self, state, text):
        # Spellings may hold spaces: a pattern begins behind white space and has none.
        for match in re.finditer(r"([^\s=]+)(?:=(`[^`]*`(?: \([^)]*\))?))?", text):
            self.rules.append((match[1], state, match[2]))

    def state(self, name):
        for pattern, state, spelling in self.rules:
            if fnmatch.fnmatchcase(name, pattern):
                self.used.add(pattern)
                return state, spelling or self.here.format(same=name, camel=camel(name))
        raise SystemExit(f"{self.path}.{name} has no state in states.txt")


def read_states():
    sections = {}
    for line in (pathlib.Path(__file__).parent / "states.txt").read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        key, colon, text = line.partition(": ")
        if not colon:
            section = sections[line] = Section(line)
        elif key == "here":
            section.here = text
        else:
            section.add(key, text)
    return sections


SECTIONS = read_states()

HEAD = """# Parity with Keras

Every public name of Keras {version}, by module, and what became of it in Keratin: **done**, with its spelling here;
**planned**, with the part of the work that brings it; or **will not**, with the reason. Arguments are spelled like
names: `kernel_size` is `kernelSize`. Names that Keras exports several times stand once a module.

`Scripts/parity/make_parity.py` writes this page from real Keras's names and `Scripts/parity/states.txt`; a test
compares it with the code (`ParityTests`). Do not edit it by hand.
"""


def write_section(section):
    """A table of what is done, then lists of what is not."""
    done, others = [], {}
    everything = names(section.path)
    for name in everything:
        state, spelling = section.state(name)
        if state == "done":
            done.append(f"| `{name}` | {spelling} |")
        else:
            others.setdefault(state, []).append(f"`{name}`")
    unused = {pattern for pattern, _, _ in section.rules} - section.used
    assert not unused, f"{section.path} has no {unused}, or another rule takes them first"
    lines = [f"## `{section.path}`", "", f"{len(done)} of {len(everything)} done.", ""]
    for module in REPEATED.get(section.path, []):
        inner = set(names(module))
        assert inner <= set(everything), module
        lines += [f"`{module}` holds {len(inner)} of these names once more.", ""]
    if done:
        lines += ["| Keras | Keratin |", "|---|---|", *done, ""]
    for state, found in sorted(others.items()):
        lines += [f"- {state}: {', '.join(found)}"]
    if others:
        lines.append("")
    return lines, len(done), len(everything)


def check_modules():
    """Every module of Keras must have a section."""
    for name in public(keras):
        value = getattr(keras, name)
        if isinstance(value, types.ModuleType) and name not in ("src", "legacy"):
            assert f"keras.{name}" in SECTIONS, f"keras.{name} has no section in states.txt"


def main():
    check_modules()
    body, overview = [], ["| module | done | of |", "|---|---:|---:|"]
    for section in SECTIONS.values():
        lines, done, count = write_section(section)
        body += lines
        overview.append(f"| `{section.path}` | {done} | {count} |")
    text = "\n".join([HEAD.format(version=keras.__version__), *overview, "", *body])
    (ROOT / "Documentation/Parity.md").write_text(text.rstrip() + "\n")


main()
