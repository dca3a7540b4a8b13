"""Writes Tests/KeratinLayersTests/Goldens/*.json from what real Keras computes. See README.md."""

import applications
import arrays
import attention
import callbacks
import common
import functions
import graph_layers
import images
import layers
import losses
import operations
import optimizers
import recurrent
import running_metrics
import spectrograms
import tables
import tensor_functions
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
graph_layers.make()
attention.make()
operations.make()
tensor_functions.make()
images.make()
training.make()
training_options.make()
callbacks.make()
arrays.make()
applications.make()
tables.make()
spectrograms.make()
print(f"{common.write_index()} bytes in all")
