import KeratinCore
import KeratinTensor

/// In training, mirrors half of the images.
public final class RandomFlip: RandomImageLayer {
    private let mode: FlipMode

    /// - Parameters:
    ///   - mode: horizontal: left and right change places; vertical: top and bottom; or both at once.
    ///   - seed: nil: a part of the run's own random numbers.
    ///   - dataFormat: where the channels are.
    public init(
        _ mode: any FlipModeConvertible = .horizontalAndVertical, seed: Int? = nil,
        dataFormat: any DataFormatConvertible = .channelsLast, name: String? = nil
    ) {
        let chosen = Chosen(mode.flipMode, else: .horizontalAndVertical)
        self.mode = chosen.value
        super.init(seed: seed, dataFormat: dataFormat, name: name)
        note(chosen.mistake)
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding(["mode": .string(mode.rawValue)])
    }

    override func transformed(_ images: Tensor, _ draws: ImageDraws) throws -> Tensor {
        let flips = try draws.uniform([images.shape[0], 1, 1, 1]).binary(.lessEqual, 0.5)
        let axes: [Int] =
            switch mode {
            case .horizontal: [2]
            case .vertical: [1]
            case .horizontalAndVertical: [1, 2]
            }
        return flips.select(images.reversed(axes: axes), images)
    }
}

extension RandomFlip: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            try configuration.choice("mode", default: FlipMode.horizontalAndVertical),
            seed: try configuration.optionalInteger("seed"),
            dataFormat: try configuration.dataFormat(),
            name: configuration.name)
        try adopt(configuration)
    }
}

/// In which directions `RandomFlip` mirrors images.
public enum FlipMode: String, Hashable, Sendable, CaseIterable {
    case horizontal
    case vertical
    case horizontalAndVertical = "horizontal_and_vertical"
}

/// What stands for a direction of mirroring: `.horizontal`, `"horizontal"`.
public protocol FlipModeConvertible: Sendable {
    /// - Throws: `KeratinError` for an unknown name.
    func flipMode() throws -> FlipMode
}

extension FlipMode: FlipModeConvertible {
    /// This mode.
    public func flipMode() throws -> FlipMode { self }
}

extension String: FlipModeConvertible {
    /// The mode of Keras's name.
    public func flipMode() throws -> FlipMode {
        guard let mode = FlipMode(rawValue: lowercased()) else {
            throw unknownName(self, among: FlipMode.allCases.map(\.rawValue), what: "mode")
        }
        return mode
    }
}

extension FlipModeConvertible where Self == FlipMode {
    /// Left and right change places.
    @_disfavoredOverload
    public static var horizontal: FlipMode { FlipMode.horizontal }
    /// Top and bottom change places.
    @_disfavoredOverload
    public static var vertical: FlipMode { FlipMode.vertical }
    /// Both at once.
    @_disfavoredOverload
    public static var horizontalAndVertical: FlipMode { FlipMode.horizontalAndVertical }
}
