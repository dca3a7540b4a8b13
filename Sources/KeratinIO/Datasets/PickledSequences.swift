import KeratinCore

/// The sequences of whole numbers in an NPY file of Python objects, as Keras's data sets of texts hold them.
///
/// Such a file is a Python pickle, a program. Only what puts together arrays, lists and numbers is carried out; nothing of Python is
/// called, and any other name in it is an error.
struct PickledSequences {
    /// What a pickle can hold here.
    private indirect enum Value {
        case none
        case integer(Int64)
        case bytes(ArraySlice<UInt8>)
        case text(String)
        case tuple([Value])
        case list(List)
        /// A name of Python that may stand in such files.
        case global(String)
        /// What was made of a name and arguments, and the state that it was given.
        case object(Object)
        case mark
    }

    /// A list that may be filled after it was put somewhere.
    private final class List {
        var elements: [Value] = []
    }

    private final class Object {
        let name: String
        let arguments: [Value]
        var state: Value = .none
        init(_ name: String, _ arguments: [Value]) {
            self.name = name
            self.arguments = arguments
        }
    }

    private static let allowed: Set<String> = [
        "numpy ndarray", "numpy dtype", "numpy.core.multiarray _reconstruct",
        "numpy._core.multiarray _reconstruct", "_codecs encode",
    ]

    private let bytes: [UInt8]
    private var position: Int
    private var stack: [Value] = []
    private var memory: [Int: Value] = [:]

    /// The sequences in the bytes of an NPY file.
    /// - Throws: `KeratinError` (`file`) for anything but a vector of sequences of 32-bit numbers.
    static func read(npy bytes: [UInt8]) throws -> [[Int32]] {
        let header = try NPY.headerText(bytes)
        guard String(decoding: bytes[header], as: UTF8.self).contains("'|O'") else {
            throw KeratinError(.file, "holds no Python objects, where sequences were expected")
        }
        var reader = PickledSequences(bytes, from: header.upperBound)
        return try reader.sequences(try reader.run())
    }

    private init(_ bytes: [UInt8], from position: Int) {
        self.bytes = bytes
        self.position = position
    }

    private static func failure(_ message: String) -> KeratinError {
        KeratinError(.file, "the Python objects in the file \(message)")
    }

    // MARK: What was put together

    /// The state of an array is (version, shape, type, whether Fortran's order, elements).
    private func elements(_ value: Value) throws -> [Value] {
        switch value {
        case .list(let list): return list.elements
        case .tuple(let elements): return elements
        case .object(let object) where object.name.hasSuffix("_reconstruct"):
            guard case .tuple(let state) = object.state, state.count == 5,
                case .tuple(let shape) = state[1], shape.count == 1,
                case .list(let list) = state[4]
            else { throw Self.failure("are an array of another kind than a vector of objects") }
            return list.elements
        default: throw Self.failure("are no array of sequences")
        }
    }

    private func sequences(_ value: Value) throws -> [[Int32]] {
        try elements(value).enumerated().map { index, value in
            try elements(value).map { element in
                guard case .integer(let number) = element, let number = Int32(exactly: number)
                else {
                    throw Self.failure(
                        "hold something else than 32-bit numbers in sequence \(index)")
                }
                return number
            }
        }
    }

    // MARK: Reading

    private mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
        guard count >= 0, count <= bytes.count - position else {
            throw Self.failure("are cut off")
        }
        defer { position += count }
        return bytes[position..<(position + count)]
    }

    /// A number in little-endian order.
    private mutating func number(_ byteCount: Int) throws -> Int {
        let bytes = try take(byteCount)
        guard byteCount < 8 || bytes[bytes.endIndex - 1] < 0x80 else {
            throw Self.failure("have an impossible length")
        }
        return bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    private mutating func line() throws -> String {
        guard let end = bytes[position...].firstIndex(of: 10) else {
            throw Self.failure("are cut off")
        }
        defer { position = end + 1 }
        return String(decoding: bytes[position..<end], as: UTF8.self)
    }

    private mutating func pop() throws -> Value {
        guard let value = stack.popLast() else { throw Self.failure("are damaged") }
        if case .mark = value { throw Self.failure("are damaged") }
        return value
    }

    /// What lies above the last mark.
    private mutating func popToMark() throws -> [Value] {
        let place = stack.lastIndex { if case .mark = $0 { true } else { false } }
        guard let place else { throw Self.failure("are damaged") }
        defer { stack.removeSubrange(place...) }
        return Array(stack[(place + 1)...])
    }

    private mutating func push(number bytes: ArraySlice<UInt8>) throws {
        guard bytes.count <= 8 else { throw Self.failure("hold a number beyond 64 bits") }
        // Two's complement.
        var value: Int64 = (bytes.last ?? 0) & 0x80 == 0 ? 0 : -1
        for byte in bytes.reversed() { value = value << 8 | Int64(byte) }
        stack.append(.integer(value))
    }

    private mutating func push(global module: String, _ name: String) throws {
        let name = "\(module) \(name)"
        guard Self.allowed.contains(name) else {
            throw Self.failure("ask for Python's '\(name)', which is not carried out")
        }
        stack.append(.global(name))
    }

    private mutating func append(_ values: [Value]) throws {
        guard case .list(let list)? = stack.last else { throw Self.failure("are damaged") }
        list.elements += values
    }

    private mutating func remember(_ number: Int) throws {
        guard let value = stack.last else { throw Self.failure("are damaged") }
        memory[number] = value
    }

    private mutating func recall(_ number: Int) throws {
        guard let value = memory[number] else { throw Self.failure("are damaged") }
        stack.append(value)
    }

    private mutating func run() throws -> Value {
        while true {
            let code = try take(1)
            switch code.first ?? 0 {
            case 0x80: _ = try take(1)  // protocol
            case 0x95: _ = try take(8)  // frame
            case UInt8(ascii: "."): return try pop()
            case UInt8(ascii: "("): stack.append(.mark)
            case UInt8(ascii: "0"): _ = try pop()
            case UInt8(ascii: "N"): stack.append(.none)
            case 0x88: stack.append(.integer(1))
            case 0x89: stack.append(.integer(0))
            case UInt8(ascii: "K"): stack.append(.integer(Int64(try number(1))))
            case UInt8(ascii: "M"): stack.append(.integer(Int64(try number(2))))
            case UInt8(ascii: "J"): try push(number: try take(4))
            case 0x8a: try push(number: try take(try number(1)))
            case UInt8(ascii: "I"), UInt8(ascii: "L"):
                let text = try line()
                guard let number = Int64(text.hasSuffix("L") ? String(text.dropLast()) : text)
                else { throw Self.failure("hold the number '\(text)', which is none") }
                stack.append(.integer(number))
            case UInt8(ascii: "U"), UInt8(ascii: "C"): stack.append(.bytes(try take(try number(1))))
            case UInt8(ascii: "T"), UInt8(ascii: "B"): stack.append(.bytes(try take(try number(4))))
            case 0x8e: stack.append(.bytes(try take(try number(8))))
            case 0x8c: stack.append(.text(String(decoding: try take(try number(1)), as: UTF8.self)))
            case UInt8(ascii: "X"):
                stack.append(.text(String(decoding: try take(try number(4)), as: UTF8.self)))
            case UInt8(ascii: "V"): stack.append(.text(try line()))
            case UInt8(ascii: "S"): stack.append(.bytes(try line().utf8.map { $0 }[...]))
            case UInt8(ascii: ")"): stack.append(.tuple([]))
            case UInt8(ascii: "t"): stack.append(.tuple(try popToMark()))
            case 0x85: stack.append(.tuple([try pop()]))
            case 0x86:
                let second = try pop()
                stack.append(.tuple([try pop(), second]))
            case 0x87:
                let (third, second) = (try pop(), try pop())
                stack.append(.tuple([try pop(), second, third]))
            case UInt8(ascii: "]"): stack.append(.list(List()))
            case UInt8(ascii: "l"):
                let list = List()
                list.elements = try popToMark()
                stack.append(.list(list))
            case UInt8(ascii: "a"):
                let value = try pop()
                try append([value])
            case UInt8(ascii: "e"):
                let values = try popToMark()
                try append(values)
            case UInt8(ascii: "c"):
                let module = try line()
                try push(global: module, try line())
            case 0x93:
                guard case .text(let name) = try pop(), case .text(let module) = try pop() else {
                    throw Self.failure("are damaged")
                }
                try push(global: module, name)
            case UInt8(ascii: "R"):
                guard case .tuple(let arguments) = try pop(), case .global(let name) = try pop()
                else { throw Self.failure("are damaged") }
                stack.append(.object(Object(name, arguments)))
            case UInt8(ascii: "b"):
                let state = try pop()
                guard case .object(let object)? = stack.last else {
                    throw Self.failure("are damaged")
                }
                object.state = state
            case UInt8(ascii: "q"): try remember(try number(1))
            case UInt8(ascii: "r"): try remember(try number(4))
            case 0x94: try remember(memory.count)
            case UInt8(ascii: "p"): try remember(Int(try line()) ?? -1)
            case UInt8(ascii: "h"): try recall(try number(1))
            case UInt8(ascii: "j"): try recall(try number(4))
            case UInt8(ascii: "g"): try recall(Int(try line()) ?? -1)
            default:
                throw Self.failure("hold the instruction \(code.first ?? 0), which is not known")
            }
        }
    }
}
