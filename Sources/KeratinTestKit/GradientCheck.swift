import KeratinCore
import KeratinTensor

/// A scalar function of tensors, recorded together with its gradient, for checks in Double and on backends.
public struct GradientCheck {
    private let function: TracedFunction
    private let inputs: [ReferenceTensor]
    private let variables: [Int]

    /// Records `body` and its gradient with respect to every float32 input.
    /// - Throws: what `body` throws, and `KeratinError` if its value is no scalar.
    public init(_ inputs: [ReferenceTensor], _ body: @escaping ([Tensor]) throws -> Tensor) throws {
        self.inputs = inputs
        let variables = inputs.indices.filter { inputs[$0].type.dtype == .float32 }
        self.variables = variables
        function = try TracedFunction.record(inputs.map(\.type)) { trace, arguments in
            let value = try body(arguments)
            let gradients = try trace.gradients(
                of: value, withRespectTo: variables.map { arguments[$0] })
            return [value] + gradients
        }
    }

    /// What the program takes: the inputs, and the numbers of tensors that the body read besides.
    private func complete(_ inputs: [ReferenceTensor]) throws -> [ReferenceTensor] {
        var rest = inputs.makeIterator()
        return try function.roles.compactMap { role in
            guard case .captured(let reference) = role else { return rest.next() }
            return ReferenceTensor(
                reference.tensor.type, try reference.tensor.array(of: Double.self))
        }
    }

    /// The gradient's program against central differences of the function, both in Double.
    /// - Parameter elements: of each input about so many are looked at, evenly spread.
    /// - Returns: one comparison for each float32 input.
    public func againstDifferences(
        step: Double = 1e-5, elements: Int = .max
    ) throws -> [Comparison] {
        let gradients = try ReferenceEvaluator.evaluate(function.program, complete(inputs))
        var program = function.program
        program.outputs = [program.outputs[0]]
        func value(_ inputs: [ReferenceTensor]) throws -> Double {
            try ReferenceEvaluator.evaluate(program, complete(inputs))[0].values[0]
        }
        return try variables.enumerated().map { position, variable in
            var differences = [Double]()
            let count = inputs[variable].values.count
            let places = stride(from: 0, to: count, by: max(count / elements, 1))
            for element in places {
                var (low, high) = (inputs, inputs)
                low[variable].values[element] -= step
                high[variable].values[element] += step
                differences.append((try value(high) - value(low)) / (2 * step))
            }
            return Tolerance.finiteDifference.compare(
                places.map { gradients[position + 1].values[$0] }, differences)
        }
    }

    /// The compiled function and gradient on a backend against the recorded program in Double.
    /// - Returns: one comparison for the value and one for each gradient.
    public func onBackend(_ backend: any Backend) throws -> [Comparison] {
        let expected = try ReferenceEvaluator.evaluate(function.program, complete(inputs))
        let plan = try Plan(function, on: backend)
        for (index, input) in inputs.enumerated() {
            try input.bytes.withUnsafeBytes { try plan.write($0, toArgument: index) }
        }
        try plan.run()
        return try expected.enumerated().map { index, expected in
            let values = try plan.floats(result: index).map(Double.init)
            return Tolerance.kernel.compare(values, expected.values)
        }
    }
}
