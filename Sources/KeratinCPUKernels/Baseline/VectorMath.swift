// Our own elementary functions, all lanes at once: argument reduction to a small interval and a
// polynomial there. The coefficients are our own minimax fits (weighted least squares refined by
// Lawson's iteration in double, then rounded to float one at a time), made for these intervals.
// `VectorMathTests` holds the error bounds in units in the last place.

/// 1.5·2²³: adding it rounds a small float to the nearest integer, which then sits in the low bits.
@inline(__always) private var roundingShift: Float { 12_582_912 }

/// x = n·ln 2 + r with |r| <= ln(2)/2, and e^r - 1.
@inline(__always)
private func reduceExponential(_ x: FloatVector) -> (n: FloatVector, r1: FloatVector) {
    let shifted = multiplyAdd(x, splat(1.442_695_04), splat(roundingShift))
    let n = shifted - roundingShift
    // The high part of ln 2 has 12 bits, so that n times it is exact.
    var r = multiplyAdd(n, splat(-0.693_115_234), x)
    r = multiplyAdd(n, splat(-3.194_618_33e-05), r)
    var p = multiplyAdd(splat(0.000_197_677_509), r, splat(0.001_393_322_83))
    p = multiplyAdd(p, r, splat(0.008_333_540_52))
    p = multiplyAdd(p, r, splat(0.041_666_485_4))
    p = multiplyAdd(p, r, splat(0.166_666_657))
    p = multiplyAdd(p, r, splat(0.5))
    return (n, multiplyAdd(p, r * r, r))
}

/// 2^n for an integral n within the normal exponents.
@inline(__always) private func powerOfTwo(_ n: FloatVector) -> FloatVector {
    let integral = bits(n + roundingShift) &- 0x4b40_0000
    return floats((integral &+ 127) &<< 23)
}

@inline(__always) func exponential(_ input: FloatVector) -> FloatVector {
    // Beyond these bounds the result is infinite or zero; NaN fails both tests and goes through.
    var x = blend(input .> 89, 89, input)
    x = blend(x .< -104, -104, x)
    let (n, r1) = reduceExponential(x)
    // Two factors, because 2^n itself may be beyond the normal range where the result is not.
    let integral = bits(n + roundingShift) &- 0x4b40_0000
    let half = integral &>> 1
    let first = floats((half &+ 127) &<< 23)
    let second = floats((integral &- half &+ 127) &<< 23)
    return (r1 + 1) * first * second
}

@inline(__always) func exponentialMinusOne(_ input: FloatVector) -> FloatVector {
    var x = blend(input .> 88, 88, input)
    x = blend(x .< -20, -20, x)
    let (n, r1) = reduceExponential(x)
    let scale = powerOfTwo(n)
    let result = multiplyAdd(r1, scale, scale - 1)
    // Subtracting one changes nothing up there, and 2^n would overflow too early.
    let large = input .> 80
    return anyLane(large) ? blend(large, exponential(input), result) : result
}

/// log(1 + f) for f in [√½ - 1, √2 - 1], with `exponent`·ln 2 added in two parts.
@inline(__always)
private func logarithmNearOne(_ f: FloatVector, _ exponent: FloatVector) -> FloatVector {
    var p = multiplyAdd(splat(0.068_030_640_5), f, splat(-0.117_219_031))
    p = multiplyAdd(p, f, splat(0.118_852_34))
    p = multiplyAdd(p, f, splat(-0.123_961_642))
    p = multiplyAdd(p, f, splat(0.142_187_297))
    p = multiplyAdd(p, f, splat(-0.166_686_52))
    p = multiplyAdd(p, f, splat(0.200_022_012))
    p = multiplyAdd(p, f, splat(-0.249_999_94))
    p = multiplyAdd(p, f, splat(0.333_333_105))
    let square = f * f
    var small = multiplyAdd(exponent, splat(3.194_618_33e-05), p * (square * f))
    small = multiplyAdd(square, splat(-0.5), small)
    return multiplyAdd(exponent, splat(0.693_115_234), f + small)
}

/// m·2^e with m in [√½, √2), for positive normal x.
@inline(__always)
private func splitExponent(_ x: FloatVector) -> (mantissa: FloatVector, exponent: FloatVector) {
    let shifted = bits(x) &- 0x3f35_04f3
    let exponent = shifted &>> 23
    let mantissa = floats(bits(x) &- (exponent &<< 23))
    return (mantissa, floats(exponent &+ 0x4b40_0000) - roundingShift)
}

@inline(__always) func logarithm(_ input: FloatVector) -> FloatVector {
    // Subnormal arguments are scaled into the normal range.
    let tiny = input .< 0x1p-126
    let x = blend(tiny, input * 8_388_608, input)
    let (mantissa, exponent) = splitExponent(x)
    let corrected = blend(tiny, exponent - 23, exponent)
    var result = logarithmNearOne(mantissa - 1, corrected)
    result = blend(input .== 0, -Float.infinity, result)
    result = blend(input .< 0, Float.nan, result)
    result = blend(input .== Float.infinity, input, result)
    return blend(input .!= input, input, result)
}

@inline(__always) func logarithmOfOnePlus(_ x: FloatVector) -> FloatVector {
    let u = x + 1
    let (mantissa, exponent) = splitExponent(u)
    // What the rounding of 1 + x lost, as a relative correction.
    let magnitude = absolute(x)
    let lost = blend(magnitude .> 1, 1 - (u - x), x - (u - 1))
    let zero = splat(0)
    let near = exponent .== zero
    // With exponent 0 the reduced argument is x itself, without any loss.
    let f = blend(near, x, mantissa - 1)
    let correction = blend(near, zero, lost / u)
    var result = logarithmNearOne(f, exponent) + correction
    result = blend(x .== -1, -Float.infinity, result)
    result = blend(x .< -1, Float.nan, result)
    result = blend(x .== Float.infinity, x, result)
    return blend(x .!= x, x, result)
}

/// e^x for x <= 0, not less than e^-87, where `exponential` goes on down to the subnormal numbers.
@inline(__always) func decay(_ x: FloatVector) -> FloatVector {
    let (n, r1) = reduceExponential(blend(x .< -87, -87, x))
    return (r1 + 1) * powerOfTwo(n)
}

/// The angle whose tangent is x: beyond tan(π/8) that of (x - 1)/(x + 1), an eighth turn less, beyond tan(3π/8) that of -1/x, a quarter
/// turn less. One division does for all three.
@inline(__always) func inverseTangent(_ x: FloatVector) -> FloatVector {
    let magnitude = absolute(x)
    let middle = magnitude .> 0.414_213_56
    let large = magnitude .> 2.414_213_5
    var numerator = blend(middle, magnitude - 1, magnitude)
    numerator = blend(large, splat(-1), numerator)
    var divisor = blend(middle, magnitude + 1, splat(1))
    divisor = blend(large, magnitude, divisor)
    let t = numerator / divisor
    let square = t * t
    var p = multiplyAdd(splat(-0.060_782_194), square, splat(0.105_938_13))
    p = multiplyAdd(p, square, splat(-0.142_435_33))
    p = multiplyAdd(p, square, splat(0.199_984_71))
    p = multiplyAdd(p, square, splat(-0.333_333_16))
    // Angles in two parts: what float lacks of them is added first.
    var low = blend(middle, splat(-2.185_569_4e-08), splat(0))
    low = blend(large, splat(-4.371_138_8e-08), low)
    var high = blend(middle, splat(0.785_398_16), splat(0))
    high = blend(large, splat(1.570_796_3), high)
    let angle = high + (multiplyAdd(p * square, t, t) + low)
    return copySign(angle, x)
}

@inline(__always) func hyperbolicTangent(_ x: FloatVector) -> FloatVector {
    let magnitude = absolute(x)
    let square = x * x
    var p = multiplyAdd(splat(-0.005_897_966_68), square, splat(0.020_798_625_4))
    p = multiplyAdd(p, square, splat(-0.053_784_716_9))
    p = multiplyAdd(p, square, splat(0.133_319_363))
    p = multiplyAdd(p, square, splat(-0.333_332_986))
    let small = multiplyAdd(p * square, x, x)
    // NaN fails the comparison and goes through `large`.
    let d = decay(magnitude * -2)
    let large = 1 - (d + d) / (d + 1)
    return blend(magnitude .< 0.6, small, copySign(large, x))
}

@inline(__always) func sigmoid(_ x: FloatVector) -> FloatVector {
    let decay = exponential(-absolute(x))
    let result = 1 / (decay + 1)
    return blend(x .< 0, decay * result, result)
}

/// `sigmoid` for gates: results below e^-87 stay there, which is 1e-38.
@inline(__always) func gateSigmoid(_ x: FloatVector) -> FloatVector {
    let decay = decay(-absolute(x))
    let result = 1 / (decay + 1)
    return blend(x .< 0, decay * result, result)
}

@inline(__always) func softplus(_ x: FloatVector) -> FloatVector {
    blend(x .< 0, 0, x) + logarithmOfOnePlus(exponential(-absolute(x)))
}

/// erf for |x| < 0.92.
@inline(__always) private func smallErrorFunction(_ x: FloatVector) -> FloatVector {
    let square = x * x
    var p = multiplyAdd(splat(7.996_649_22e-05), square, splat(-0.000_804_976_968))
    p = multiplyAdd(p, square, splat(0.005_192_405_08))
    p = multiplyAdd(p, square, splat(-0.026_855_731_4))
    p = multiplyAdd(p, square, splat(0.112_836_257))
    p = multiplyAdd(p, square, splat(-0.376_126_289))
    p = multiplyAdd(p, square, splat(0.128_379_166))
    return multiplyAdd(p, x, x)
}

@inline(__always) func errorFunction(_ x: FloatVector) -> FloatVector {
    let small = smallErrorFunction(x)
    // erf = 1 - exp(-t·q(t)); beyond 4 it is 1 to the last bit.
    let magnitude = absolute(x)
    let t = blend(magnitude .> 4, 4, magnitude)
    var q = multiplyAdd(splat(5.294_649_33e-06), t, splat(-4.991_453_9e-05))
    q = multiplyAdd(q, t, splat(-2.755_436_25e-05))
    q = multiplyAdd(q, t, splat(0.002_869_416_73))
    q = multiplyAdd(q, t, splat(-0.022_576_043_4))
    q = multiplyAdd(q, t, splat(0.105_169_855))
    q = multiplyAdd(q, t, splat(0.635_672_987))
    q = multiplyAdd(q, t, splat(1.128_541_47))
    let large = copySign(1 - exponential(-(q * t)), x)
    let result = blend(magnitude .< 0.92, small, large)
    return blend(x .!= x, x, result)
}

/// 1 - erf(x). In the tail it is e^(-x²)·g(x), with g a polynomial in 1/(1 + 0.4·x).
@inline(__always) func complementaryErrorFunction(_ x: FloatVector) -> FloatVector {
    let small = 1 - smallErrorFunction(x)
    let magnitude = absolute(x)
    // Beyond 10.5 the result rounds to zero.
    let t = blend(magnitude .> 10.5, 10.5, magnitude)
    // The square of the leading twelve bits is exact; what it lacks of t² is small enough for a short series.
    let head = floats(bits(t) & -4096)
    let rest = (head - t) * (head + t)
    var series = multiplyAdd(splat(0.041_666_668), rest, splat(0.166_666_67))
    series = multiplyAdd(series, rest, splat(0.5))
    series = multiplyAdd(series, rest, splat(1))
    series = multiplyAdd(series, rest, splat(1))
    let u = 1 / multiplyAdd(t, splat(0.4), splat(1))
    var g = multiplyAdd(splat(0.057_894_434_8), u, splat(-0.211_452_156))
    g = multiplyAdd(g, u, splat(0.213_024_586))
    g = multiplyAdd(g, u, splat(-0.041_457_172_5))
    g = multiplyAdd(g, u, splat(0.158_059_746))
    g = multiplyAdd(g, u, splat(0.164_196_238))
    g = multiplyAdd(g, u, splat(0.208_427_265))
    g = multiplyAdd(g, u, splat(0.225_639_641))
    g = multiplyAdd(g, u, splat(0.225_675_672))
    let tail = exponential(-(head * head)) * (series * (g * u))
    let large = blend(x .< 0, 2 - tail, tail)
    return blend(magnitude .< 0.5, small, large)
}

/// Largest argument whose multiple of π/2 is subtracted exactly enough by `sineCosine`.
@inline(__always) var largestSineArgument: Float { 12_000 }

/// sin(x + quarters·π/2) for |x| <= `largestSineArgument`.
@inline(__always) func sine(_ x: FloatVector, quarters: Int32) -> FloatVector {
    let shifted = multiplyAdd(x, splat(0.636_619_772), splat(roundingShift))
    let n = shifted - roundingShift
    // π/2 in parts of 8, 11, 11 and 24 bits: the products with the first three are exact.
    var r = multiplyAdd(n, splat(-1.570_312_5), x)
    r = multiplyAdd(n, splat(-0.000_483_751_297), r)
    r = multiplyAdd(n, splat(-7.549_533_62e-08), r)
    r = multiplyAdd(n, splat(-2.563_344_07e-12), r)
    let square = r * r
    var s = multiplyAdd(splat(2.832_865_9e-06), square, splat(-0.000_198_530_819))
    s = multiplyAdd(s, square, splat(0.008_333_379_4))
    s = multiplyAdd(s, square, splat(-0.166_666_672))
    let sinePart = multiplyAdd(s * square, r, r)
    var c = multiplyAdd(splat(2.443_254_38e-05), square, splat(-0.001_388_731_06))
    c = multiplyAdd(c, square, splat(0.041_666_645_6))
    let cosinePart = multiplyAdd(c * square, square, multiplyAdd(square, splat(-0.5), splat(1)))
    // The quarter picks the function by its lowest bit and the sign by the next.
    let quarter = bits(shifted) &+ quarters
    let odd = floats((quarter & 1) &* 0x3f80_0000)
    let value = blend(odd .!= 0, cosinePart, sinePart)
    return floats(bits(value) ^ ((quarter & 2) &<< 30))
}
