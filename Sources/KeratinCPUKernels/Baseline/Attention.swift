import KeratinCPUKernelTable

// What attention does between its products: one line of scores at a time. Powers are those of numbers that are not above
// the row's largest, so `decay` does: what is hidden weighs 1e-38.

extension AttentionLine {
    @inline(__always) var hidesNothing: Bool {
        mask == nil && firstVisible <= 0 && lastVisible >= count
    }

    @inline(__always) func hides(_ position: Int) -> Bool {
        if position < firstVisible || position >= lastVisible { return true }
        if let mask { return mask[position &* maskStride] == 0 }
        return false
    }
}

/// Scales the scores and hides those that do not count.
@inline(never)
private func scaleAndHide(_ line: UnsafePointer<AttentionLine>) {
    let scores = line.pointee.scores
    let count = line.pointee.count
    let scale = line.pointee.scale
    let hidden = line.pointee.hidden
    var i = 0
    while i < count {
        let score = scores[i] * scale
        let other = line.pointee.lowers ? score - hidden : hidden
        scores[i] = line.pointee.hides(i) ? other : score
        i &+= 1
    }
}

func attentionWeights(_ argument: UnsafeMutablePointer<AttentionWeights>) {
    var line = argument.pointee.line
    let scores = line.scores
    let count = line.count
    var scale = line.scale
    if !line.hidesNothing {
        scaleAndHide(&line)
        scale = 1
    }
    let factor = splat(scale)
    // NaN passes the peak by, and shows in the differences.
    let old = argument.pointee.peak
    var peaks = splat(old)
    var i = 0
    while i &+ lanes <= count {
        peaks = largestNumber(peaks, load(scores + i) * factor)
        i &+= lanes
    }
    var peak = old
    while i < count {
        peak = largestNumber(peak, scores[i] * scale)
        i &+= 1
    }
    i = 0
    while i < lanes {
        peak = largestNumber(peak, peaks[i])
        i &+= 1
    }
    // In a row of nothing but −∞ the powers are 0, and their sum too.
    let isPlain = peak > leastNumber
    var sums = splat(0)
    i = 0
    while i &+ lanes <= count {
        let distance = load(scores + i) * factor - peak
        let value = isPlain ? decay(distance) : exponential(distance)
        store(value, scores + i)
        sums += value
        i &+= lanes
    }
    if i < count {
        let distance = loadPart(scores + i, count &- i, 0) * factor - peak
        let value = isPlain ? decay(distance) : exponential(distance)
        storePart(value, scores + i, count &- i)
        sums += blend(lanesBelow(count &- i), value, splat(0))
    }
    let correction = old == peak ? 1 : decay(splat(old - peak))[0]
    argument.pointee.peak = peak
    argument.pointee.correction = correction
    argument.pointee.sum = argument.pointee.sum * correction + sum(sums)
}

func attentionGradient(_ argument: UnsafePointer<AttentionWeightsGradient>) {
    var line = argument.pointee.line
    let scores = line.scores
    let gradients = argument.pointee.gradients
    let peaks = argument.pointee.peaks
    let inverseSums = argument.pointee.inverseSums
    let deltas = argument.pointee.deltas
    let count = line.count
    let hidesSome = !line.hidesNothing
    if hidesSome { scaleAndHide(&line) }
    let factor = splat(hidesSome ? 1 : line.scale)
    let scale = splat(line.scale)
    var i = 0
    while i &+ lanes <= count {
        let power = decay(load(scores + i) * factor - load(peaks + i))
        let weight = power * load(inverseSums + i)
        store(weight, scores + i)
        store(weight * (load(gradients + i) - load(deltas + i)) * scale, gradients + i)
        i &+= lanes
    }
    if i < count {
        let left = count &- i
        let power = decay(
            loadPart(scores + i, left, 0) * factor - loadPart(peaks + i, left, 0))
        let weight = power * loadPart(inverseSums + i, left, 0)
        storePart(weight, scores + i, left)
        let difference = loadPart(gradients + i, left, 0) - loadPart(deltas + i, left, 0)
        storePart(weight * difference * scale, gradients + i, left)
    }
    // A replaced score passes no cotangent on.
    if hidesSome && !line.lowers {
        i = 0
        while i < count {
            if line.hides(i) { gradients[i] = 0 }
            i &+= 1
        }
    }
}
