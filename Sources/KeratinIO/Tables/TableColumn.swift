import KeratinCore
import KeratinTensor

extension Table {
    /// A column: numbers, or texts, which are kept as the numbers of their places in a vocabulary.
    public struct Column: Hashable, Sendable {
        enum Values: Hashable, Sendable {
            case integers([Int64])
            case floats([Float])
            /// As files have them; rounded to float32 where arrays are made.
            case doubles([Double])
            /// −1 where a text is missing.
            case labels([Int32], vocabulary: [String])
        }

        /// The column's name.
        public let name: String
        let values: Values
        /// Why there is no such column, if somebody asked for one that is not there; told by whatever needs its numbers.
        let failure: KeratinError?

        init(_ name: String, _ values: Values, failure: KeratinError? = nil) {
            self.name = name
            self.values = values
            self.failure = failure
        }

        /// A column of texts; nil where one is missing.
        /// - Parameter vocabulary: the texts that there are, in the order of their codes; nil: those of the column, sorted.
        /// - Throws: `KeratinError` for a text that is not in the vocabulary, and for a vocabulary with a text twice.
        public init(_ name: String, _ texts: [String?], vocabulary: [String]? = nil) throws {
            let words = vocabulary ?? Set(texts.compactMap { $0 }).sorted()
            let codes = Dictionary(words.enumerated().map { ($1, Int32($0)) }) { first, _ in first }
            guard codes.count == words.count else {
                throw KeratinError(
                    .invalidArgument, "a vocabulary holds each text once", at: "column '\(name)'")
            }
            let labels = try texts.enumerated().map { row, text -> Int32 in
                guard let text else { return -1 }
                guard let code = codes[text] else {
                    throw KeratinError(
                        .invalidData, "row \(row) has '\(text)', which is not in the vocabulary",
                        at: "column '\(name)'")
                }
                return code
            }
            self.init(name, .labels(labels, vocabulary: words))
        }

        /// A column of numbers; NaN where one is missing.
        public init(_ name: String, _ numbers: [Double]) { self.init(name, .doubles(numbers)) }

        /// A column of numbers, from an array [rows] or [rows, 1].
        /// - Throws: `KeratinError` for an array of another shape.
        public init(_ name: String, _ array: NDArray) throws {
            let extents = array.shape.dimensions
            guard extents.count == 1 || (extents.count == 2 && extents[1] == 1) else {
                throw KeratinError(
                    .shapeMismatch, "takes an array [rows], got \(array.shape)",
                    at: "column '\(name)'")
            }
            self.init(name, try Values(RawArray(array.hostArray())))
        }

        /// How many rows there are.
        public var count: Int {
            switch values {
            case .integers(let values): values.count
            case .floats(let values): values.count
            case .doubles(let values): values.count
            case .labels(let codes, _): codes.count
            }
        }

        /// Whether it holds texts.
        public var isText: Bool { if case .labels = values { true } else { false } }

        /// The texts in the order of their codes; empty for numbers.
        public var vocabulary: [String] {
            if case .labels(_, let vocabulary) = values { vocabulary } else { [] }
        }

        /// In how many rows the number or the text is missing.
        public var missingCount: Int { isMissing.count { $0 } }

        /// Whether the number or the text of each row is missing.
        var isMissing: [Bool] {
            switch values {
            case .integers(let values): values.map { _ in false }
            case .floats(let values): values.map(\.isNaN)
            case .doubles(let values): values.map(\.isNaN)
            case .labels(let codes, _): codes.map { $0 < 0 }
            }
        }

        /// The numbers, or the codes of the texts; NaN where one is missing.
        public var numbers: [Double] {
            switch values {
            case .integers(let values): values.map { Double($0) }
            case .floats(let values): values.map { Double($0) }
            case .doubles(let values): values
            case .labels(let codes, _): codes.map { $0 < 0 ? .nan : Double($0) }
            }
        }

        /// The texts, or the numbers as files have them; nil where one is missing.
        public var texts: [String?] {
            switch values {
            case .integers(let values): values.map { "\($0)" }
            case .floats(let values): values.map { $0.isNaN ? nil : Self.text("\($0)") }
            case .doubles(let values): values.map { $0.isNaN ? nil : Self.text("\($0)") }
            case .labels(let codes, let vocabulary):
                codes.map { $0 < 0 ? nil : vocabulary[Int($0)] }
            }
        }

        /// 3 rather than 3.0.
        private static func text(_ number: String) -> String {
            number.hasSuffix(".0") ? String(number.dropLast(2)) : number
        }

        /// The column as an array [rows]: int32 for whole numbers (int64 if they need it) and for texts, which give their codes; else
        /// float32, in which missing numbers are NaN.
        ///
        /// It carries the error if there is no such column, or if texts are missing, which no code stands for.
        public func tensor() -> Tensor {
            Tensor.carrying {
                if let failure { throw failure }
                switch values {
                case .integers(let values): return Tensor(values.map { Int($0) })
                case .floats(let values): return Tensor(values)
                case .doubles(let values): return Tensor(values)
                case .labels(let codes, _):
                    guard missingCount == 0 else {
                        throw KeratinError(
                            .invalidData,
                            "\(missingCount) texts are missing: leave these rows out (droppingMissing) or fill them (fillingMissing)",
                            at: "column '\(name)'")
                    }
                    return Tensor(codes)
                }
            }
        }

        /// The same texts as codes of another vocabulary, such as that of the data that a model was trained on.
        /// - Throws: `KeratinError` for a column of numbers, and for a text that is not in the vocabulary.
        public func encoded(by vocabulary: [String]) throws -> Column {
            if let failure { throw failure }
            guard isText else {
                throw KeratinError(
                    .invalidData, "holds numbers, which have no vocabulary", at: "column '\(name)'")
            }
            return try Column(name, texts, vocabulary: vocabulary)
        }

        /// The column with a number in place of those that are missing; texts stay as they are.
        public func fillingMissing(with number: Double) -> Column {
            switch values {
            case .integers, .labels: self
            case .floats(let values):
                Column(
                    name, .floats(values.map { $0.isNaN ? Float(number) : $0 }), failure: failure)
            case .doubles(let values):
                Column(name, .doubles(values.map { $0.isNaN ? number : $0 }), failure: failure)
            }
        }

        /// The column with a text in place of those that are missing; numbers stay as they are.
        public func fillingMissing(with text: String) -> Column {
            guard case .labels(let codes, var vocabulary) = values, codes.contains(-1) else {
                return self
            }
            let code = vocabulary.firstIndex(of: text) ?? vocabulary.count
            if code == vocabulary.count { vocabulary.append(text) }
            return Column(
                name, .labels(codes.map { $0 < 0 ? Int32(code) : $0 }, vocabulary: vocabulary))
        }

        /// Some of the rows, in this order.
        func rows(_ rows: [Int]) -> Column {
            let picked: Values =
                switch values {
                case .integers(let values): .integers(rows.map { values[$0] })
                case .floats(let values): .floats(rows.map { values[$0] })
                case .doubles(let values): .doubles(rows.map { values[$0] })
                case .labels(let codes, let vocabulary):
                    .labels(rows.map { codes[$0] }, vocabulary: vocabulary)
                }
            return Column(name, picked, failure: failure)
        }
    }
}

extension Table.Column.Values {
    /// The numbers of an array, of any shape, in order.
    init(_ array: RawArray) throws {
        switch array.type {
        case .float32, .float16, .bfloat16: self = .floats(array.floats)
        case .float64: self = .doubles(array.copied(as: Double.self))
        default: self = .integers(try array.integers())
        }
    }
}
