"""What all peers share: a process that makes one job ready and runs it whenever the runner says so.

It prints a line of JSON once the job is warm, one with the seconds of a run for each line "run" that it reads, and one with its memory at
the end. `keratin-bench worker` speaks the same.
"""

import json
import sys
import time

# Seconds of a measurement at least: what is shorter is done several times.
SHORTEST = 0.05


def status_bytes(name):
    """Bytes that Linux counts for this process: VmRSS now, VmHWM the most ever."""
    try:
        with open("/proc/self/status", encoding="utf-8") as file:
            for line in file:
                if line.startswith(name):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def say(**values):
    print(json.dumps(values), flush=True)


def serve(versions, items, batch, prepare):
    """Runs `prepare()`, which gives a function of one run, and then that function as often as asked."""
    base = status_bytes("VmRSS")
    run = prepare()
    run()
    start = time.perf_counter()
    run()
    seconds = max(time.perf_counter() - start, 1e-7)
    count = max(1, int(SHORTEST / seconds))
    say(ready=True, items=items, batch=batch, versions=versions)
    for line in sys.stdin:
        if line.strip() != "run":
            break
        start = time.perf_counter()
        for _ in range(count):
            run()
        say(s=(time.perf_counter() - start) / count)
    peak = status_bytes("VmHWM")
    say(peak_bytes=peak, added_bytes=max(peak - base, 0))


# Items and batch of each job; the same in Benchmarks/KeratinBench/Jobs/ModelJobs.swift.
TRAININGS = {
    "train/moons": (1000, 32),
    "train/mnist-mlp": (12800, 128),
    "train/mnist-cnn": (2560, 128),
    "train/imdb-lstm": (1280, 32),
    "train/imdb-gru": (1280, 32),
    "predict/imdb-lstm": (1280, 32),
    "predict/imdb-gru": (1280, 32),
    "train/resnet50": (8, 8),
}
INFERENCES = {
    "infer/resnet50/1": ("resnet50", 1),
    "infer/resnet50/8": ("resnet50", 8),
    "infer/mobilenetv2/1": ("mobilenetv2", 1),
    "infer/vgg16/1": ("vgg16", 1),
}
WORDS, STEPS, UNITS = 20_000, 80, 128


def sizes(job):
    if job in TRAININGS:
        return TRAININGS[job]
    batch = INFERENCES[job][1]
    return batch, batch
