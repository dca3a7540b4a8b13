"""Opens a folder of event files with the real TensorBoard and prints as JSON what it finds: for each run its tags, and for each tag
its plugin and the steps with their values.

usage: tensorboard_events.py FOLDER

Runs are folders below FOLDER, "." is FOLDER itself. Scalars are numbers, texts and graphs strings, histograms rows of
[left, right, count]. The loader checks each record's sums; "fileVersions" are those of the first records of the files.
"""

import json
import os
import sys

from tensorboard.backend.event_processing import event_file_loader, plugin_event_accumulator
from tensorboard.util import tensor_util


def plain(tensor):
    array = tensor_util.make_ndarray(tensor)
    if array.dtype == object:
        texts = [text.decode() if isinstance(text, bytes) else text for text in array.ravel()]
        # TensorBoard makes a list of a graph's one text.
        return texts[0] if array.size == 1 else texts
    return array.tolist()


def versions(folder):
    found = []
    for name in sorted(os.listdir(folder)):
        if "tfevents" in name:
            events = list(event_file_loader.EventFileLoader(os.path.join(folder, name)).Load())
            found.append(events[0].file_version)
            assert all(event.wall_time > 1e9 for event in events)
    return found


def run(folder):
    accumulator = plugin_event_accumulator.EventAccumulator(folder, size_guidance={"tensors": 0})
    accumulator.Reload()
    tags = {}
    for tag in accumulator.Tags()["tensors"]:
        tags[tag] = {
            "plugin": accumulator.SummaryMetadata(tag).plugin_data.plugin_name,
            "steps": [event.step for event in accumulator.Tensors(tag)],
            "values": [plain(event.tensor_proto) for event in accumulator.Tensors(tag)],
        }
    return {"fileVersions": versions(folder), "tags": tags}


def main():
    top = sys.argv[1]
    runs = {}
    for folder, _, names in os.walk(top):
        if any("tfevents" in name for name in names):
            runs[os.path.relpath(folder, top)] = run(folder)
    json.dump(runs, sys.stdout, indent=1, sort_keys=True)
    print()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main()
