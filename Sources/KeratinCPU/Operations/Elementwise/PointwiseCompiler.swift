import KeratinCore

/// Makes the program of a pointwise expression: finds a place for the value of each node, and a loop for each operation.
struct PointwiseCompiler {
    /// Bytes that stay in the second-level cache.
    private static let cachedBytes = 1 << 20

    private let shape: Shape
    private let expression: PointwiseExpression
    private let inputs: [Argument]
    private let results: [Argument]
    private var program = PointwiseProgram()
    /// The last node that reads each node's value.
    private var lastUse: [Int]
    /// The operand that holds each node's value.
    private var places: [Int]
    /// Registers whose value nobody reads any more.
    private var free: [Int] = []
    /// The node that reads an input's memory for the last time: a result may be stored over it.
    private var lastRead: [UnsafeMutableRawPointer: Int] = [:]

    /// - Throws: `BackendError` if an argument does not belong to this backend.
    static func compile(
        _ pointwise: Pointwise, _ inputs: [Argument], _ results: [Argument]
    ) throws -> PointwiseProgram {
        var compiler = PointwiseCompiler(pointwise, inputs, results)
        let broadcasts = try compiler.placeInputs()
        compiler.load(broadcasts)
        compiler.placeConstants()
        try compiler.addSteps()
        try compiler.addCopies()
        compiler.findStreams()
        return compiler.program
    }

    private init(_ pointwise: Pointwise, _ inputs: [Argument], _ results: [Argument]) {
        shape = pointwise.shape
        expression = pointwise.expression
        self.inputs = inputs
        self.results = results
        let nodes = expression.nodes
        lastUse = [Int](repeating: -1, count: nodes.count)
        places = [Int](repeating: -1, count: nodes.count)
        for (index, node) in nodes.enumerated() {
            for source in Self.sources(node) { lastUse[source] = index }
        }
    }

    // MARK: Operands

    private mutating func addRegister() -> Int {
        defer { program.scratchBytes += PointwiseProgram.blockCapacity * 4 }
        return addOperand(nil, program.scratchBytes)
    }

    private mutating func addOperand(_ base: UnsafeMutableRawPointer?, _ step: Int) -> Int {
        program.operands.append(PointwiseProgram.Operand(base: base, step: step))
        return program.operands.count - 1
    }

    /// Inputs that lie in memory as they are read become operands; the others are still to be loaded into registers.
    private mutating func placeInputs() throws -> [(read: BroadcastRead, node: Int)] {
        var broadcasts = [(read: BroadcastRead, node: Int)]()
        for (index, node) in expression.nodes.enumerated() {
            guard case .input(let input) = node else { continue }
            let pointer = try inputs[input].pointer()
            let type = inputs[input].type
            let read = BroadcastRead(
                source: pointer, extents: shape.dimensions,
                strides: type.shape.broadcastStrides(to: shape), elementSize: type.dtype.byteCount)
            let isResult = expression.results.contains(index)
            let use = max(lastUse[index], isResult ? expression.nodes.count : -1)
            lastRead[pointer] = max(lastRead[pointer] ?? -1, use)
            if read.isDense && type.shape.count == shape.count {
                places[index] = addOperand(pointer, type.dtype.byteCount)
            } else {
                broadcasts.append((read, index))
            }
        }
        return broadcasts
    }

    /// Gives each broadcast input a register. Blocks that are whole periods let a bias be read once per task.
    private mutating func load(_ broadcasts: [(read: BroadcastRead, node: Int)]) {
        let periods = Set(broadcasts.compactMap { $0.read.isScalar ? nil : $0.read.period })
        let block = program.block
        let period = periods.count == 1 ? periods.first.flatMap { $0 <= block ? $0 : nil } : nil
        if let period { program.block = block / period * period }
        for (read, node) in broadcasts {
            places[node] = addRegister()
            let load = PointwiseProgram.Load(read: read, register: places[node])
            if read.isScalar || (period != nil && read.period == period) {
                program.taskLoads.append(load)
            } else {
                program.blockLoads.append(load)
            }
        }
    }

    private mutating func placeConstants() {
        for (index, node) in expression.nodes.enumerated() {
            guard case .constant(let value) = node else { continue }
            places[index] = addRegister()
            let (size, bits) = Self.pattern(value, expression.dtypes[index])
            program.constants.append(
                PointwiseProgram.Constant(register: places[index], size: size, bits: bits))
        }
    }

    // MARK: Steps

    private mutating func addSteps() throws {
        for (index, node) in expression.nodes.enumerated() {
            guard let code = try PointwiseCode(node, expression, index) else { continue }
            let sources = Self.sources(node)
            let place = try resultMemory(of: index) ?? free.popLast() ?? addRegister()
            places[index] = place
            program.steps.append(
                PointwiseProgram.Step(
                    code: code, a: sources.count > 0 ? places[sources[0]] : 0,
                    b: sources.count > 1 ? places[sources[1]] : 0,
                    c: sources.count > 2 ? places[sources[2]] : 0, result: place))
            program.nanosecondsPerElement += code.nanoseconds
            freeRegisters(of: sources, after: index)
        }
    }

    /// A result goes straight to its memory unless a later node still reads an input there.
    private mutating func resultMemory(of index: Int) throws -> Int? {
        for (slot, result) in expression.results.enumerated() where result == index {
            let pointer = try results[slot].pointer()
            if lastRead[pointer] ?? -1 <= index {
                return addOperand(pointer, results[slot].type.dtype.byteCount)
            }
        }
        return nil
    }

    private mutating func freeRegisters(of sources: [Int], after index: Int) {
        for source in Set(sources)
        where lastUse[source] == index && !expression.results.contains(source) {
            if case .input = expression.nodes[source] { continue }
            if case .constant = expression.nodes[source] { continue }
            if program.operands[places[source]].base == nil { free.append(places[source]) }
        }
    }

    /// Results that lie elsewhere at the end are copied to their memory.
    private mutating func addCopies() throws {
        for (slot, result) in expression.results.enumerated() {
            let pointer = try results[slot].pointer()
            let size = results[slot].type.dtype.byteCount
            if program.operands[places[result]].base == pointer { continue }
            let target = addOperand(pointer, size)
            program.steps.append(
                PointwiseProgram.Step(
                    code: .copy(size), a: places[result], b: 0, c: 0, result: target))
            program.nanosecondsPerElement += 0.1
        }
    }

    private mutating func findStreams() {
        var seen = Set<UnsafeMutableRawPointer>()
        let streams = program.operands.filter { operand in
            operand.base.map { seen.insert($0).inserted } ?? false
        }
        let bytes = streams.reduce(0) { $0 + $1.step * shape.count }
        if bytes >= Self.cachedBytes { program.streams = streams }
    }

    // MARK: Nodes

    private static func sources(_ node: PointwiseExpression.Node) -> [Int] {
        switch node {
        case .input, .constant: []
        case .unary(_, let a), .cast(let a): [a]
        case .binary(_, let a, let b): [a, b]
        case .select(let c, let a, let b): [c, a, b]
        }
    }

    /// The bytes of a constant of the given type.
    static func pattern(_ value: Double, _ dtype: DType) -> (size: Int, bits: UInt32) {
        switch dtype {
        case .float32: (4, Float(value).bitPattern)
        case .int32: (4, UInt32(bitPattern: ElementConversion.int32(value)))
        case .uint8: (1, UInt32(ElementConversion.uint8(value)))
        case .bool: (1, value != 0 ? 1 : 0)
        }
    }
}
