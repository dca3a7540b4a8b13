"""Runs Keratin's jobs and the same jobs of other frameworks in turn, run by run, and says how they compare.

Each job has a process for each contender; all are made ready and warm, and then take turns, so that what else the machine does meets all of
them. usage: run.py [--jobs train/moons,infer] [--repeats 7] [--threads 2] [--peers torch,openvino] [--backends cpu,opencl]
"""

import argparse
import datetime
import importlib.util
import json
import os
import platform
import selectors
import statistics
import subprocess
import sys
from pathlib import Path

from peer import INFERENCES, TRAININGS

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# What each peer needs, which program it is, and which jobs it can do.
PEERS = {
    "torch": (["torch"], "torch_peer.py", {}, list(TRAININGS) + list(INFERENCES)),
    "keras-tensorflow": (["keras", "tensorflow"], "keras_peer.py", {"KERAS_BACKEND": "tensorflow"}, list(TRAININGS) + list(INFERENCES)),
    "keras-jax": (["keras", "jax"], "keras_peer.py", {"KERAS_BACKEND": "jax"}, list(TRAININGS) + list(INFERENCES)),
    "openvino": (["openvino", "keras", "tensorflow"], "openvino_peer.py", {}, list(INFERENCES)),
}
# Seconds for a contender to be ready, or to do one run.
PATIENCE = 600


class Contender:
    """A process that has a job ready."""

    def __init__(self, name, command, variables, threads):
        self.name, self.seconds, self.facts, self.failure = name, [], {}, None
        environment = dict(os.environ, OMP_NUM_THREADS=str(threads), **variables)
        allowed = sorted(os.sched_getaffinity(0))[:threads] if hasattr(os, "sched_getaffinity") else None
        self.errors = subprocess.DEVNULL if not os.environ.get("PEERS_VERBOSE") else None
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, text=True, env=environment, cwd=HERE,
            # Not all engines let their threads be counted; none escapes the processors that it may use.
            preexec_fn=(lambda: os.sched_setaffinity(0, allowed)) if allowed else None,
        )
        self.facts = self.answer() or {}

    def answer(self):
        """The next line of JSON; None, with a reason, if there is none in time."""
        selector = selectors.DefaultSelector()
        selector.register(self.process.stdout, selectors.EVENT_READ)
        while True:
            if not selector.select(PATIENCE):
                self.failure = f"said nothing in {PATIENCE} seconds"
                self.process.kill()
                return None
            line = self.process.stdout.readline()
            if not line:
                self.failure = f"ended with the code {self.process.wait()}"
                return None
            # Some libraries print what nobody asked for.
            if line.startswith("{"):
                return json.loads(line)

    def ask(self, word):
        if self.failure:
            return None
        try:
            self.process.stdin.write(word + "\n")
            self.process.stdin.flush()
        except OSError as error:
            self.failure = str(error)
            return None
        return self.answer()

    def run(self):
        answer = self.ask("run")
        if answer:
            self.seconds.append(answer["s"])

    def end(self):
        self.facts.update(self.ask("end") or {})
        self.process.stdin.close()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()


def processor():
    try:
        for line in open("/proc/cpuinfo", encoding="utf-8"):
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def chosen(words, known):
    """The jobs with one of these words in their names, in the known order."""
    if not words:
        return known
    jobs = [job for job in known if any(word in job for word in words)]
    if not jobs:
        sys.exit(f"bench-peers: no job has {' or '.join(words)} in its name: {', '.join(known)}")
    return jobs


def compare(job, contenders, repeats):
    """Seconds of all contenders, in turn, each time in another order."""
    alive = [one for one in contenders if not one.failure]
    for turn in range(repeats):
        for index in range(len(alive)):
            alive[(turn + index) % len(alive)].run()
    rows = []
    for one in contenders:
        one.end()
        if one.failure or not one.seconds:
            print(f"bench-peers: {one.name} {job}: {one.failure or 'no run'}", file=sys.stderr)
            continue
        median = statistics.median(one.seconds)
        rows.append({
            "contender": one.name, "items": one.facts["items"], "batch": one.facts["batch"],
            "median_s": round(median, 7), "min_s": round(min(one.seconds), 7), "max_s": round(max(one.seconds), 7),
            "items_per_s": round(one.facts["items"] / median, 2), "peak_bytes": one.facts.get("peak_bytes"),
            "added_bytes": one.facts.get("added_bytes"), "versions": one.facts.get("versions", {}),
        })
    return rows


def ratios(rows):
    """How many times as fast as the best peer each of Keratin's backends is."""
    peers = [row for row in rows if not row["contender"].startswith("keratin")]
    if not peers:
        return None, {}
    best = min(peers, key=lambda row: row["median_s"])
    own = [row for row in rows if row["contender"].startswith("keratin")]
    return best["contender"], {row["contender"]: round(best["median_s"] / row["median_s"], 3) for row in own}


def short(seconds):
    return f"{seconds * 1e3:.3g} ms" if seconds < 1 else f"{seconds:.3g} s"


def cells(jobs):
    """A row of texts for each job, the titles first."""
    names = []
    for entry in jobs.values():
        names += [row["contender"] for row in entry["results"] if row["contender"] not in names]
    names.sort(key=lambda name: (not name.startswith("keratin"), name))
    own = [name for name in names if name.startswith("keratin")]
    table = [["job"] + names + [f"{name[8:]} to the best" for name in own]]
    for job, entry in jobs.items():
        seconds = {row["contender"]: row["median_s"] for row in entry["results"]}
        table.append(
            [job] + [short(seconds[name]) if name in seconds else "" for name in names]
            + [f"{entry['ratios'][name]:.2f} × ({entry['best_peer']})" if name in entry["ratios"] else "" for name in own]
        )
    return table


def print_table(table):
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    for row in table:
        print("  ".join(text.ljust(width) if not index else text.rjust(width) for index, (text, width) in enumerate(zip(row, widths))))


MARKS = ("<!-- Benchmarks/peers/run.py writes from here -->", "<!-- to here -->")


def write_page(path, document):
    """Puts the table between the marks of the page, or at its end."""
    machine = document["machine"]
    table = cells(document["jobs"])
    lines = [
        MARKS[0],
        f"{machine['processor']}, {document['threads']} threads, {machine['system']}, {document['date']}; medians of {document['repeats']} runs in turn. "
        + "A number above 1 × says how many times as fast as the best peer Keratin is. " + ", ".join(f"{name} {version}" for name, version in document["versions"].items()) + ".",
        "",
        "| " + " | ".join(table[0]) + " |",
        "|" + "---|" * len(table[0]),
    ] + ["| " + " | ".join(row) + " |" for row in table[1:]] + [MARKS[1]]
    text = path.read_text(encoding="utf-8")
    if MARKS[0] in text and MARKS[1] in text:
        before, rest = text.split(MARKS[0], 1)
        text = before + "\n".join(lines) + rest.split(MARKS[1], 1)[1]
    else:
        text = text.rstrip() + "\n\n## Beside other frameworks\n\n" + "\n".join(lines) + "\n"
    path.write_text(text, encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--jobs", default="", help="parts of jobs' names, with commas")
    parser.add_argument("--repeats", type=int, default=7, help="runs that medians are taken of")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--backends", default="cpu,opencl", help="Keratin's")
    parser.add_argument("--bench", default=str(ROOT / ".build/release/keratin-bench"), help="the program keratin-bench")
    parser.add_argument("--results", default=str(ROOT / "Benchmarks/results/peers.json"))
    parser.add_argument("--page", default=str(ROOT / "Documentation/Performance.md"), help="what the table is written into; empty: nothing")
    options = parser.parse_args()
    if options.repeats < 1 or options.threads < 1:
        parser.error("--repeats and --threads are positive")
    if not os.access(options.bench, os.X_OK):
        parser.error(f"there is no {options.bench}: swift build -c release --product keratin-bench")

    peers = {}
    for name in filter(None, options.peers.split(",")):
        if name not in PEERS:
            parser.error(f"no peer '{name}': {', '.join(PEERS)}")
        absent = [module for module in PEERS[name][0] if importlib.util.find_spec(module) is None]
        if absent:
            print(f"bench-peers: {name} is left out: {' and '.join(absent)} not installed (Benchmarks/peers/setup.sh)", file=sys.stderr)
        else:
            peers[name] = PEERS[name]

    results = Path(options.results)
    today = datetime.date.today().isoformat()
    machine = {"processor": processor(), "processors": os.cpu_count(), "system": f"{platform.system()} {platform.machine()}"}
    jobs = {}
    # Jobs of an earlier run on the same machine stay, each with its day.
    if results.exists():
        earlier = json.loads(results.read_text(encoding="utf-8"))
        if earlier.get("machine") == machine and earlier.get("threads") == options.threads:
            jobs = earlier["jobs"]
    order = list(TRAININGS) + list(INFERENCES)
    for job in chosen([word for word in options.jobs.split(",") if word], order):
        print(f"bench-peers: {job}", file=sys.stderr)
        contenders = [
            Contender(
                f"keratin-{backend}", [options.bench, "worker", job, "--backend", backend, "--threads", str(options.threads)], {}, options.threads)
            for backend in options.backends.split(",") if backend
        ]
        for name, (_, program, variables, known) in peers.items():
            if job in known:
                contenders.append(
                    Contender(name, [sys.executable, str(HERE / program), job, str(options.threads)], variables, options.threads))
        rows = compare(job, contenders, options.repeats)
        best, factors = ratios(rows)
        if rows:
            jobs[job] = {"date": today, "repeats": options.repeats, "best_peer": best, "ratios": factors, "results": rows}
    versions = {}
    for entry in jobs.values():
        for row in entry["results"]:
            versions.update(row["versions"])
    document = {
        "machine": machine, "threads": options.threads, "date": today, "repeats": options.repeats, "versions": dict(sorted(versions.items())),
        "jobs": {job: jobs[job] for job in order if job in jobs},
    }
    print_table(cells(document["jobs"]))
    results.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if options.page:
        write_page(Path(options.page), document)


if __name__ == "__main__":
    main()
