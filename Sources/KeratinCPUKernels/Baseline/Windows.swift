import KeratinCPUKernelTable

func depthwise(
    _ x: UnsafePointer<UnsafePointer<Float>>, _ w: UnsafePointer<UnsafePointer<Float>>,
    _ taps: Int, _ channels: Int, _ multiplier: Int, _ bias: FloatInput?,
    _ activation: MatrixActivation, _ y: FloatOutput
) {
    let filters = channels &* multiplier
    if multiplier == 1 {
        var c = 0
        while c &+ lanes <= channels {
            var sum = splat(0)
            var t = 0
            while t < taps {
                sum = multiplyAdd(load(x[t] + c), load(w[t] + c), sum)
                t &+= 1
            }
            store(sum, y + c)
            c &+= lanes
        }
        while c < channels {
            var sum: Float = 0
            var t = 0
            while t < taps {
                sum += x[t][c] * w[t][c]
                t &+= 1
            }
            y[c] = sum
            c &+= 1
        }
    } else {
        var c = 0
        while c < channels {
            var m = 0
            while m < multiplier {
                let filter = c &* multiplier &+ m
                var sum: Float = 0
                var t = 0
                while t < taps {
                    sum += x[t][c] * w[t][filter]
                    t &+= 1
                }
                y[filter] = sum
                m &+= 1
            }
            c &+= 1
        }
    }
    if let bias { binary(.add, y, bias, y, filters) }
    switch activation {
    case .none: break
    case .relu: unary(.relu, y, y, filters)
    case .sigmoid: unary(.sigmoid, y, y, filters)
    case .tanh: unary(.tanh, y, y, filters)
    }
}

func maximumGradient(
    _ x: FloatInput, _ y: FloatInput, _ remaining: FloatOutput, _ dx: FloatOutput, _ channels: Int
) {
    var c = 0
    while c &+ lanes <= channels {
        // Where a window has no number its first cell takes the gradient.
        let value = largestNumber(splat(leastNumber), load(x + c))
        let gradient = load(remaining + c)
        let hit = value .== load(y + c)
        store(load(dx + c) + blend(hit, gradient, splat(0)), dx + c)
        store(blend(hit, 0, gradient), remaining + c)
        c &+= lanes
    }
    while c < channels {
        if largestNumber(leastNumber, x[c]) == y[c] {
            dx[c] += remaining[c]
            remaining[c] = 0
        }
        c &+= 1
    }
}

/// The largest number of each channel; NaN is passed over.
func maximumOfTaps(
    _ x: UnsafePointer<UnsafePointer<Float>>, _ taps: Int, _ channels: Int, _ y: FloatOutput
) {
    var c = 0
    while c &+ lanes <= channels {
        var best = splat(leastNumber)
        var t = 0
        while t < taps {
            best = largestNumber(best, load(x[t] + c))
            t &+= 1
        }
        store(best, y + c)
        c &+= lanes
    }
    while c < channels {
        var best = leastNumber
        var t = 0
        while t < taps {
            best = largestNumber(best, x[t][c])
            t &+= 1
        }
        y[c] = best
        c &+= 1
    }
}

func scaledSumOfTaps(
    _ x: UnsafePointer<UnsafePointer<Float>>, _ taps: Int, _ channels: Int, _ scale: Float,
    _ y: FloatOutput
) {
    var c = 0
    while c &+ lanes <= channels {
        var sum = splat(0)
        var t = 0
        while t < taps {
            sum += load(x[t] + c)
            t &+= 1
        }
        store(sum * scale, y + c)
        c &+= lanes
    }
    while c < channels {
        var sum: Float = 0
        var t = 0
        while t < taps {
            sum += x[t][c]
            t &+= 1
        }
        y[c] = sum * scale
        c &+= 1
    }
}

func addScaled(_ x: FloatInput, _ scale: Float, _ y: FloatOutput, _ count: Int) {
    var i = 0
    while i &+ lanes <= count {
        store(multiplyAdd(load(x + i), splat(scale), load(y + i)), y + i)
        i &+= lanes
    }
    while i < count {
        y[i] += x[i] * scale
        i &+= 1
    }
}
