import KeratinCore
import KeratinTensor

// What Keras names by a string and Swift by a case of an enumeration. Both may be written; an unknown string throws when the layer is
// built.

/// What stands for a padding: `.same`, `"same"`.
public protocol PaddingConvertible: Sendable {
    /// - Throws: `KeratinError` for an unknown name.
    func padding() throws -> Window.Padding
}

/// What stands for a data format: `.channelsFirst`, `"channels_first"`.
public protocol DataFormatConvertible: Sendable {
    /// - Throws: `KeratinError` for an unknown name.
    func dataFormat() throws -> DataFormat
}

/// What stands for a way to join two directions: `.sum`, `"sum"`.
public protocol MergeModeConvertible: Sendable {
    /// - Throws: `KeratinError` for an unknown name.
    func mergeMode() throws -> Bidirectional.MergeMode
}

/// What stands for a way to fill in what lies between pixels: `.bilinear`, `"bilinear"`.
public protocol InterpolationConvertible: Sendable {
    /// - Throws: `KeratinError` for an unknown name.
    func interpolation() throws -> Interpolation
}

extension Window.Padding: PaddingConvertible {
    public func padding() throws -> Window.Padding { self }
}
extension DataFormat: DataFormatConvertible {
    public func dataFormat() throws -> DataFormat { self }
}
extension Bidirectional.MergeMode: MergeModeConvertible {
    public func mergeMode() throws -> Bidirectional.MergeMode { self }
}
extension Interpolation: InterpolationConvertible {
    public func interpolation() throws -> Interpolation { self }
}

extension PaddingConvertible where Self == Window.Padding {
    /// See `Window.Padding.valid`.
    @_disfavoredOverload
    public static var valid: Window.Padding { Window.Padding.valid }
    /// See `Window.Padding.same`.
    @_disfavoredOverload
    public static var same: Window.Padding { Window.Padding.same }
    /// See `Window.Padding.causal`.
    @_disfavoredOverload
    public static var causal: Window.Padding { Window.Padding.causal }
}

extension DataFormatConvertible where Self == DataFormat {
    /// Rows, columns, channels.
    @_disfavoredOverload
    public static var channelsLast: DataFormat { DataFormat.channelsLast }
    /// Channels, rows, columns.
    @_disfavoredOverload
    public static var channelsFirst: DataFormat { DataFormat.channelsFirst }
}

extension MergeModeConvertible where Self == Bidirectional.MergeMode {
    /// Side by side along the last axis.
    @_disfavoredOverload
    public static var concat: Bidirectional.MergeMode { Bidirectional.MergeMode.concat }
    /// The sum of both.
    @_disfavoredOverload
    public static var sum: Bidirectional.MergeMode { Bidirectional.MergeMode.sum }
    /// The product of both.
    @_disfavoredOverload
    public static var mul: Bidirectional.MergeMode { Bidirectional.MergeMode.mul }
    /// The mean of both.
    @_disfavoredOverload
    public static var ave: Bidirectional.MergeMode { Bidirectional.MergeMode.ave }
}

extension InterpolationConvertible where Self == Interpolation {
    /// See `Interpolation.nearest`.
    @_disfavoredOverload
    public static var nearest: Interpolation { Interpolation.nearest }
    /// See `Interpolation.bilinear`.
    @_disfavoredOverload
    public static var bilinear: Interpolation { Interpolation.bilinear }
    /// See `Interpolation.bicubic`.
    @_disfavoredOverload
    public static var bicubic: Interpolation { Interpolation.bicubic }
    /// See `Interpolation.lanczos3`.
    @_disfavoredOverload
    public static var lanczos3: Interpolation { Interpolation.lanczos3 }
    /// See `Interpolation.lanczos5`.
    @_disfavoredOverload
    public static var lanczos5: Interpolation { Interpolation.lanczos5 }
    /// See `Interpolation.area`.
    @_disfavoredOverload
    public static var area: Interpolation { Interpolation.area }
}

extension String: PaddingConvertible, DataFormatConvertible, MergeModeConvertible,
    InterpolationConvertible
{
    public func padding() throws -> Window.Padding { try choice("padding") }
    public func dataFormat() throws -> DataFormat { try choice("data format") }
    public func mergeMode() throws -> Bidirectional.MergeMode { try choice("merge mode") }
    public func interpolation() throws -> Interpolation { try choice("interpolation") }

    private func choice<Choice: RawRepresentable & CaseIterable>(
        _ what: String
    ) throws -> Choice where Choice.RawValue == String {
        guard let choice = Choice(rawValue: lowercased()) else {
            throw unknownName(self, among: Choice.allCases.map(\.rawValue), what: what)
        }
        return choice
    }
}

/// What an argument says, or why it says nothing that is known; then the layer must say so when it is built.
struct Chosen<Value: Sendable>: Sendable {
    let value: Value
    let mistake: (any Error)?

    init(_ make: () throws -> Value, else fallback: Value) {
        do {
            value = try make()
            mistake = nil
        } catch {
            value = fallback
            mistake = error
        }
    }
}

extension Layer {
    /// Remembers what is wrong with an argument: `build` and files throw it.
    final func note(_ mistakes: (any Error)?...) {
        for mistake in mistakes where self.mistake == nil { self.mistake = mistake }
    }
}
