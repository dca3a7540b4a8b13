import KeratinCPUKernelTable

/// Runs `vector` over whole vectors of columns and `scalar` over the rest.
@inline(__always)
private func eachColumn(_ width: Int, _ vector: (Int) -> Void, _ scalar: (Int) -> Void) {
    var c = 0
    while c &+ lanes <= width {
        vector(c)
        c &+= lanes
    }
    while c < width {
        scalar(c)
        c &+= 1
    }
}

@inline(__always)
private func accumulate(
    _ x: FloatInput, _ rows: Int, _ width: Int, _ sums: FloatOutput,
    _ vector: (FloatVector, FloatVector) -> FloatVector, _ scalar: (Float, Float) -> Float
) {
    eachColumn(
        width,
        { c in
            var sum = load(sums + c)
            var row = 0
            while row < rows {
                sum = vector(sum, load(x + row &* width + c))
                row &+= 1
            }
            store(sum, sums + c)
        },
        { c in
            var sum = sums[c]
            var row = 0
            while row < rows {
                sum = scalar(sum, x[row &* width + c])
                row &+= 1
            }
            sums[c] = sum
        })
}

func accumulateColumns(
    _ reduction: FloatReduction, _ x: FloatInput, _ rows: Int, _ width: Int, _ sums: FloatOutput
) {
    switch reduction {
    case .sum: accumulate(x, rows, width, sums, { $0 + $1 }, { $0 + $1 })
    case .product: accumulate(x, rows, width, sums, { $0 * $1 }, { $0 * $1 })
    case .maximum: accumulate(x, rows, width, sums, { maximum($0, $1) }, { maximum($0, $1) })
    case .minimum: accumulate(x, rows, width, sums, { minimum($0, $1) }, { minimum($0, $1) })
    }
}

func squaredDeviationColumns(
    _ x: FloatInput, _ mean: FloatInput, _ rows: Int, _ width: Int, _ sums: FloatOutput
) {
    eachColumn(
        width,
        { c in
            let center = load(mean + c)
            var sum = load(sums + c)
            var row = 0
            while row < rows {
                let deviation = load(x + row &* width + c) - center
                sum = multiplyAdd(deviation, deviation, sum)
                row &+= 1
            }
            store(sum, sums + c)
        },
        { c in
            var sum = sums[c]
            var row = 0
            while row < rows {
                let deviation = x[row &* width + c] - mean[c]
                sum += deviation * deviation
                row &+= 1
            }
            sums[c] = sum
        })
}

func normalizeColumns(
    _ x: FloatInput, _ mean: FloatInput, _ scale: FloatInput, _ shift: FloatInput,
    _ y: FloatOutput, _ rows: Int, _ width: Int
) {
    var row = 0
    while row < rows {
        let input = x + row &* width
        let output = y + row &* width
        eachColumn(
            width,
            { c in
                let centered = load(input + c) - load(mean + c)
                store(multiplyAdd(centered, load(scale + c), load(shift + c)), output + c)
            },
            { c in output[c] = (input[c] - mean[c]) * scale[c] + shift[c] })
        row &+= 1
    }
}

func gradientSumsColumns(
    _ x: FloatInput, _ mean: FloatInput, _ dy: FloatInput, _ rows: Int, _ width: Int,
    _ sumDy: FloatOutput, _ sumDyX: FloatOutput
) {
    eachColumn(
        width,
        { c in
            let center = load(mean + c)
            var plain = load(sumDy + c)
            var weighted = load(sumDyX + c)
            var row = 0
            while row < rows {
                let gradient = load(dy + row &* width + c)
                plain += gradient
                weighted = multiplyAdd(gradient, load(x + row &* width + c) - center, weighted)
                row &+= 1
            }
            store(plain, sumDy + c)
            store(weighted, sumDyX + c)
        },
        { c in
            var plain = sumDy[c]
            var weighted = sumDyX[c]
            var row = 0
            while row < rows {
                let gradient = dy[row &* width + c]
                plain += gradient
                weighted += gradient * (x[row &* width + c] - mean[c])
                row &+= 1
            }
            sumDy[c] = plain
            sumDyX[c] = weighted
        })
}

func gradientApplyColumns(
    _ x: FloatInput, _ mean: FloatInput, _ dy: FloatInput, _ a: FloatInput, _ b: FloatInput,
    _ shift: FloatInput, _ dx: FloatOutput, _ rows: Int, _ width: Int
) {
    var row = 0
    while row < rows {
        let input = x + row &* width
        let gradient = dy + row &* width
        let output = dx + row &* width
        eachColumn(
            width,
            { c in
                let centered = load(input + c) - load(mean + c)
                let inner = multiplyAdd(load(b + c), centered, load(shift + c))
                store(multiplyAdd(load(a + c), load(gradient + c), inner), output + c)
            },
            { c in
                output[c] = a[c] * gradient[c] + (b[c] * (input[c] - mean[c]) + shift[c])
            })
        row &+= 1
    }
}
