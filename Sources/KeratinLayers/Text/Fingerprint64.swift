/// Pike and Alakuijala's FarmHash fingerprint of bytes, 64 bits: the same on every machine and for ever. TensorFlow
/// chooses the place of unknown tokens by it (`to_hash_bucket_fast`).
///
/// Up to 16, 32 and 64 bytes each have a formula; more are taken in blocks of 64, which overlap at the end.
enum Fingerprint64 {
    private static let k0: UInt64 = 0xc3a5_c85c_97cb_3127
    private static let k1: UInt64 = 0xb492_b66f_be98_f273
    private static let k2: UInt64 = 0x9ae1_6a3b_2f90_404f

    static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        switch bytes.count {
        case 0...16: upTo16(bytes)
        case 17...32: upTo32(bytes)
        case 33...64: upTo64(bytes)
        default: blocks(bytes)
        }
    }

    // MARK: Parts

    /// Eight bytes from `offset` on, the first one lowest.
    private static func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    private static func half(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
        UInt64(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
    }

    private static func rotate(_ value: UInt64, _ places: UInt64) -> UInt64 {
        value &>> places | value &<< (64 - places)
    }

    private static func mixed(_ value: UInt64) -> UInt64 { value ^ (value &>> 47) }

    /// Two words to one, after Murmur.
    private static func joined(_ u: UInt64, _ v: UInt64, _ factor: UInt64) -> UInt64 {
        let a = mixed((u ^ v) &* factor)
        return mixed((v ^ a) &* factor) &* factor
    }

    /// The factor of short inputs depends on their length.
    private static func factor(_ count: Int) -> UInt64 { k2 &+ UInt64(count) &* 2 }

    // MARK: Short inputs

    private static func upTo16(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        let count = bytes.count
        if count >= 8 {
            let factor = factor(count)
            let (a, b) = (word(bytes, 0) &+ k2, word(bytes, count - 8))
            return joined(
                rotate(b, 37) &* factor &+ a, (rotate(a, 25) &+ b) &* factor, factor)
        }
        if count >= 4 {
            return joined(
                UInt64(count) &+ half(bytes, 0) &<< 3, half(bytes, count - 4), factor(count))
        }
        guard count > 0 else { return k2 }
        let y = UInt64(bytes[0]) &+ UInt64(bytes[count / 2]) &<< 8
        let z = UInt64(count) &+ UInt64(bytes[count - 1]) &<< 2
        return mixed(y &* k2 ^ z &* k0) &* k2
    }

    private static func upTo32(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        let count = bytes.count
        let factor = factor(count)
        let (a, b) = (word(bytes, 0) &* k1, word(bytes, 8))
        let (c, d) = (word(bytes, count - 8) &* factor, word(bytes, count - 16) &* k2)
        return joined(
            rotate(a &+ b, 43) &+ rotate(c, 30) &+ d, a &+ rotate(b &+ k2, 18) &+ c, factor)
    }

    private static func upTo64(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        let count = bytes.count
        let factor = factor(count)
        let (a, b) = (word(bytes, 0) &* k2, word(bytes, 8))
        let (c, d) = (word(bytes, count - 8) &* factor, word(bytes, count - 16) &* k2)
        let y = rotate(a &+ b, 43) &+ rotate(c, 30) &+ d
        let z = joined(y, a &+ rotate(b &+ k2, 18) &+ c, factor)
        let (e, f) = (word(bytes, 16) &* factor, word(bytes, 24))
        let g = (y &+ word(bytes, count - 32)) &* factor
        let h = (z &+ word(bytes, count - 24)) &* factor
        return joined(
            rotate(e &+ f, 43) &+ rotate(g, 30) &+ h, e &+ rotate(f &+ a, 18) &+ g, factor)
    }

    // MARK: Long inputs

    /// 32 bytes into a pair of words.
    private static func absorbed(
        _ bytes: UnsafeRawBufferPointer, _ offset: Int, _ a: UInt64, _ b: UInt64
    ) -> (UInt64, UInt64) {
        let first = a &+ word(bytes, offset)
        let last = word(bytes, offset + 24)
        let sum = first &+ word(bytes, offset + 8) &+ word(bytes, offset + 16)
        return (sum &+ last, rotate(b &+ first &+ last, 21) &+ rotate(sum, 44) &+ first)
    }

    private static func blocks(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        let seed: UInt64 = 81
        var y = seed &* k1 &+ 113
        var z = mixed(y &* k2 &+ 113) &* k2
        var x = seed &* k2 &+ word(bytes, 0)
        var v: (UInt64, UInt64) = (0, 0)
        var w: (UInt64, UInt64) = (0, 0)
        /// One block of 64 bytes; the last one weighs some of the state differently.
        func take(_ offset: Int, _ factor: UInt64, _ weight: UInt64) {
            x = rotate(x &+ y &+ v.0 &+ word(bytes, offset + 8), 37) &* factor
            y = rotate(y &+ v.1 &+ word(bytes, offset + 48), 42) &* factor
            x ^= w.1 &* weight
            y &+= v.0 &* weight &+ word(bytes, offset + 40)
            z = rotate(z &+ w.0, 33) &* factor
            v = absorbed(bytes, offset, v.1 &* factor, x &+ w.0)
            w = absorbed(bytes, offset + 32, z &+ w.1, y &+ word(bytes, offset + 16))
            swap(&z, &x)
        }
        let end = (bytes.count - 1) / 64 * 64
        for offset in stride(from: 0, to: end, by: 64) { take(offset, k1, 1) }
        let factor = k1 &+ (z & 0xff) &<< 1
        w.0 &+= UInt64(bytes.count - 1 - end)
        v.0 &+= w.0
        w.0 &+= v.0
        take(bytes.count - 64, factor, 9)
        return joined(
            joined(v.0, w.0, factor) &+ mixed(y) &* k0 &+ z,
            joined(v.1, w.1, factor) &+ x, factor)
    }
}
