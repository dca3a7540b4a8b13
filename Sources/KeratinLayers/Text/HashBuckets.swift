/// The bucket that TensorFlow's hashes put texts into: the fingerprint FarmHash64, or SipHash-2-4 with a key, modulo the number of
/// buckets. Integers are hashed as the text of their decimal digits.
struct HashBuckets: Sendable {
    /// Positive.
    let count: Int
    /// nil: the fingerprint, which has no key.
    let key: (UInt64, UInt64)?

    /// - Parameter salt: one number or two, for `SipHash`; nil: the fingerprint.
    init(_ count: Int, salt: [Int]?) {
        self.count = count
        guard let salt, let first = salt.first, let last = salt.last else {
            key = nil
            return
        }
        key = (UInt64(bitPattern: Int64(first)), UInt64(bitPattern: Int64(last)))
    }

    func bucket(of bytes: UnsafeRawBufferPointer) -> Int {
        let value = key.map { SipHash.hash(bytes, key: $0) } ?? Fingerprint64.hash(bytes)
        return Int(value % UInt64(count))
    }

    func bucket(of text: String) -> Int {
        var text = text
        return text.withUTF8 { bucket(of: UnsafeRawBufferPointer($0)) }
    }
}

extension Fingerprint64 {
    /// The fingerprint of a text's UTF-8.
    static func hash(_ text: String) -> UInt64 {
        var text = text
        return text.withUTF8 { hash(UnsafeRawBufferPointer($0)) }
    }

    /// Two fingerprints to one, after Murmur; which is first matters. TensorFlow crosses features by it (`FingerprintCat64`).
    static func joined(_ first: UInt64, _ second: UInt64) -> UInt64 {
        let factor: UInt64 = 0xc6a4_a793_5bd1_e995
        func mixed(_ value: UInt64) -> UInt64 { value ^ (value &>> 47) }
        let both = (first ^ factor) ^ (mixed(second &* factor) &* factor)
        return mixed(mixed(both &* factor) &* factor)
    }
}
