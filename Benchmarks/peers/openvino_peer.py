"""OpenVINO runs Keras's nets in float32, inference only. usage: openvino_peer.py JOB THREADS"""

import os
import sys
import tempfile

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import keras
import numpy
import openvino

from peer import INFERENCES, serve, sizes

job, threads = sys.argv[1], int(sys.argv[2])
NETS = {"resnet50": "ResNet50", "mobilenetv2": "MobileNetV2", "vgg16": "VGG16"}
items, batch = sizes(job)


def prepare():
    net = getattr(keras.applications, NETS[INFERENCES[job][0]])(weights=None)
    with tempfile.TemporaryDirectory() as folder:
        net.export(folder, verbose=False)
        model = openvino.convert_model(folder, input=[batch, 224, 224, 3])
    options = {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": str(threads)}
    compiled = openvino.Core().compile_model(model, "CPU", options)
    x = numpy.random.default_rng(1).random((batch, 224, 224, 3), dtype="float32")
    return lambda: compiled(x)


serve({"openvino": openvino.__version__.split("-")[0]}, items, batch, prepare)
