import KeratinCPUKernelTable

/// Philox4x32-10 (Salmon, Moraes, Dror and Shaw, SC11), a block of four words at a time.
func philox(
    _ key0: UInt32, _ key1: UInt32, _ counter1: UInt32, _ counter2: UInt32, _ counter3: UInt32,
    _ first: Int, _ output: UnsafeMutablePointer<UInt32>, _ count: Int
) {
    var index = first
    let end = first &+ count
    while index < end {
        var c0 = UInt32(truncatingIfNeeded: index &>> 2)
        var c1 = counter1
        var c2 = counter2
        var c3 = counter3
        var k0 = key0
        var k1 = key1
        var round = 0
        while round < 10 {
            let p0 = UInt64(0xD251_1F53 as UInt32) &* UInt64(c0)
            let p1 = UInt64(0xCD9E_8D57 as UInt32) &* UInt64(c2)
            c0 = UInt32(truncatingIfNeeded: p1 &>> 32) ^ c1 ^ k0
            c1 = UInt32(truncatingIfNeeded: p1)
            c2 = UInt32(truncatingIfNeeded: p0 &>> 32) ^ c3 ^ k1
            c3 = UInt32(truncatingIfNeeded: p0)
            k0 &+= 0x9E37_79B9
            k1 &+= 0xBB67_AE85
            round &+= 1
        }
        // A run may begin or end inside a block.
        let block = index & ~3
        let blockEnd = block &+ 4 < end ? block &+ 4 : end
        while index < blockEnd {
            let word = index &- block
            output[index &- first] = word == 0 ? c0 : word == 1 ? c1 : word == 2 ? c2 : c3
            index &+= 1
        }
    }
}
