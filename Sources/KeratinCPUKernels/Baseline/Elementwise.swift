import Glibc
import KeratinCPUKernelTable

@inline(__always)
private func map(
    _ x: FloatInput, _ y: FloatOutput, _ count: Int, _ function: (FloatVector) -> FloatVector
) {
    var i = 0
    while i &+ lanes <= count {
        store(function(load(x + i)), y + i)
        i &+= lanes
    }
    if i < count {
        storePart(function(loadPart(x + i, count &- i, 1)), y + i, count &- i)
    }
}

@inline(__always)
private func map(
    _ a: FloatInput, _ b: FloatInput, _ y: FloatOutput, _ count: Int,
    _ function: (FloatVector, FloatVector) -> FloatVector
) {
    var i = 0
    while i &+ lanes <= count {
        store(function(load(a + i), load(b + i)), y + i)
        i &+= lanes
    }
    if i < count {
        let rest = count &- i
        storePart(function(loadPart(a + i, rest, 1), loadPart(b + i, rest, 1)), y + i, rest)
    }
}

@inline(__always)
private func sign(_ x: FloatVector) -> FloatVector {
    let signed = copySign(splat(1), x)
    let zeroed = blend(x .== 0, x, signed)
    return blend(x .!= x, x, zeroed)
}

/// Sine with whole quarter turns added; the rare huge arguments go to the C library.
@inline(__always)
private func mapSine(_ x: FloatInput, _ y: FloatOutput, _ count: Int, quarters: Int32) {
    map(x, y, count) { value in
        let huge = absolute(value) .> largestSineArgument
        var result = sine(value, quarters: quarters)
        if anyLane(huge) {
            var lane = 0
            while lane < lanes {
                if value[lane] > largestSineArgument || value[lane] < -largestSineArgument {
                    result[lane] = quarters == 0 ? sinf(value[lane]) : cosf(value[lane])
                }
                lane &+= 1
            }
        }
        return result
    }
}

func unary(_ function: FloatUnary, _ x: FloatInput, _ y: FloatOutput, _ count: Int) {
    switch function {
    // A subtraction from 0 would lose the sign of zeros.
    case .negate: map(x, y, count) { $0 * -1 }
    case .abs: map(x, y, count) { absolute($0) }
    case .sign: map(x, y, count) { sign($0) }
    case .reciprocal: map(x, y, count) { 1 / $0 }
    case .sqrt: map(x, y, count) { $0.squareRoot() }
    case .rsqrt: map(x, y, count) { 1 / $0.squareRoot() }
    case .square: map(x, y, count) { $0 * $0 }
    case .exp: map(x, y, count) { exponential($0) }
    case .expm1: map(x, y, count) { exponentialMinusOne($0) }
    case .log: map(x, y, count) { logarithm($0) }
    case .log1p: map(x, y, count) { logarithmOfOnePlus($0) }
    case .sin: mapSine(x, y, count, quarters: 0)
    case .cos: mapSine(x, y, count, quarters: 1)
    case .arctan: map(x, y, count) { inverseTangent($0) }
    case .tanh: map(x, y, count) { hyperbolicTangent($0) }
    case .sigmoid: map(x, y, count) { sigmoid($0) }
    case .relu: map(x, y, count) { blend($0 .< 0, 0, $0) }
    case .softplus: map(x, y, count) { softplus($0) }
    case .erf: map(x, y, count) { errorFunction($0) }
    case .erfc: map(x, y, count) { complementaryErrorFunction($0) }
    case .floor: map(x, y, count) { $0.rounded(.down) }
    case .ceil: map(x, y, count) { $0.rounded(.up) }
    case .round: map(x, y, count) { $0.rounded(.toNearestOrEven) }
    }
}

func binary(
    _ function: FloatBinary, _ a: FloatInput, _ b: FloatInput, _ y: FloatOutput, _ count: Int
) {
    switch function {
    case .add: map(a, b, y, count) { $0 + $1 }
    case .subtract: map(a, b, y, count) { $0 - $1 }
    case .multiply: map(a, b, y, count) { $0 * $1 }
    case .divide: map(a, b, y, count) { $0 / $1 }
    case .maximum: map(a, b, y, count) { maximum($0, $1) }
    case .minimum: map(a, b, y, count) { minimum($0, $1) }
    case .power:
        // The relative error of a product inside the exponential grows with the result's exponent;
        // the C library computes it in double.
        var i = 0
        while i < count {
            y[i] = powf(a[i], b[i])
            i &+= 1
        }
    case .remainder:
        var i = 0
        while i < count {
            let divisor = b[i]
            let rest = fmodf(a[i], divisor)
            y[i] = rest != 0 && (rest < 0) != (divisor < 0) ? rest + divisor : rest
            i &+= 1
        }
    }
}

@inline(__always)
private func compareEach(
    _ a: FloatInput, _ b: FloatInput, _ y: ByteOutput, _ count: Int,
    _ holds: (Float, Float) -> Bool
) {
    var i = 0
    while i < count {
        y[i] = holds(a[i], b[i]) ? 1 : 0
        i &+= 1
    }
}

func compare(
    _ comparison: FloatComparison, _ a: FloatInput, _ b: FloatInput, _ y: ByteOutput, _ count: Int
) {
    switch comparison {
    case .equal: compareEach(a, b, y, count) { $0 == $1 }
    case .notEqual: compareEach(a, b, y, count) { $0 != $1 }
    case .less: compareEach(a, b, y, count) { $0 < $1 }
    case .lessEqual: compareEach(a, b, y, count) { $0 <= $1 }
    case .greater: compareEach(a, b, y, count) { $0 > $1 }
    case .greaterEqual: compareEach(a, b, y, count) { $0 >= $1 }
    }
}

func select(
    _ condition: ByteInput, _ a: FloatInput, _ b: FloatInput, _ y: FloatOutput, _ count: Int
) {
    var i = 0
    while i < count {
        // Both are read before the choice, so that the loop becomes blends instead of gathers.
        let whenTrue = a[i]
        let whenFalse = b[i]
        y[i] = condition[i] != 0 ? whenTrue : whenFalse
        i &+= 1
    }
}

func multiplyAddEach(
    _ a: FloatInput, _ b: FloatInput, _ c: FloatInput, _ y: FloatOutput, _ count: Int
) {
    var i = 0
    while i &+ lanes <= count {
        store(multiplyAdd(load(a + i), load(b + i), load(c + i)), y + i)
        i &+= lanes
    }
    if i < count {
        let rest = count &- i
        let result = multiplyAdd(
            loadPart(a + i, rest, 0), loadPart(b + i, rest, 0), loadPart(c + i, rest, 0))
        storePart(result, y + i, rest)
    }
}
