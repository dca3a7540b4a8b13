import KeratinCPUKernelTable

/// Multiply-adds on ten independent accumulators: enough to cover the latency of two units, few
/// enough to stay in sixteen registers.
func peak(_ iterations: Int) -> Float {
    let factor = splat(0.999_999)
    let term = splat(1e-6)
    var a0 = splat(1)
    var a1 = splat(2)
    var a2 = splat(3)
    var a3 = splat(4)
    var a4 = splat(5)
    var a5 = splat(6)
    var a6 = splat(7)
    var a7 = splat(8)
    var a8 = splat(9)
    var a9 = splat(10)
    var i = 0
    while i < iterations {
        a0 = multiplyAdd(a0, factor, term)
        a1 = multiplyAdd(a1, factor, term)
        a2 = multiplyAdd(a2, factor, term)
        a3 = multiplyAdd(a3, factor, term)
        a4 = multiplyAdd(a4, factor, term)
        a5 = multiplyAdd(a5, factor, term)
        a6 = multiplyAdd(a6, factor, term)
        a7 = multiplyAdd(a7, factor, term)
        a8 = multiplyAdd(a8, factor, term)
        a9 = multiplyAdd(a9, factor, term)
        i &+= 1
    }
    let all = ((a0 + a1) + (a2 + a3)) + ((a4 + a5) + (a6 + a7)) + (a8 + a9)
    return sum(all)
}

func copy(_ x: FloatInput, _ y: FloatOutput, _ count: Int) {
    var i = 0
    while i &+ 4 &* lanes <= count {
        let a = load(x + i)
        let b = load(x + i + lanes)
        let c = load(x + i + 2 &* lanes)
        let d = load(x + i + 3 &* lanes)
        store(a, y + i)
        store(b, y + i + lanes)
        store(c, y + i + 2 &* lanes)
        store(d, y + i + 3 &* lanes)
        i &+= 4 &* lanes
    }
    while i < count {
        y[i] = x[i]
        i &+= 1
    }
}
