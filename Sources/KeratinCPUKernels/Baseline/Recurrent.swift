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

/// The two functions of a cell and their derivatives.
private protocol Functions {
    func active(_ x: FloatVector) -> FloatVector
    func gate(_ x: FloatVector) -> FloatVector
    func pullActive(_ cotangent: FloatVector, _ y: FloatVector) -> FloatVector
    func pullGate(_ cotangent: FloatVector, _ y: FloatVector) -> FloatVector
}

/// The usual ones by name, so that nothing is decided or called inside the loops. (Shared in an extension of the protocol,
/// the four functions are called, not inlined: half as slow again.)
private struct TanhAndSigmoid: Functions {
    @inline(__always) func active(_ x: FloatVector) -> FloatVector { activate(.tanh, x) }
    @inline(__always) func gate(_ x: FloatVector) -> FloatVector { activate(.sigmoid, x) }
    @inline(__always)
    func pullActive(_ cotangent: FloatVector, _ y: FloatVector) -> FloatVector {
        pull(.tanh, cotangent, y)
    }
    @inline(__always)
    func pullGate(_ cotangent: FloatVector, _ y: FloatVector) -> FloatVector {
        pull(.sigmoid, cotangent, y)
    }
}

private struct AnyFunctions: Functions {
    let activation: RecurrentFunction
    let recurrent: RecurrentFunction

    @inline(__always) func active(_ x: FloatVector) -> FloatVector { activate(activation, x) }
    @inline(__always) func gate(_ x: FloatVector) -> FloatVector { activate(recurrent, x) }
    @inline(__always)
    func pullActive(_ cotangent: FloatVector, _ y: FloatVector) -> FloatVector {
        pull(activation, cotangent, y)
    }
    @inline(__always)
    func pullGate(_ cotangent: FloatVector, _ y: FloatVector) -> FloatVector {
        pull(recurrent, cotangent, y)
    }
}

/// What is done to the units of one sample: vectors of them from `j` on, or the last n.
private protocol Pass {
    associatedtype Step
    static func run<A: Access, F: Functions>(
        _ access: A.Type, _ cell: F, _ s: Step, _ j: Int, _ n: Int)
}

// MARK: Forward

private enum SimpleStep: Pass {
    @inline(__always)
    static func run<A: Access, F: Functions>(
        _ a: A.Type, _ cell: F, _ s: RecurrentStep, _ j: Int, _ n: Int
    ) {
        let h = cell.active(A.get(s.gates + j, n))
        A.put(h, s.gates + j, n)
        A.put(h, s.newHidden + j, n)
    }
}

private enum LSTMStep: Pass {
    @inline(__always)
    static func run<A: Access, F: Functions>(
        _ a: A.Type, _ cell: F, _ s: RecurrentStep, _ j: Int, _ n: Int
    ) {
        let gates = s.gates + j
        let i = cell.gate(A.get(gates, n))
        let f = cell.gate(A.get(gates + s.units, n))
        let g = cell.active(A.get(gates + 2 &* s.units, n))
        let o = cell.gate(A.get(gates + 3 &* s.units, n))
        A.put(i, gates, n)
        A.put(f, gates + s.units, n)
        A.put(g, gates + 2 &* s.units, n)
        A.put(o, gates + 3 &* s.units, n)
        let c = multiplyAdd(f, A.get(s.cell + j, n), i * g)
        A.put(c, s.newCell + j, n)
        A.put(o * cell.active(c), s.newHidden + j, n)
    }
}

private enum GRUGates: Pass {
    @inline(__always)
    static func run<A: Access, F: Functions>(
        _ a: A.Type, _ cell: F, _ s: RecurrentStep, _ j: Int, _ n: Int
    ) {
        let (gates, inner) = (s.gates + j, s.inner + j)
        let z = cell.gate(A.get(gates, n) + A.get(inner, n))
        let r = cell.gate(A.get(gates + s.units, n) + A.get(inner + s.units, n))
        A.put(z, gates, n)
        A.put(r, gates + s.units, n)
    }
}

@inline(__always)
private func gruMix<A: Access, F: Functions>(
    _ a: A.Type, _ cell: F, _ s: RecurrentStep, _ j: Int, _ n: Int, resetAfter: Bool
) {
    let gates = s.gates + j
    let z = A.get(gates, n)
    var inner = A.get(s.inner + 2 &* s.units + j, n)
    if resetAfter { inner = inner * A.get(gates + s.units, n) }
    let g = cell.active(A.get(gates + 2 &* s.units, n) + inner)
    A.put(g, gates + 2 &* s.units, n)
    A.put(multiplyAdd(z, A.get(s.hidden + j, n), (1 - z) * g), s.newHidden + j, n)
}

private enum GRUMix: Pass {
    @inline(__always)
    static func run<A: Access, F: Functions>(
        _ a: A.Type, _ cell: F, _ s: RecurrentStep, _ j: Int, _ n: Int
    ) {
        gruMix(a, cell, s, j, n, resetAfter: true)
    }
}

private enum GRUMixResetBefore: Pass {
    @inline(__always)
    static func run<A: Access, F: Functions>(
        _ a: A.Type, _ cell: F, _ s: RecurrentStep, _ j: Int, _ n: Int
    ) {
        gruMix(a, cell, s, j, n, resetAfter: false)
    }
}

// MARK: Backward

private enum SimpleGradient: Pass {
    @inline(__always)
    static func run<A: Access, F: Functions>(
        _ a: A.Type, _ cell: F, _ s: RecurrentStepGradient, _ j: Int, _ n: Int
    ) {
        A.put(cell.pullActive(A.get(s.dHidden + j, n), A.get(s.gates + j, n)), s.dGates + j, n)
        A.put(splat(0), s.dHidden + j, n)
    }
}

private enum LSTMGradient: Pass {
    @inline(__always)
    static func run<A: Access, F: Functions>(
        _ a: A.Type, _ cell: F, _ s: RecurrentStepGradient, _ j: Int, _ n: Int
    ) {
        let (gates, dGates) = (s.gates + j, s.dGates + j)
        let i = A.get(gates, n)
        let f = A.get(gates + s.units, n)
        let g = A.get(gates + 2 &* s.units, n)
        let o = A.get(gates + 3 &* s.units, n)
        let before = A.get(s.extra + j, n)
        let dh = A.get(s.dHidden + j, n)
        let active = cell.active(multiplyAdd(f, before, i * g))
        let dc = A.get(s.dCell + j, n) + cell.pullActive(dh * o, active)
        A.put(cell.pullGate(dc * g, i), dGates, n)
        A.put(cell.pullGate(dc * before, f), dGates + s.units, n)
        A.put(cell.pullActive(dc * i, g), dGates + 2 &* s.units, n)
        A.put(cell.pullGate(dh * active, o), dGates + 3 &* s.units, n)
        A.put(dc * f, s.dCell + j, n)
        A.put(splat(0), s.dHidden + j, n)
    }
}

@inline(__always)
private func gruGradient<A: Access, F: Functions>(
    _ a: A.Type, _ cell: F, _ s: RecurrentStepGradient, _ j: Int, _ n: Int, resetAfter: Bool
) {
    let (gates, dGates) = (s.gates + j, s.dGates + j)
    let z = A.get(gates, n)
    let g = A.get(gates + 2 &* s.units, n)
    let dh = A.get(s.dHidden + j, n)
    let dZ = cell.pullGate(dh * (A.get(s.hidden + j, n) - g), z)
    let dG = cell.pullActive(dh * (1 - z), g)
    A.put(dZ, dGates, n)
    A.put(dG, dGates + 2 &* s.units, n)
    A.put(dh * z, s.dHidden + j, n)
    if resetAfter {
        let r = A.get(gates + s.units, n)
        let dR = cell.pullGate(dG * A.get(s.extra + j, n), r)
        A.put(dR, dGates + s.units, n)
        let dInner = s.dInner + j
        A.put(dZ, dInner, n)
        A.put(dR, dInner + s.units, n)
        A.put(dG * r, dInner + 2 &* s.units, n)
    }
}

private enum GRUGradient: Pass {
    @inline(__always)
    static func run<A: Access, F: Functions>(
        _ a: A.Type, _ cell: F, _ s: RecurrentStepGradient, _ j: Int, _ n: Int
    ) {
        gruGradient(a, cell, s, j, n, resetAfter: true)
    }
}

private enum GRUGradientResetBefore: Pass {
    @inline(__always)
    static func run<A: Access, F: Functions>(
        _ a: A.Type, _ cell: F, _ s: RecurrentStepGradient, _ j: Int, _ n: Int
    ) {
        gruGradient(a, cell, s, j, n, resetAfter: false)
    }
}

private enum GRUResetGradient: Pass {
    @inline(__always)
    static func run<A: Access, F: Functions>(
        _ a: A.Type, _ cell: F, _ s: RecurrentStepGradient, _ j: Int, _ n: Int
    ) {
        let r = A.get(s.gates + s.units + j, n)
        let dReset = A.get(s.extra + j, n)
        A.put(
            cell.pullGate(dReset * A.get(s.hidden + j, n), r), s.dGates + s.units + j, n)
        A.put(multiplyAdd(dReset, r, A.get(s.dHidden + j, n)), s.dHidden + j, n)
    }
}

// MARK: Entries

@inline(__always)
private func eachVector<P: Pass, F: Functions>(
    _ pass: P.Type, _ cell: F, _ s: P.Step, _ units: Int
) {
    var j = 0
    while j &+ lanes <= units {
        pass.run(Whole.self, cell, s, j, 0)
        j &+= lanes
    }
    if j < units { pass.run(Part.self, cell, s, j, units &- j) }
}

@inline(__always)
private func run<P: Pass>(
    _ pass: P.Type, _ s: P.Step, _ units: Int, _ activation: RecurrentFunction,
    _ recurrent: RecurrentFunction
) {
    if activation == .tanh && recurrent == .sigmoid {
        eachVector(pass, TanhAndSigmoid(), s, units)
    } else {
        eachVector(
            pass, AnyFunctions(activation: activation, recurrent: recurrent), s, units)
    }
}

@inline(__always)
private func run<P: Pass>(_ pass: P.Type, _ step: UnsafePointer<RecurrentStep>)
where P.Step == RecurrentStep {
    let s = step.pointee
    run(pass, s, s.units, s.activation, s.recurrentActivation)
}

@inline(__always)
private func run<P: Pass>(_ pass: P.Type, _ step: UnsafePointer<RecurrentStepGradient>)
where P.Step == RecurrentStepGradient {
    let s = step.pointee
    run(pass, s, s.units, s.activation, s.recurrentActivation)
}

func recurrentSimple(_ step: UnsafePointer<RecurrentStep>) { run(SimpleStep.self, step) }

func recurrentLSTM(_ step: UnsafePointer<RecurrentStep>) { run(LSTMStep.self, step) }

func recurrentGRUGates(_ step: UnsafePointer<RecurrentStep>) { run(GRUGates.self, step) }

func recurrentGRUMix(_ step: UnsafePointer<RecurrentStep>) { run(GRUMix.self, step) }

func recurrentGRUMixResetBefore(_ step: UnsafePointer<RecurrentStep>) {
    run(GRUMixResetBefore.self, step)
}

func recurrentSimpleGradient(_ step: UnsafePointer<RecurrentStepGradient>) {
    run(SimpleGradient.self, step)
}

func recurrentLSTMGradient(_ step: UnsafePointer<RecurrentStepGradient>) {
    run(LSTMGradient.self, step)
}

func recurrentGRUGradient(_ step: UnsafePointer<RecurrentStepGradient>) {
    run(GRUGradient.self, step)
}

func recurrentGRUGradientResetBefore(_ step: UnsafePointer<RecurrentStepGradient>) {
    run(GRUGradientResetBefore.self, step)
}

func recurrentGRUResetGradient(_ step: UnsafePointer<RecurrentStepGradient>) {
    run(GRUResetGradient.self, step)
}
