import KeratinCPUKernelTable

/// Blocks that are computed side by side.
@inline(__always) private var blocks: Int { 16 }

/// Sixteen blocks from a block number on: word w of block i at state[w·16 + i]. Loops over the
/// blocks are innermost, so that they become vector instructions.
@inline(never)
private func philoxBlocks(
    _ key0: UInt32, _ key1: UInt32, _ counter1: UInt32, _ counter2: UInt32, _ counter3: UInt32,
    _ firstBlock: Int, _ state: UnsafeMutablePointer<UInt32>
) {
    var i = 0
    while i < blocks {
        state[i] = UInt32(truncatingIfNeeded: firstBlock &+ i)
        state[16 &+ i] = counter1
        state[32 &+ i] = counter2
        state[48 &+ i] = counter3
        i &+= 1
    }
    var k0 = key0
    var k1 = key1
    var round = 0
    while round < 10 {
        i = 0
        while i < blocks {
            let p0 = UInt64(0xD251_1F53 as UInt32) &* UInt64(state[i])
            let p1 = UInt64(0xCD9E_8D57 as UInt32) &* UInt64(state[32 &+ i])
            let c1 = state[16 &+ i]
            let c3 = state[48 &+ i]
            state[i] = UInt32(truncatingIfNeeded: p1 &>> 32) ^ c1 ^ k0
            state[16 &+ i] = UInt32(truncatingIfNeeded: p1)
            state[32 &+ i] = UInt32(truncatingIfNeeded: p0 &>> 32) ^ c3 ^ k1
            state[48 &+ i] = UInt32(truncatingIfNeeded: p0)
            i &+= 1
        }
        k0 &+= 0x9E37_79B9
        k1 &+= 0xBB67_AE85
        round &+= 1
    }
}

/// Philox4x32-10 (Salmon, Moraes, Dror and Shaw, SC11).
func philox(
    _ key0: UInt32, _ key1: UInt32, _ counter1: UInt32, _ counter2: UInt32, _ counter3: UInt32,
    _ first: Int, _ output: UnsafeMutablePointer<UInt32>, _ count: Int
) {
    withUnsafeTemporaryAllocation(byteCount: 256, alignment: 64) { memory in
        let state = memory.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: UInt32.self)
        var index = first
        let end = first &+ count
        while index < end {
            let block = index &>> 2
            philoxBlocks(key0, key1, counter1, counter2, counter3, block, state)
            let base = block &<< 2
            if index == base && base &+ 64 <= end {
                let target = output + (index &- first)
                var i = 0
                while i < blocks {
                    target[4 &* i] = state[i]
                    target[4 &* i &+ 1] = state[16 &+ i]
                    target[4 &* i &+ 2] = state[32 &+ i]
                    target[4 &* i &+ 3] = state[48 &+ i]
                    i &+= 1
                }
                index &+= 64
            } else {
                // The run begins or ends inside these blocks.
                let last = base &+ 64 < end ? base &+ 64 : end
                while index < last {
                    let word = index &- base
                    output[index &- first] = state[(word & 3) &* 16 &+ word &>> 2]
                    index &+= 1
                }
            }
        }
    }
}
