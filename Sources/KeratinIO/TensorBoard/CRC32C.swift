/// The check sum CRC-32C (Castagnoli), with which records of event files are guarded.
enum CRC32C {
    /// The remainder of each byte.
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { sum, _ in
            sum & 1 == 1 ? sum >> 1 ^ 0x82F6_3B78 : sum >> 1
        }
    }

    static func sum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        table.withUnsafeBufferPointer { table in
            ~bytes.reduce(~UInt32(0)) { sum, byte in
                sum >> 8 ^ table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)]
            }
        }
    }

    /// The sum as records hold it: turned and moved, so that sums of what holds sums stay good ones.
    static func masked(_ bytes: some Sequence<UInt8>) -> UInt32 {
        let sum = sum(bytes)
        return (sum >> 15 | sum << 17) &+ 0xA282_EAD8
    }
}
