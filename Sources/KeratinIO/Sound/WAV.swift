import KeratinCore
import KeratinTensor

/// The samples of a WAV file of 16 bits, as TensorFlow's `decode_wav` gives them: float32 [samples, channels], −1 ≤ x < 1.
struct WAV {
    /// Samples a second.
    let samplingRate: Int
    let channels: Int
    /// Channel by channel within each sample.
    let values: [Int16]

    /// - Throws: `KeratinError` for what is no WAV file, is cut off, or has samples of another kind.
    init(_ bytes: [UInt8], at place: String) throws {
        func damaged(_ message: String) -> KeratinError {
            KeratinError(.file, message, at: place)
        }
        func number(_ offset: Int, _ count: Int) -> Int {
            (0..<count).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
        }
        func word(_ offset: Int) -> String {
            String(decoding: bytes[offset..<(offset + 4)], as: UTF8.self)
        }
        guard bytes.count >= 12, word(0) == "RIFF", word(8) == "WAVE" else {
            throw damaged("is no WAV file: it does not begin with RIFF and WAVE")
        }
        var format: (channels: Int, rate: Int)?
        var offset = 12
        while offset + 8 <= bytes.count {
            let (name, size) = (word(offset), number(offset + 4, 4))
            let start = offset + 8
            if name == "fmt " {
                guard size >= 16, start + 16 <= bytes.count else {
                    throw damaged("is cut off, or damaged, in its format")
                }
                let (kind, bits) = (number(start, 2), number(start + 14, 2))
                let (channels, rate) = (number(start + 2, 2), number(start + 4, 4))
                // 0xFFFE: the kind stands behind, for more than two channels.
                guard kind == 1 || kind == 0xFFFE, bits == 16 else {
                    throw KeratinError(
                        .unavailable,
                        "holds samples of kind \(kind) with \(bits) bits, and only PCM of 16 bits is read",
                        at: place)
                }
                guard channels > 0, rate > 0 else {
                    throw damaged("says that it has \(channels) channels, \(rate) samples a second")
                }
                format = (channels, rate)
            } else if name == "data" {
                guard let format else { throw damaged("has samples before their format") }
                guard start + size <= bytes.count else {
                    throw damaged(
                        "is cut off: it should hold \(size) bytes of samples, and holds \(bytes.count - start)"
                    )
                }
                let count = size / 2 / format.channels * format.channels
                values = (0..<count).map { index in
                    Int16(
                        truncatingIfNeeded: Int(bytes[start + 2 * index])
                            | Int(bytes[start + 2 * index + 1]) << 8)
                }
                (samplingRate, channels) = (format.rate, format.channels)
                return
            }
            // Parts begin at even places.
            offset = start + size + size % 2
        }
        throw damaged("holds no samples")
    }

    /// How many samples there are of each channel.
    var count: Int { values.count / channels }

    /// The samples, cut or filled up with silence to a length.
    func samples(_ length: Int) -> [Float] {
        let kept = values.prefix(length * channels).map { Float($0) / 32768 }
        return kept + [Float](repeating: 0, count: length * channels - kept.count)
    }
}
