import KeratinCPUKernelTable

/// Loads and stores of whole vectors, or of the last few units.
private protocol Access {
    static func get(_ pointer: UnsafePointer<Float>, _ count: Int) -> FloatVector
    static func put(_ value: FloatVector, _ pointer: UnsafeMutablePointer<Float>, _ count: Int)
}

private enum Whole: Access {
    @inline(__always) static func get(_ pointer: UnsafePointer<Float>, _ count: Int) -> FloatVector
    { load(pointer) }
    @inline(__always) static func put(
        _ value: FloatVector, _ pointer: UnsafeMutablePointer<Float>, _ count: Int
    ) { store(value, pointer) }
}

private enum Part: Access {
    @inline(__always) static func get(_ pointer: UnsafePointer<Float>, _ count: Int) -> FloatVector
    { loadPart(pointer, count, 0) }
    @inline(__always) static func put(
        _ value: FloatVector, _ pointer: UnsafeMutablePointer<Float>, _ count: Int
    ) { storePart(value, pointer, count) }
}

@inline(__always)
private func activate(_ function: RecurrentFunction, _ x: FloatVector) -> FloatVector {
    switch function {
    case .none: x
    case .relu: blend(x .< 0, 0, x)
    case .sigmoid: gateSigmoid(x)
    case .tanh: hyperbolicTangent(x)
    case .hardSigmoid:
        minimum(maximum(multiplyAdd(x, splat(1 / 6), splat(0.5)), splat(0)), splat(1))
    case .legacyHardSigmoid:
        minimum(maximum(multiplyAdd(x, splat(0.2), splat(0.5)), splat(0)), splat(1))
    }
}

/// cotangent · derivative, from the activation's result y.
@inline(__always)
private func pull(
    _ function: RecurrentFunction, _ cotangent: FloatVector, _ y: FloatVector
) -> FloatVector {
    switch function {
    case .none: return cotangent
    case .relu: return blend(y .> 0, cotangent, splat(0))
    case .sigmoid: return cotangent * (y * (1 - y))
    case .tanh: return cotangent * (1 - y * y)
    case .hardSigmoid, .legacyHardSigmoid:
        let slope: Float = function == .hardSigmoid ? 1 / 6 : 0.2
        let above = blend(y .> 0, cotangent * slope, splat(0))
        return blend(y .< 1, above, splat(0))
    }
}

/// The two functions of a cell. Written out where they are the usual ones, so that the compiler knows them and nothing
/// is decided or called inside the loops.
private struct Functions {
    var activation: RecurrentFunction
    var recurrent: RecurrentFunction
}

@inline(__always)
private func withFunctions(
    _ activation: RecurrentFunction, _ recurrent: RecurrentFunction, _ body: (Functions) -> Void
) {
    if activation == .tanh && recurrent == .sigmoid {
        body(Functions(activation: .tanh, recurrent: .sigmoid))
    } else {
        body(Functions(activation: activation, recurrent: recurrent))
    }
}

// MARK: Forward

@inline(__always)
private func simple<A: Access>(
    _ a: A.Type, _ cell: Functions, _ s: RecurrentStep, _ j: Int, _ n: Int
) {
    let h = activate(cell.activation, A.get(s.gates + j, n))
    A.put(h, s.gates + j, n)
    A.put(h, s.newHidden + j, n)
}

@inline(__always)
private func lstm<A: Access>(_ a: A.Type, _ cell: Functions, _ s: RecurrentStep, _ j: Int, _ n: Int)
{
    let gates = s.gates + j
    let i = activate(cell.recurrent, A.get(gates, n))
    let f = activate(cell.recurrent, A.get(gates + s.units, n))
    let g = activate(cell.activation, A.get(gates + 2 &* s.units, n))
    let o = activate(cell.recurrent, A.get(gates + 3 &* s.units, n))
    A.put(i, gates, n)
    A.put(f, gates + s.units, n)
    A.put(g, gates + 2 &* s.units, n)
    A.put(o, gates + 3 &* s.units, n)
    let c = multiplyAdd(f, A.get(s.cell + j, n), i * g)
    A.put(c, s.newCell + j, n)
    A.put(o * activate(cell.activation, c), s.newHidden + j, n)
}

@inline(__always)
private func gruGates<A: Access>(
    _ a: A.Type, _ cell: Functions, _ s: RecurrentStep, _ j: Int, _ n: Int
) {
    let (gates, inner) = (s.gates + j, s.inner + j)
    let z = activate(cell.recurrent, A.get(gates, n) + A.get(inner, n))
    let r = activate(
        cell.recurrent, A.get(gates + s.units, n) + A.get(inner + s.units, n))
    A.put(z, gates, n)
    A.put(r, gates + s.units, n)
}

@inline(__always)
private func gruMix<A: Access>(
    _ a: A.Type, _ cell: Functions, _ s: RecurrentStep, _ j: Int, _ n: Int, resetAfter: Bool
) {
    let gates = s.gates + j
    let z = A.get(gates, n)
    var inner = A.get(s.inner + 2 &* s.units + j, n)
    if resetAfter { inner = inner * A.get(gates + s.units, n) }
    let g = activate(cell.activation, A.get(gates + 2 &* s.units, n) + inner)
    A.put(g, gates + 2 &* s.units, n)
    A.put(multiplyAdd(z, A.get(s.hidden + j, n), (1 - z) * g), s.newHidden + j, n)
}

// MARK: Backward

@inline(__always)
private func simpleGradient<A: Access>(
    _ a: A.Type, _ cell: Functions, _ s: RecurrentStepGradient, _ j: Int, _ n: Int
) {
    A.put(pull(cell.activation, A.get(s.dHidden + j, n), A.get(s.gates + j, n)), s.dGates + j, n)
    A.put(splat(0), s.dHidden + j, n)
}

@inline(__always)
private func lstmGradient<A: Access>(
    _ a: A.Type, _ cell: Functions, _ s: RecurrentStepGradient, _ j: Int, _ n: Int
) {
    let (gates, dGates) = (s.gates + j, s.dGates + j)
    let i = A.get(gates, n)
    let f = A.get(gates + s.units, n)
    let g = A.get(gates + 2 &* s.units, n)
    let o = A.get(gates + 3 &* s.units, n)
    let before = A.get(s.extra + j, n)
    let dh = A.get(s.dHidden + j, n)
    let active = activate(cell.activation, multiplyAdd(f, before, i * g))
    let dc = A.get(s.dCell + j, n) + pull(cell.activation, dh * o, active)
    A.put(pull(cell.recurrent, dc * g, i), dGates, n)
    A.put(pull(cell.recurrent, dc * before, f), dGates + s.units, n)
    A.put(pull(cell.activation, dc * i, g), dGates + 2 &* s.units, n)
    A.put(pull(cell.recurrent, dh * active, o), dGates + 3 &* s.units, n)
    A.put(dc * f, s.dCell + j, n)
    A.put(splat(0), s.dHidden + j, n)
}

@inline(__always)
private func gruGradient<A: Access>(
    _ a: A.Type, _ cell: Functions, _ s: RecurrentStepGradient, _ j: Int, _ n: Int, resetAfter: Bool
) {
    let (gates, dGates) = (s.gates + j, s.dGates + j)
    let z = A.get(gates, n)
    let g = A.get(gates + 2 &* s.units, n)
    let dh = A.get(s.dHidden + j, n)
    let dZ = pull(cell.recurrent, dh * (A.get(s.hidden + j, n) - g), z)
    let dG = pull(cell.activation, dh * (1 - z), g)
    A.put(dZ, dGates, n)
    A.put(dG, dGates + 2 &* s.units, n)
    A.put(dh * z, s.dHidden + j, n)
    if resetAfter {
        let r = A.get(gates + s.units, n)
        let dR = pull(cell.recurrent, dG * A.get(s.extra + j, n), r)
        A.put(dR, dGates + s.units, n)
        let dInner = s.dInner + j
        A.put(dZ, dInner, n)
        A.put(dR, dInner + s.units, n)
        A.put(dG * r, dInner + 2 &* s.units, n)
    }
}

@inline(__always)
private func gruResetGradient<A: Access>(
    _ a: A.Type, _ cell: Functions, _ s: RecurrentStepGradient, _ j: Int, _ n: Int
) {
    let r = A.get(s.gates + s.units + j, n)
    let dReset = A.get(s.extra + j, n)
    A.put(
        pull(cell.recurrent, dReset * A.get(s.hidden + j, n), r), s.dGates + s.units + j, n)
    A.put(multiplyAdd(dReset, r, A.get(s.dHidden + j, n)), s.dHidden + j, n)
}

// MARK: Entries

@inline(__always)
private func eachVector(_ units: Int, _ whole: (Int) -> Void, _ part: (Int, Int) -> Void) {
    var j = 0
    while j &+ lanes <= units {
        whole(j)
        j &+= lanes
    }
    if j < units { part(j, units &- j) }
}

func recurrentSimple(_ step: UnsafePointer<RecurrentStep>) {
    let s = step.pointee
    withFunctions(s.activation, s.recurrentActivation) { cell in
        eachVector(
            s.units, { simple(Whole.self, cell, s, $0, 0) }, { simple(Part.self, cell, s, $0, $1) })
    }
}

func recurrentLSTM(_ step: UnsafePointer<RecurrentStep>) {
    let s = step.pointee
    withFunctions(s.activation, s.recurrentActivation) { cell in
        eachVector(
            s.units, { lstm(Whole.self, cell, s, $0, 0) }, { lstm(Part.self, cell, s, $0, $1) })
    }
}

func recurrentGRUGates(_ step: UnsafePointer<RecurrentStep>) {
    let s = step.pointee
    withFunctions(s.activation, s.recurrentActivation) { cell in
        eachVector(
            s.units, { gruGates(Whole.self, cell, s, $0, 0) },
            { gruGates(Part.self, cell, s, $0, $1) })
    }
}

func recurrentGRUMix(_ step: UnsafePointer<RecurrentStep>, resetAfter: Bool) {
    let s = step.pointee
    withFunctions(s.activation, s.recurrentActivation) { cell in
        eachVector(
            s.units, { gruMix(Whole.self, cell, s, $0, 0, resetAfter: resetAfter) },
            { gruMix(Part.self, cell, s, $0, $1, resetAfter: resetAfter) })
    }
}

func recurrentSimpleGradient(_ step: UnsafePointer<RecurrentStepGradient>) {
    let s = step.pointee
    withFunctions(s.activation, s.recurrentActivation) { cell in
        eachVector(
            s.units, { simpleGradient(Whole.self, cell, s, $0, 0) },
            { simpleGradient(Part.self, cell, s, $0, $1) })
    }
}

func recurrentLSTMGradient(_ step: UnsafePointer<RecurrentStepGradient>) {
    let s = step.pointee
    withFunctions(s.activation, s.recurrentActivation) { cell in
        eachVector(
            s.units, { lstmGradient(Whole.self, cell, s, $0, 0) },
            { lstmGradient(Part.self, cell, s, $0, $1) })
    }
}

func recurrentGRUGradient(_ step: UnsafePointer<RecurrentStepGradient>, resetAfter: Bool) {
    let s = step.pointee
    withFunctions(s.activation, s.recurrentActivation) { cell in
        eachVector(
            s.units, { gruGradient(Whole.self, cell, s, $0, 0, resetAfter: resetAfter) },
            { gruGradient(Part.self, cell, s, $0, $1, resetAfter: resetAfter) })
    }
}

func recurrentGRUResetGradient(_ step: UnsafePointer<RecurrentStepGradient>) {
    let s = step.pointee
    withFunctions(s.activation, s.recurrentActivation) { cell in
        eachVector(
            s.units, { gruResetGradient(Whole.self, cell, s, $0, 0) },
            { gruResetGradient(Part.self, cell, s, $0, $1) })
    }
}
