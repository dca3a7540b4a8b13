#!/usr/bin/env python3
"""Packs folders of cases (a model, inputs and right values each) into the fixtures of `CaseTests`. usage: pack.py FOLDER…

A folder NN-name becomes Tests/KeratinIOTests/Fixtures/cases/NN-name.zip. A case NAME is model-NAME.keras, x-NAME.npy and one of
  expected-NAME.npy           what `predict` gives
  expected-NAME.json          what `evaluate` with y-NAME.npy gives, by name
  expected-history-NAME.json  losses of as many epochs, without shuffling, in batches of batch.json's size (default 2)
The same files give the same bytes.
"""
import os
import sys
import zipfile

fixtures = os.path.join(os.path.dirname(__file__), "../../Tests/KeratinIOTests/Fixtures/cases")
for folder in sys.argv[1:]:
    folder = folder.rstrip("/")
    names = sorted(n for n in os.listdir(folder) if n.endswith((".keras", ".npy", ".json")))
    with zipfile.ZipFile(f"{fixtures}/{os.path.basename(folder)}.zip", "w") as archive:
        for name in names:
            info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, open(f"{folder}/{name}", "rb").read(), compresslevel=9)
