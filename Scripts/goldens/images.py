"""Images: Keras's ops.image as graphs, and image layers with fixed factors. `python images.py` makes them anew."""

from common import *
from more_layers import plain_tree
from operations import one

I = keras.ops.image
L = keras.layers


def image_operations():
    keras.utils.clear_session()
    draw = Draw("image operations")
    cases = []

    def add(name, arrays, function, batch=False, at_once=False):
        cases.append(one(name, arrays, function, batch, at_once))

    x = draw.uniform((2, 5, 7, 2), 0, 1)
    single = draw.uniform((6, 4, 3), 0, 1)
    first = draw.uniform((2, 3, 4, 5), 0, 1)
    colors = draw.uniform((2, 3, 4, 3), 0, 1)
    whole = draw.integers((1, 5, 4, 3), 0, 255)

    for method in ["nearest", "bilinear", "bicubic", "lanczos3", "lanczos5", "area"]:
        add(f"resize {method} up", [x], lambda a: I.resize(a, (8, 9), interpolation=method), batch=True)
        add(f"resize {method} down", [x], lambda a: I.resize(a, (3, 2), interpolation=method))
        add(f"resize {method} one", [single], lambda a: I.resize(a, (4, 9), interpolation=method))
        add(f"resize {method} antialias", [x], lambda a: I.resize(a, (3, 4), interpolation=method, antialias=True))
    add("resize long nearest", [draw.uniform((1, 33, 31, 1))], lambda a: I.resize(a, (10, 13), interpolation="nearest"))
    add("resize long antialias", [draw.uniform((1, 33, 31, 1))], lambda a: I.resize(a, (4, 6), antialias=True))
    add("resize crop", [x], lambda a: I.resize(a, (4, 3), crop_to_aspect_ratio=True))
    add("resize pad", [x], lambda a: I.resize(a, (4, 3), pad_to_aspect_ratio=True, fill_value=0.5))
    add("resize pad one", [single], lambda a: I.resize(a, (3, 7), pad_to_aspect_ratio=True))
    add("resize channels_first", [first], lambda a: I.resize(a, (6, 3), data_format="channels_first"))

    turn = draw.uniform((2, 8), -0.3, 0.3) + np.array([1, 0, 0.5, 0, 1, -0.7, 0, 0], np.float32)
    turn[:, 6:] *= 0.05
    far = np.array([[1.3, 0.4, -9.3, -0.6, 0.9, 8.6, 0, 0]], np.float32)
    for mode in ["reflect", "wrap", "constant", "nearest"]:
        add(f"affine {mode}", [x, turn], lambda a, t: I.affine_transform(a, t, fill_mode=mode, fill_value=0.3))
        add(f"affine at odd places far away {mode}", [x[:1], far], lambda a, t: I.affine_transform(a, t, fill_mode=mode))
        add(f"affine nearest pixel {mode}", [single, turn[0]],
            lambda a, t: I.affine_transform(a, t, interpolation="nearest", fill_mode=mode))
    add("affine channels_first", [first, turn], lambda a, t: I.affine_transform(a, t, data_format="channels_first"))
    start = np.array([[0, 0], [6, 0], [0, 4], [6, 4]], np.float32)
    end = start + draw.uniform((4, 2), -0.9, 0.9)
    add("perspective", [single, start, end], lambda a, s, e: I.perspective_transform(a, s, e, fill_value=0.2))
    add("perspective of a batch", [x, np.stack([start, end]), np.stack([end, start + 0.3])],
        lambda a, s, e: I.perspective_transform(a, s, e))
    places = draw.uniform((3, 4, 2), -4, 9)
    for mode in ["constant", "nearest", "wrap", "reflect"]:
        add(f"map_coordinates {mode}", [single, places], lambda a, c: I.map_coordinates(a, c, 1, fill_mode=mode, fill_value=0.4))
        add(f"map_coordinates nearest {mode}", [single, places], lambda a, c: I.map_coordinates(a, c, 0, fill_mode=mode))
    add("gaussian_blur", [x], lambda a: I.gaussian_blur(a, (3, 3), (0.8, 1.4)))
    add("gaussian_blur of other sizes", [single], lambda a: I.gaussian_blur(a, (3, 5), (0.8, 1.4)))
    add("gaussian_blur channels_first", [first], lambda a: I.gaussian_blur(a, data_format="channels_first"), at_once=True)
    add("sobel_edges", [x], lambda a: I.sobel_edges(a))
    add("ssim", [draw.uniform((2, 12, 13, 2), 0, 1), draw.uniform((2, 12, 13, 2), 0, 1)], lambda a, b: I.ssim(a, b))
    add("ssim, small filter", [single, single[::-1]], lambda a, b: I.ssim(a, b, filter_size=3, filter_sigma=0.7))
    add("rgb_to_grayscale", [colors], I.rgb_to_grayscale, batch=True)
    add("rgb_to_hsv", [colors], I.rgb_to_hsv)
    gray = np.array([[[[0, 0, 0], [0.5, 0.5, 0.5], [1, 1, 0.2], [0.2, 1, 1], [1, 0.3, 1]]]], np.float32)
    add("rgb_to_hsv at odd places", [gray], I.rgb_to_hsv)
    add("hsv_to_rgb", [colors], I.hsv_to_rgb)
    add("hsv_to_rgb at odd places", [gray], I.hsv_to_rgb)
    add("rgb_to_hsv channels_first", [first], lambda a: I.rgb_to_hsv(a, data_format="channels_first"))
    add("crop_images", [x], lambda a: I.crop_images(a, top_cropping=1, left_cropping=2, target_height=3, target_width=4))
    add("crop_images from below", [x], lambda a: I.crop_images(a, bottom_cropping=1, right_cropping=2, target_height=3, target_width=4))
    add("pad_images", [x], lambda a: I.pad_images(a, top_padding=1, left_padding=2, target_height=8, target_width=10))
    add("pad_images channels_first", [first], lambda a: I.pad_images(
        a, top_padding=1, left_padding=2, bottom_padding=0, right_padding=3, data_format="channels_first"))
    add("extract_patches", [x], lambda a: I.extract_patches(a, (2, 3)))
    add("extract_patches with strides", [x], lambda a: I.extract_patches(a, 3, strides=2, padding="same"))
    add("extract_patches dilated", [single], lambda a: I.extract_patches(a, 2, strides=1, dilation_rate=2))
    add("extract_patches_3d", [draw.uniform((1, 4, 4, 5, 2))], lambda a: I.extract_patches_3d(a, 2))
    for method in ["linear", "cubic", "lanczos3", "lanczos5"]:
        add(f"scale_and_translate {method}", [x], lambda a: I.scale_and_translate(
            a, (2, 8, 4, 2), keras.ops.array([1.6, 0.5]), keras.ops.array([-0.4, 0.3]), (1, 2), method), at_once=True)
    add("scale_and_translate without antialias", [x], lambda a: I.scale_and_translate(
        a, (2, 8, 4, 2), keras.ops.array([1.6, 0.5]), keras.ops.array([-0.4, 0.3]), (1, 2), "linear", antialias=False), at_once=True)
    write("image_operations", cases)


def image_layers():
    keras.utils.clear_session()
    keras.utils.set_random_seed(3)
    cases = []

    def add(layer, x, training=True):
        name = f"{type(layer).__name__} {len(cases)}"
        x = np.asarray(x)
        y = layer(tf.constant(x), training=training)
        cases.append({
            "name": name, "layer": plain_tree(keras.saving.serialize_keras_object(layer)), "training": training,
            "input": tensor(x), "output": tensor(np.asarray(y).astype(np.float32)),
        })

    draw = Draw("image layers")
    x = np.round(draw.uniform((2, 5, 6, 3), 0, 255))
    unit = draw.uniform((2, 5, 6, 3), 0, 1)
    one_image = np.round(draw.uniform((7, 4, 3), 0, 255))
    first = np.round(draw.uniform((2, 3, 5, 4), 0, 255))
    dark = np.round(draw.uniform((2, 5, 6, 3), 40, 90))
    flat = np.concatenate([np.full((1, 4, 4, 3), 7, np.float32), np.round(draw.uniform((1, 4, 4, 3), 0, 255))])

    add(L.Resizing(3, 4), x)
    add(L.Resizing(8, 3, "bicubic"), one_image, training=False)
    add(L.Resizing(3, 2, antialias=True, crop_to_aspect_ratio=True), x)
    add(L.Resizing(4, 3, pad_to_aspect_ratio=True, fill_value=3.0, data_format="channels_first"), first)
    add(L.CenterCrop(3, 4), x)
    add(L.CenterCrop(4, 3), one_image, training=False)
    add(L.CenterCrop(8, 4), x)
    add(L.CenterCrop(2, 3, data_format="channels_first"), first)
    # Not larger in both directions: no random numbers.
    add(L.RandomCrop(5, 4), x)
    add(L.RandomCrop(7, 3), one_image)
    add(L.Solarization(0.0, 0.0), x)
    add(L.Solarization(value_range=(0, 1)), unit)
    add(L.AutoContrast(), dark)
    add(L.AutoContrast(), flat, training=False)
    add(L.AutoContrast((0, 1)), unit)
    add(L.Equalization(), x)
    add(L.Equalization(), flat)
    add(L.Equalization(bins=16), dark)
    add(L.Equalization((0, 1)), unit)
    add(L.Equalization(), x, training=False)
    clahe = L.ContrastLimitedAdaptiveHistogramEqualization
    tiles = np.round(draw.uniform((2, 9, 11, 2), 0, 255))
    add(clahe(tile_grid_size=(2, 3)), tiles)
    add(clahe(clip_limit=0.0, tile_grid_size=(3, 2)), tiles, training=False)
    add(clahe(clip_limit=60.0, tile_grid_size=(2, 2), value_range=(0, 1)), unit)

    for fill in ["reflect", "wrap", "constant", "nearest"]:
        add(L.RandomRotation((0.07, 0.07), fill_mode=fill), x)
        add(L.RandomZoom((0.3, 0.3), (-0.2, -0.2), fill_mode=fill), x)
        add(L.RandomTranslation((0.3, 0.3), (-0.2, -0.2), fill_mode=fill, fill_value=9.0), x)
    add(L.RandomRotation((-0.2, -0.2), interpolation="nearest"), one_image)
    add(L.RandomRotation((0.1, 0.1), data_format="channels_first"), first)
    add(L.RandomZoom((-0.3, -0.3)), x)
    add(L.RandomZoom((0.3, 0.3), data_format="channels_first"), first)
    add(L.RandomTranslation((-0.4, -0.4), (0.35, 0.35), data_format="channels_first"), first)
    add(L.RandomShear((0.0, 0.0), (0.0, 0.0)), x)
    add(L.RandomPerspective(1.0, 0.0), x)
    add(L.RandomContrast((0.4, 0.4)), np.full((1, 3, 3, 3), 5, np.float32))
    add(L.RandomContrast((0.0, 0.0)), x)
    # From 1 + 0.4 to 1 + 0.4.
    add(L.RandomContrast((-0.4, 0.4)), x)
    add(L.RandomContrast((-0.3, 0.3), value_range=(0, 1), data_format="channels_first"), draw.uniform((2, 3, 4, 4), 0, 1))
    add(L.RandomBrightness((0.3, 0.3)), x)
    add(L.RandomBrightness((-0.3, -0.3), value_range=(0, 1)), unit)
    add(L.RandomHue((0.0, 0.0)), x)
    # A factor of 1 turns by half the circle both ways.
    add(L.RandomHue((1.0, 1.0)), x)
    add(L.RandomHue((1.0, 1.0), value_range=(0, 1), data_format="channels_first"), draw.uniform((2, 3, 4, 4), 0, 1))
    add(L.RandomSaturation((0.3, 0.3), value_range=(0, 1)), unit)
    add(L.RandomSaturation((0.8, 0.8), value_range=(0, 1)), unit)
    add(L.RandomSaturation((0.6, 0.6)), unit)
    add(L.RandomColorDegeneration((0.6, 0.6)), x)
    add(L.RandomColorDegeneration((0.6, 0.6), data_format="channels_first"), first)
    add(L.RandomColorJitter((0, 1), brightness_factor=(0.1, 0.1), saturation_factor=(0.7, 0.7)), unit)
    add(L.RandomSharpness((0.1, 0.1)), x)
    add(L.RandomSharpness((0.9, 0.9), data_format="channels_first"), first)
    add(L.RandomGrayscale(1.0), x)
    add(L.RandomGrayscale(0.0), one_image)
    add(L.RandomInvert((1.0, 1.0)), x)
    add(L.RandomInvert((1.0, 1.0), value_range=(0, 1)), unit)
    add(L.RandomPosterization((3, 3)), x)
    add(L.RandomPosterization((2, 2), value_range=(0, 1)), unit)
    add(L.RandomGaussianBlur((1.0, 1.0), 3, (0.8, 0.8)), x)
    add(L.RandomGaussianBlur((1.0, 1.0), (3, 5), (0.8, 0.8)), one_image)
    add(L.RandomErasing((1.0, 1.0), (1.0, 1.0), fill_value=7.0), x)
    add(L.RandomElasticTransform(0.0), x)
    add(L.CutMix(0.5), one_image)
    add(L.Pipeline([L.RandomBrightness((0.1, 0.1)), L.RandomInvert((1.0, 1.0)), L.Rescaling(0.5)]), x)
    for layer in [L.RandomFlip("horizontal"), L.RandomFlip(seed=3), L.RandomRotation(0.2), L.RandomZoom(0.2), L.RandomShear((0.1, 0.2)),
                  L.RandomTranslation(0.2, (0.1, 0.3)), L.RandomContrast(0.2), L.RandomBrightness(0.2), L.RandomHue(0.2),
                  L.RandomSaturation(0.2), L.RandomColorJitter(brightness_factor=0.3), L.RandomErasing(fill_value=(1, 2, 3)),
                  L.RandomElasticTransform(), L.RandomGaussianBlur(), L.RandomPerspective(), L.MixUp(0.4), L.CutMix(),
                  L.RandAugment(num_ops=3, factor=0.4), L.AugMix(chain_depth=2), L.MaxNumBoundingBoxes(4)]:
        add(layer, x[:1], training=False)
    write("image_layers", cases)


def bounding_boxes():
    B = keras.utils.bounding_boxes
    draw = Draw("bounding boxes")
    cases = []

    def add(name, arrays, result, **arguments):
        cases.append({
            "name": name, "arguments": {key: str(value) for key, value in arguments.items()},
            "inputs": [tensor(np.asarray(a)) for a in arrays], "output": tensor(np.asarray(result).astype(np.float32))})

    def boxes(shape, size=20):
        corner = draw.uniform(shape + (2,), 0, size)
        return np.concatenate([corner, corner + draw.uniform(shape + (2,), 1, size)], -1).round(3)

    formats = ["xyxy", "yxyx", "xywh", "center_xywh", "center_yxhw", "rel_xyxy", "rel_yxyx", "rel_xywh", "rel_center_xywh"]
    x = boxes((3,))
    for source in formats:
        for target in formats:
            if formats.index(target) in ((formats.index(source) + 1) % 9, (formats.index(source) + 4) % 9, 0):
                add("convert_format", [x], B.convert_format(x, source, target, height=30, width=40), source=source, target=target)
    a, b = boxes((3,)), boxes((4,))
    add("compute_iou", [a, b], B.compute_iou(a, b, "xyxy"), format="xyxy", masking="false")
    add("compute_iou", [a, b], B.compute_iou(a, b, "rel_xyxy", image_shape=(30, 40, 3)), format="rel_xyxy", masking="false")
    batch, other = boxes((2, 3)), boxes((2, 2))
    other[0, 1] = -1
    add("compute_iou", [batch, other], B.compute_iou(batch, other, "center_xywh", use_masking=True), format="center_xywh", masking="true")
    add("compute_ciou", [a, a[::-1]], B.compute_ciou(a, a[::-1].copy(), "xyxy"), format="xyxy")
    add("compute_ciou", [batch, batch * 1.1], B.compute_ciou(batch, batch * 1.1, "yxyx"), format="yxyx")
    for encoding in ["center_xywh", "center_yxhw"]:
        add("encode_box_to_deltas", [a, a[::-1]], B.encode_box_to_deltas(
            a, a[::-1].copy(), "xyxy", "yxyx", encoding, variance=[0.1, 0.1, 0.2, 0.2]), encoding=encoding)
        delta = draw.normal((3, 4), 0.3)
        add("decode_deltas_to_boxes", [a, delta], B.decode_deltas_to_boxes(
            a, delta, "xyxy", "xywh", encoding, variance=[0.1, 0.1, 0.2, 0.2]), encoding=encoding)
    clipped = B.clip_to_image_size({"boxes": tf.constant(x), "labels": tf.constant([1.0, 2.0, 3.0])}, height=15, width=12)
    add("clip_to_image_size", [x, np.array([1, 2, 3], np.float32)], clipped["boxes"])
    add("clip_to_image_size labels", [x, np.array([1, 2, 3], np.float32)], clipped["labels"])
    add("crop", [x], B.crop(x, 3.0, 4.0, 9.0, 12.0))
    add("pad", [x], B.pad(x, 3.0, 4.0))
    numbers = [draw.uniform((2,), -40, 40), draw.uniform((2,), -0.2, 0.2), draw.uniform((2,), -0.2, 0.2), draw.uniform((2,), 0.7, 1.3),
               draw.uniform((2,), -20, 20), draw.uniform((2,), -20, 20)]
    tensors = [tf.constant(n) for n in numbers]
    add("affine_transform", [batch] + numbers, B.affine_transform(batch, *tensors, 30.0, 40.0))
    write("bounding_boxes", cases)


def make():
    image_operations()
    image_layers()
    bounding_boxes()


if __name__ == "__main__":
    make()
    write_index()
