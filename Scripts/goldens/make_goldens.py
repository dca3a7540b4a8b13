"""Writes Tests/KeratinLayersTests/Goldens/*.json from what real Keras computes. See README.md."""

import json
import os

import common
import functions
import layers
import losses
import optimizers
import recurrent
import running_metrics
import text
import text_rules
import training
import training_options

common.keras.utils.set_random_seed(1)
layers.make()
losses.make()
functions.make()
running_metrics.make()
optimizers.make()
recurrent.make()
text.make()
text_rules.make()
training.make()
training_options.make()
total = sum(os.path.getsize(os.path.join(common.FOLDER, f)) for f in os.listdir(common.FOLDER))
families = sorted(f[:-5] for f in os.listdir(common.FOLDER) if f.endswith(".json") and f != "index.json")
with open(os.path.join(common.FOLDER, "index.json"), "w") as file:
    json.dump({"keras": common.keras.__version__, "families": families}, file)
    file.write("\n")
print(f"{total} bytes in all")
