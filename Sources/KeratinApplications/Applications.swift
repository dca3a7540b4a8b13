import KeratinCore
import KeratinModels

/// The nets of `keras.applications` by name.
public enum Applications {
    /// All of them, in Keras's order of families.
    static let all: [StandardNet.Type] = [
        VGG16.self, VGG19.self, ResNet50.self, ResNet101.self, ResNet152.self, ResNet50V2.self,
        ResNet101V2.self, ResNet152V2.self, InceptionV3.self, InceptionResNetV2.self, Xception.self,
        MobileNet.self, MobileNetV2.self, MobileNetV3Small.self, MobileNetV3Large.self,
        DenseNet121.self, DenseNet169.self, DenseNet201.self, NASNetMobile.self, NASNetLarge.self,
        EfficientNetB0.self, EfficientNetB1.self, EfficientNetB2.self, EfficientNetB3.self,
        EfficientNetB4.self, EfficientNetB5.self, EfficientNetB6.self, EfficientNetB7.self,
        EfficientNetV2B0.self, EfficientNetV2B1.self, EfficientNetV2B2.self, EfficientNetV2B3.self,
        EfficientNetV2S.self, EfficientNetV2M.self, EfficientNetV2L.self, ConvNeXtTiny.self,
        ConvNeXtSmall.self, ConvNeXtBase.self, ConvNeXtLarge.self, ConvNeXtXLarge.self,
    ]

    /// The nets' names, as Keras spells them.
    public static var names: [String] { all.map { String(describing: $0) } }

    /// Whether a text is a net's name: `MobileNetV2`, `mobilenet_v2`, `mobilenetv2`.
    public static func contains(_ name: String) -> Bool { find(name) != nil }

    /// The class of a net by its name: `MobileNetV2`, `mobilenet_v2`, `mobilenetv2`.
    /// - Throws: `KeratinError` with the nearest name.
    public static func named(_ name: String) throws -> StandardNet.Type {
        guard let net = find(name) else {
            throw unknownName(name, among: names, what: "net")
        }
        return net
    }

    private static func find(_ name: String) -> StandardNet.Type? {
        all.first { key(String(describing: $0)) == key(name) }
    }

    private static func key(_ name: String) -> String {
        name.lowercased().filter { $0 != "_" && $0 != "-" }
    }
}
