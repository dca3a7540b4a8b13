import Glibc
import KeratinCPUKernelTable

/// The lanes of one accumulator, in order. A function of its own: where the compiler sees single
/// lanes taken from a vector, it takes the whole loop before it apart.
@inline(never)
private func foldLanes(
    _ pointer: UnsafeRawPointer, _ start: Float, _ reduction: FloatReduction
) -> Float {
    var result = start
    var lane = 0
    while lane < lanes {
        let value = pointer.load(fromByteOffset: lane &* 4, as: Float.self)
        switch reduction {
        case .sum: result += value
        case .product: result *= value
        case .maximum: result = maximum(result, value)
        case .minimum: result = minimum(result, value)
        }
        lane &+= 1
    }
    return result
}

@inline(__always)
private func fold(
    _ x: FloatInput, _ count: Int, _ start: Float, _ reduction: FloatReduction,
    _ vector: (FloatVector, FloatVector) -> FloatVector, _ scalar: (Float, Float) -> Float
) -> Float {
    var result = start
    var i = 0
    if count >= 4 &* lanes {
        // Four independent accumulators hide the latency of the operation.
        var a = splat(start)
        var b = a
        var c = a
        var d = a
        while i &+ 4 &* lanes <= count {
            a = vector(a, load(x + i))
            b = vector(b, load(x + i + lanes))
            c = vector(c, load(x + i + 2 &* lanes))
            d = vector(d, load(x + i + 3 &* lanes))
            i &+= 4 &* lanes
        }
        var all = vector(vector(a, b), vector(c, d))
        result = withUnsafePointer(to: &all) { foldLanes(UnsafeRawPointer($0), start, reduction) }
    }
    while i < count {
        result = scalar(result, x[i])
        i &+= 1
    }
    return result
}

// One function each, so that none grows beyond what the compiler is willing to inline into.

@inline(never) private func rowSum(_ x: FloatInput, _ count: Int) -> Float {
    fold(x, count, 0, .sum, { $0 + $1 }, { $0 + $1 })
}

@inline(never) private func rowProduct(_ x: FloatInput, _ count: Int) -> Float {
    fold(x, count, 1, .product, { $0 * $1 }, { $0 * $1 })
}

@inline(never) private func rowMaximum(_ x: FloatInput, _ count: Int) -> Float {
    fold(x, count, -Float.infinity, .maximum, { maximum($0, $1) }, { maximum($0, $1) })
}

@inline(never) private func rowMinimum(_ x: FloatInput, _ count: Int) -> Float {
    fold(x, count, Float.infinity, .minimum, { minimum($0, $1) }, { minimum($0, $1) })
}

/// The largest number of a row; NaN is passed over.
@inline(never) private func rowPeak(_ x: FloatInput, _ count: Int) -> Float {
    fold(x, count, leastNumber, .maximum, { largestNumber($0, $1) }, { largestNumber($0, $1) })
}

func reduceRow(_ reduction: FloatReduction, _ x: FloatInput, _ count: Int) -> Float {
    switch reduction {
    case .sum: rowSum(x, count)
    case .product: rowProduct(x, count)
    case .maximum: rowMaximum(x, count)
    case .minimum: rowMinimum(x, count)
    }
}

/// y = exp(x - shift); returns the sum. y may be x.
@inline(never)
private func shiftedExponentials(
    _ x: FloatInput, _ shift: Float, _ y: FloatOutput, _ width: Int
) -> Float {
    var sums = splat(0)
    var i = 0
    while i &+ lanes <= width {
        let value = exponential(load(x + i) - shift)
        store(value, y + i)
        sums += value
        i &+= lanes
    }
    if i < width {
        let value = exponential(loadPart(x + i, width &- i, 0) - shift)
        storePart(value, y + i, width &- i)
        sums += blend(lanesBelow(width &- i), value, splat(0))
    }
    return sum(sums)
}

/// ln Σ exp(x − peak), peak being the largest of x: ln(1 + the other terms), which keeps their digits where they are small.
@inline(never)
private func logarithmOfSum(_ x: FloatInput, _ peak: Float, _ width: Int) -> Float {
    var sums = splat(0)
    var peaks = splat(0)
    var i = 0
    while i &+ lanes <= width {
        let distance = load(x + i) - peak
        let isPeak = distance .== 0
        sums += blend(isPeak, splat(0), exponential(distance))
        peaks += blend(isPeak, splat(1), splat(0))
        i &+= lanes
    }
    if i < width {
        let distance = loadPart(x + i, width &- i, 0) - peak
        let isPeak = distance .== 0
        let isInside = lanesBelow(width &- i)
        sums += blend(isInside, blend(isPeak, splat(0), exponential(distance)), splat(0))
        peaks += blend(isInside, blend(isPeak, splat(1), splat(0)), splat(0))
    }
    return log1pf((sum(peaks) - 1) + sum(sums))
}

@inline(__always)
private func dot(_ a: FloatInput, _ b: FloatInput, _ width: Int) -> Float {
    var sums = splat(0)
    var i = 0
    while i &+ lanes <= width {
        sums = multiplyAdd(load(a + i), load(b + i), sums)
        i &+= lanes
    }
    var total = sum(sums)
    while i < width {
        total += a[i] * b[i]
        i &+= 1
    }
    return total
}

func softmaxRows(_ x: FloatInput, _ y: FloatOutput, _ rows: Int, _ width: Int, _ log: Bool) {
    var row = 0
    while row < rows {
        let input = x + row &* width
        let output = y + row &* width
        let peak = rowPeak(input, width)
        var i = 0
        if log {
            let shift = logarithmOfSum(input, peak, width)
            while i < width {
                output[i] = (input[i] - peak) - shift
                i &+= 1
            }
        } else {
            let total = shiftedExponentials(input, peak, output, width)
            // NaN stays where it is; the rest of its row is 0.
            let scale = total == total ? 1 / total : 0
            while i < width {
                output[i] = output[i] * scale
                i &+= 1
            }
        }
        row &+= 1
    }
}

func softmaxGradientRows(
    _ y: FloatInput, _ dy: FloatInput, _ dx: FloatOutput, _ rows: Int, _ width: Int, _ log: Bool
) {
    var row = 0
    while row < rows {
        let output = y + row &* width
        let gradient = dy + row &* width
        let target = dx + row &* width
        var i = 0
        if log {
            let total = reduceRow(.sum, gradient, width)
            unary(.exp, output, target, width)
            while i < width {
                target[i] = gradient[i] - target[i] * total
                i &+= 1
            }
        } else {
            let total = dot(output, gradient, width)
            while i < width {
                target[i] = output[i] * (gradient[i] - total)
                i &+= 1
            }
        }
        row &+= 1
    }
}

func crossEntropyRows(
    _ logits: FloatInput, _ labels: FloatInput?, _ classes: IntInput?, _ loss: FloatOutput,
    _ rows: Int, _ width: Int
) {
    var row = 0
    while row < rows {
        let input = logits + row &* width
        let peak = rowPeak(input, width)
        let shift = logarithmOfSum(input, peak, width)
        if let classes {
            let label = Int(classes[row])
            loss[row] =
                label >= 0 && label < width ? shift - (input[label] - peak) : Float.nan
        } else if let labels {
            let weights = labels + row &* width
            var sum: Float = 0
            var i = 0
            while i < width {
                // 0·(-inf) would be NaN, as in the definition; a weight of 0 is no exception.
                sum += weights[i] * ((input[i] - peak) - shift)
                i &+= 1
            }
            loss[row] = -sum
        }
        row &+= 1
    }
}

func crossEntropyGradientRows(
    _ logits: FloatInput, _ labels: FloatInput?, _ classes: IntInput?, _ dLoss: FloatInput,
    _ dLogits: FloatOutput, _ rows: Int, _ width: Int
) {
    var row = 0
    while row < rows {
        let input = logits + row &* width
        let output = dLogits + row &* width
        let gradient = dLoss[row]
        let peak = rowPeak(input, width)
        let total = shiftedExponentials(input, peak, output, width)
        var i = 0
        if let classes {
            let label = Int(classes[row])
            let known = label >= 0 && label < width
            let scale = known ? gradient / total : Float.nan
            while i < width {
                output[i] = output[i] * scale
                i &+= 1
            }
            if known { output[label] -= gradient }
        } else if let labels {
            let weights = labels + row &* width
            let scale = 1 / total
            while i < width {
                output[i] = gradient * (output[i] * scale - weights[i])
                i &+= 1
            }
        }
        row &+= 1
    }
}
