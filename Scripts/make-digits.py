#!/usr/bin/env python3
"""Packs the UCI optical digits into Sources/CKeratinDatasets/data/digits.bin.

usage: make-digits.py optdigits.tra optdigits.tes OUTPUT

Two little-endian counts (training, test), then 65 bytes a sample: 64 pixels 0...16, row by row, and the label.
"""
import struct
import sys


def samples(path):
    with open(path) as lines:
        for line in lines:
            numbers = [int(field) for field in line.split(",")]
            assert len(numbers) == 65 and max(numbers[:64]) <= 16 and 0 <= numbers[64] <= 9
            yield bytes(numbers)


train, test, output = sys.argv[1:]
parts = [list(samples(train)), list(samples(test))]
with open(output, "wb") as file:
    file.write(struct.pack("<II", len(parts[0]), len(parts[1])))
    for part in parts:
        file.write(b"".join(part))
