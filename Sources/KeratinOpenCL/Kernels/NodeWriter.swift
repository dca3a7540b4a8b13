import KeratinCore

/// OpenCL C for one node, on scalars or vectors of `lanes`. Whole numbers and bools live in ints; a
/// bool is a mask as comparisons make it (−1 in a vector's lanes, 1 in a scalar), which `select` reads.
struct NodeWriter {
    let lanes: Int
    /// Whether vectors in memory lie at multiples of their size: a plain access then, one for all lanes.
    var isAligned = false

    private var suffix: String { lanes == 1 ? "" : "\(lanes)" }
    private var float: String { "float\(suffix)" }
    private var int: String { "int\(suffix)" }

    func type(_ dtype: DType) -> String { dtype == .float32 ? float : int }

    func load(_ pointer: String, _ dtype: DType, isUniform: Bool) -> String {
        let element: String
        if isUniform || lanes == 1 {
            element = isUniform ? "(\(type(dtype)))(*(\(pointer)))" : "*(\(pointer))"
        } else if isAligned {
            element = "*(__global const \(memoryType(dtype)) *)(\(pointer))"
        } else {
            element = "vload\(lanes)(0, \(pointer))"
        }
        switch dtype {
        case .float32, .int32: return element
        case .uint8: return isUniform || lanes == 1 ? element : "convert_\(int)(\(element))"
        case .bool:
            let value = isUniform || lanes == 1 ? element : "convert_\(int)(\(element))"
            return "(\(value) != 0)"
        }
    }

    func store(_ value: String, _ dtype: DType, to pointer: String) -> String {
        var value = value
        if dtype == .uint8 || dtype == .bool {
            value = "convert_uchar\(suffix)((\(value)) & \(dtype == .bool ? 1 : 255))"
        }
        if lanes == 1 { return "*(\(pointer)) = \(value);" }
        return isAligned
            ? "*(__global \(memoryType(dtype)) *)(\(pointer)) = \(value);"
            : "vstore\(lanes)(\(value), 0, \(pointer));"
    }

    /// How elements lie in memory.
    private func memoryType(_ dtype: DType) -> String {
        switch dtype {
        case .float32: float
        case .int32: int
        case .uint8, .bool: "uchar\(suffix)"
        }
    }

    func constant(_ value: Double, _ dtype: DType) -> String {
        switch dtype {
        case .float32:
            "(\(float))(as_float(0x\(String(Float(value).bitPattern, radix: 16))u))"
        case .int32, .uint8:
            // As bits, because C has no literal for the smallest integer.
            "as_\(int)((uint\(suffix))(0x\(bits(Self.integer(value, dtype)))u))"
        case .bool:
            "((\(int))(\(Self.integer(value, dtype))) != 0)"
        }
    }

    private func bits(_ value: Int) -> String {
        String(UInt32(truncatingIfNeeded: value), radix: 16)
    }

    /// A number as an element of an integer type: towards zero, saturated, NaN as 0; for bools whether it is not 0.
    static func integer(_ value: Double, _ dtype: DType) -> Int {
        if dtype == .bool { return value != 0 ? 1 : 0 }
        if value.isNaN { return 0 }
        let range: ClosedRange<Double> =
            dtype == .uint8 ? 0...255 : -2_147_483_648...2_147_483_647
        return Int(min(max(value, range.lowerBound), range.upperBound))
    }

    /// Integer arithmetic that wraps around: unsigned, since signed overflow may do anything in C.
    private func wrapping(_ a: String, _ operation: String, _ b: String) -> String {
        "as_\(int)(as_uint\(suffix)(\(a)) \(operation) as_uint\(suffix)(\(b)))"
    }

    func cast(_ x: String, from source: DType, to target: DType) -> String {
        switch (source, target) {
        case (_, .bool): return source == .bool ? x : "(\(x) != 0)"
        case (.float32, .float32): return x
        case (.float32, .int32): return "convert_\(int)_sat_rtz(\(x))"
        case (.float32, .uint8): return "convert_\(int)(convert_uchar\(suffix)_sat_rtz(\(x)))"
        case (.bool, .float32): return "convert_\(float)(\(x) & 1)"
        case (.bool, _): return "(\(x) & 1)"
        case (_, .float32): return "convert_\(float)(\(x))"
        case (_, .uint8): return "(\(x) & 255)"
        default: return x
        }
    }

    func unary(_ function: UnaryFunction, _ x: String, _ dtype: DType) -> String {
        let zero = dtype == .float32 ? "(\(float))(0.0f)" : "(\(int))(0)"
        switch function {
        case .negate: return dtype == .float32 ? "-\(x)" : wrapping(zero, "-", x)
        case .abs: return dtype == .float32 ? "fabs(\(x))" : "as_\(int)(abs(\(x)))"
        case .sign:
            return dtype == .float32
                ? "select(sign(\(x)), \(x), \(x) != \(x))"
                : "clamp(\(x), (\(int))(-1), (\(int))(1))"
        case .reciprocal: return "(1.0f / \(x))"
        case .sqrt: return "sqrt(\(x))"
        case .rsqrt: return "(1.0f / sqrt(\(x)))"
        case .square: return dtype == .float32 ? "(\(x) * \(x))" : wrapping(x, "*", x)
        case .exp: return "exp(\(x))"
        case .expm1: return "expm1(\(x))"
        case .log: return "log(\(x))"
        case .log1p: return "log1p(\(x))"
        case .sin: return "sin(\(x))"
        case .cos: return "cos(\(x))"
        case .arctan: return "atan(\(x))"
        case .tanh: return "tanh(\(x))"
        case .sigmoid: return "(1.0f / (1.0f + exp(-\(x))))"
        case .relu: return "select(\(x), \(zero), \(x) < \(zero))"
        case .softplus:
            return "(select(\(x), \(zero), \(x) < \(zero)) + log1p(exp(-fabs(\(x)))))"
        case .erf: return "erf(\(x))"
        case .erfc: return "erfc(\(x))"
        case .floor: return "floor(\(x))"
        case .ceil: return "ceil(\(x))"
        case .round: return "rint(\(x))"
        case .not: return "(\(x) == 0)"
        case .isNaN: return "(\(x) != \(x))"
        case .isFinite: return "(fabs(\(x)) < (\(float))(INFINITY))"
        case .uniform: return "(convert_\(float)(as_uint\(suffix)(\(x)) >> 8) * 0x1p-24f)"
        }
    }

    func binary(_ function: BinaryFunction, _ a: String, _ b: String, _ dtype: DType) -> String {
        let isFloat = dtype == .float32
        let width = lanes == 1 ? "1" : "\(lanes)"
        // Masks differ between vectors and scalars only in their truth value, 0 and not 0.
        let (left, right) = dtype == .bool ? ("(\(a) & 1)", "(\(b) & 1)") : (a, b)
        switch function {
        case .add: return isFloat ? "(\(a) + \(b))" : wrapping(a, "+", b)
        case .subtract: return isFloat ? "(\(a) - \(b))" : wrapping(a, "-", b)
        case .multiply: return isFloat ? "(\(a) * \(b))" : wrapping(a, "*", b)
        case .divide: return isFloat ? "(\(a) / \(b))" : "divide_int\(width)(\(a), \(b))"
        case .maximum:
            return isFloat
                ? "select(\(b), \(a), (\(a) > \(b)) | (\(a) != \(a)))" : "max(\(a), \(b))"
        case .minimum:
            return isFloat
                ? "select(\(b), \(a), (\(a) < \(b)) | (\(a) != \(a)))" : "min(\(a), \(b))"
        case .power: return "pow(\(a), \(b))"
        case .remainder:
            return isFloat ? "remainder\(width)(\(a), \(b))" : "remainder_int\(width)(\(a), \(b))"
        case .equal: return "(\(left) == \(right))"
        case .notEqual: return "(\(left) != \(right))"
        case .less: return "(\(left) < \(right))"
        case .lessEqual: return "(\(left) <= \(right))"
        case .greater: return "(\(left) > \(right))"
        case .greaterEqual: return "(\(left) >= \(right))"
        case .and: return "(\(a) & \(b))"
        case .or: return "(\(a) | \(b))"
        }
    }
}
