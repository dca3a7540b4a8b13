"""ResNet50, MobileNetV2 and VGG16 of keras.applications in PyTorch."""

from torch import nn


def conv_norm(inputs, outputs, size, stride=1, groups=1, activation=None):
    layers = [
        nn.Conv2d(inputs, outputs, size, stride, (size - 1) // 2, groups=groups, bias=False),
        nn.BatchNorm2d(outputs),
    ]
    return layers + ([activation(inplace=True)] if activation else [])


class Bottleneck(nn.Module):
    def __init__(self, inputs, width, stride):
        super().__init__()
        outputs = 4 * width
        self.body = nn.Sequential(
            *conv_norm(inputs, width, 1, stride, activation=nn.ReLU),
            *conv_norm(width, width, 3, activation=nn.ReLU),
            *conv_norm(width, outputs, 1),
        )
        straight = inputs == outputs and stride == 1
        self.shortcut = nn.Identity() if straight else nn.Sequential(*conv_norm(inputs, outputs, 1, stride))

    def forward(self, x):
        return (self.body(x) + self.shortcut(x)).relu_()


def resnet50():
    layers = conv_norm(3, 64, 7, 2, activation=nn.ReLU) + [nn.MaxPool2d(3, 2, 1)]
    inputs = 64
    for stage, count in enumerate((3, 4, 6, 3)):
        width = 64 << stage
        for block in range(count):
            layers.append(Bottleneck(inputs, width, 2 if block == 0 and stage > 0 else 1))
            inputs = 4 * width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inputs, 1000))


class Inverted(nn.Module):
    def __init__(self, inputs, outputs, stride, factor):
        super().__init__()
        width = inputs * factor
        wider = conv_norm(inputs, width, 1, activation=nn.ReLU6) if factor > 1 else []
        self.body = nn.Sequential(
            *wider,
            *conv_norm(width, width, 3, stride, groups=width, activation=nn.ReLU6),
            *conv_norm(width, outputs, 1),
        )
        self.adds = stride == 1 and inputs == outputs

    def forward(self, x):
        return x + self.body(x) if self.adds else self.body(x)


def mobilenetv2():
    layers, inputs = conv_norm(3, 32, 3, 2, activation=nn.ReLU6), 32
    for factor, outputs, count, stride in (
        (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
    ):
        for block in range(count):
            layers.append(Inverted(inputs, outputs, stride if block == 0 else 1, factor))
            inputs = outputs
    layers += conv_norm(inputs, 1280, 1, activation=nn.ReLU6)
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(1280, 1000))


def vgg16():
    layers, inputs = [], 3
    for width, count in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        for _ in range(count):
            layers += [nn.Conv2d(inputs, width, 3, padding=1), nn.ReLU(inplace=True)]
            inputs = width
        layers.append(nn.MaxPool2d(2))
    head = [nn.Flatten(), nn.Linear(512 * 49, 4096), nn.ReLU(), nn.Linear(4096, 4096), nn.ReLU(), nn.Linear(4096, 1000)]
    return nn.Sequential(*layers, *head)


NETS = {"resnet50": resnet50, "mobilenetv2": mobilenetv2, "vgg16": vgg16}
