// The vector type of this variant and the few operations on it that every kernel uses.
//
// House rule of this folder: unsafe pointers and inlined operators only. A specialisation of a
// generic library function (`min`, `pointwiseMax`, `init(truncatingIfNeeded:)`, Array …) comes out
// as a weak symbol; the linker keeps one copy for all variants, and the baseline would then run
// AVX code. `Scripts/check-variants.sh` finds such symbols.

#if KERATIN_AVX512
    typealias FloatVector = SIMD16<Float>
    typealias IntVector = SIMD16<Int32>
    let variantName = "avx512"
#elseif KERATIN_AVX2
    typealias FloatVector = SIMD8<Float>
    typealias IntVector = SIMD8<Int32>
    let variantName = "avx2"
#else
    typealias FloatVector = SIMD4<Float>
    typealias IntVector = SIMD4<Int32>
    let variantName = "baseline"
#endif

@inline(__always) var lanes: Int { FloatVector.scalarCount }

@inline(__always) func load(_ pointer: UnsafePointer<Float>) -> FloatVector {
    UnsafeRawPointer(pointer).loadUnaligned(as: FloatVector.self)
}

@inline(__always) func load(_ pointer: UnsafeMutablePointer<Float>) -> FloatVector {
    UnsafeRawPointer(pointer).loadUnaligned(as: FloatVector.self)
}

@inline(__always) func store(_ value: FloatVector, _ pointer: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: value, as: FloatVector.self)
}

/// The first `count` lanes from memory, the others `filler`.
@inline(__always)
func loadPart(_ pointer: UnsafePointer<Float>, _ count: Int, _ filler: Float) -> FloatVector {
    var value = FloatVector(repeating: filler)
    withUnsafeMutableBytes(of: &value) { bytes in
        let target = bytes.baseAddress.unsafelyUnwrapped
        var i = 0
        while i &+ 4 <= count {
            let four = UnsafeRawPointer(pointer + i).loadUnaligned(as: SIMD4<Float>.self)
            (target + i &* 4).storeBytes(of: four, as: SIMD4<Float>.self)
            i &+= 4
        }
        while i < count {
            (target + i &* 4).storeBytes(of: pointer[i], as: Float.self)
            i &+= 1
        }
    }
    return value
}

@inline(__always)
func storePart(_ value: FloatVector, _ pointer: UnsafeMutablePointer<Float>, _ count: Int) {
    withUnsafeBytes(of: value) { bytes in
        let source = bytes.baseAddress.unsafelyUnwrapped
        var i = 0
        while i &+ 4 <= count {
            let four = (source + i &* 4).loadUnaligned(as: SIMD4<Float>.self)
            UnsafeMutableRawPointer(pointer + i).storeBytes(of: four, as: SIMD4<Float>.self)
            i &+= 4
        }
        while i < count {
            pointer[i] = (source + i &* 4).loadUnaligned(as: Float.self)
            i &+= 1
        }
    }
}

/// Holds in the first `count` lanes.
@inline(__always) func lanesBelow(_ count: Int) -> SIMDMask<IntVector> {
    #if KERATIN_AVX512
        let index = FloatVector(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
    #elseif KERATIN_AVX2
        let index = FloatVector(0, 1, 2, 3, 4, 5, 6, 7)
    #else
        let index = FloatVector(0, 1, 2, 3)
    #endif
    return index .< splat(Float(count))
}

@inline(__always) func splat(_ value: Float) -> FloatVector { FloatVector(repeating: value) }

/// a·b + c with one rounding where the processor has FMA. Without it `addingProduct` would call
/// `fmaf` for every lane, about a hundred times slower than the two operations.
@inline(__always)
func multiplyAdd(_ a: FloatVector, _ b: FloatVector, _ c: FloatVector) -> FloatVector {
    #if KERATIN_AVX512 || KERATIN_AVX2
        return c.addingProduct(a, b)
    #else
        return a * b + c
    #endif
}

@inline(__always) func bits(_ value: FloatVector) -> IntVector {
    unsafeBitCast(value, to: IntVector.self)
}

@inline(__always) func floats(_ value: IntVector) -> FloatVector {
    unsafeBitCast(value, to: FloatVector.self)
}

@inline(__always) func absolute(_ value: FloatVector) -> FloatVector {
    floats(bits(value) & 0x7fff_ffff)
}

/// The magnitude of the first with the sign of the second.
@inline(__always)
func copySign(_ magnitude: FloatVector, _ sign: FloatVector) -> FloatVector {
    floats((bits(magnitude) & 0x7fff_ffff) | (bits(sign) & Int32.min))
}

/// The larger of both, NaN from either side.
@inline(__always)
func maximum(_ a: FloatVector, _ b: FloatVector) -> FloatVector {
    let larger = blend(a .> b, a, b)
    return blend(a .!= a, a, larger)
}

/// The smaller of both, NaN from either side.
@inline(__always)
func minimum(_ a: FloatVector, _ b: FloatVector) -> FloatVector {
    let smaller = blend(a .< b, a, b)
    return blend(a .!= a, a, smaller)
}

/// The smallest float: what `largestNumber` starts from.
@inline(__always) var leastNumber: Float { -0x1.fffffep127 }

/// The larger of both; a second that is NaN is passed over.
@inline(__always)
func largestNumber(_ a: FloatVector, _ b: FloatVector) -> FloatVector {
    blend(b .> a, b, a)
}

@inline(__always) func largestNumber(_ a: Float, _ b: Float) -> Float { b > a ? b : a }

@inline(__always) func maximum(_ a: Float, _ b: Float) -> Float {
    a > b || a != a ? a : b
}

@inline(__always) func minimum(_ a: Float, _ b: Float) -> Float {
    a < b || a != a ? a : b
}

/// The lanes of `a` where the comparison holds, else those of `b`. (With a scalar `a` the library's
/// function would become a branch for every lane.)
@inline(__always)
func blend(_ mask: SIMDMask<IntVector>, _ a: FloatVector, _ b: FloatVector) -> FloatVector {
    b.replacing(with: a, where: mask)
}

@inline(__always)
func blend(_ mask: SIMDMask<IntVector>, _ a: Float, _ b: FloatVector) -> FloatVector {
    blend(mask, splat(a), b)
}

/// True when any lane of a comparison holds.
@inline(__always) func anyLane(_ mask: SIMDMask<IntVector>) -> Bool {
    let all = unsafeBitCast(mask, to: IntVector.self)
    #if KERATIN_AVX512
        let eight = all.lowHalf | all.highHalf
        let four = eight.lowHalf | eight.highHalf
    #elseif KERATIN_AVX2
        let four = all.lowHalf | all.highHalf
    #else
        let four = all
    #endif
    return (four[0] | four[1] | four[2] | four[3]) != 0
}

/// The sum of all lanes, by halves.
@inline(__always) func sum(_ value: FloatVector) -> Float {
    #if KERATIN_AVX512
        let eight = value.lowHalf + value.highHalf
        let four = eight.lowHalf + eight.highHalf
    #elseif KERATIN_AVX2
        let four = value.lowHalf + value.highHalf
    #else
        let four = value
    #endif
    return (four[0] + four[2]) + (four[1] + four[3])
}
