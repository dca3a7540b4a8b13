import KeratinCPUKernelTable

// The matrix microkernel: six rows by one to four vectors of columns, all accumulators in
// registers. AVX-512 takes 6 × 64 (24 of 32 registers), AVX2 6 × 16 and SSE 6 × 8 (12 of 16).

#if KERATIN_AVX512
    @inline(__always) var panelWidth: Int { 64 }
#elseif KERATIN_AVX2
    @inline(__always) var panelWidth: Int { 16 }
#else
    @inline(__always) var panelWidth: Int { 8 }
#endif

/// One row of a tile: some vectors side by side.
private protocol PanelRow {
    init()
    init(_ pointer: UnsafePointer<Float>)
    mutating func add(_ left: Float, _ right: Self)
    mutating func addRow(_ right: Self)
    mutating func rectify()
    func write(_ pointer: UnsafeMutablePointer<Float>)
    static var width: Int { get }
}

private struct Row1: PanelRow {
    var v0: FloatVector
    @inline(__always) static var width: Int { lanes }
    @inline(__always) init() { v0 = splat(0) }
    @inline(__always) init(_ pointer: UnsafePointer<Float>) { v0 = load(pointer) }
    @inline(__always) mutating func add(_ left: Float, _ right: Row1) {
        v0 = multiplyAdd(splat(left), right.v0, v0)
    }
    @inline(__always) mutating func addRow(_ right: Row1) { v0 += right.v0 }
    @inline(__always) mutating func rectify() { v0 = blend(v0 .< 0, 0, v0) }
    @inline(__always) func write(_ pointer: UnsafeMutablePointer<Float>) { store(v0, pointer) }
}

private struct Row2: PanelRow {
    var low: Row1
    var high: Row1
    @inline(__always) static var width: Int { 2 &* lanes }
    @inline(__always) init() {
        low = Row1()
        high = Row1()
    }
    @inline(__always) init(_ pointer: UnsafePointer<Float>) {
        low = Row1(pointer)
        high = Row1(pointer + lanes)
    }
    @inline(__always) mutating func add(_ left: Float, _ right: Row2) {
        low.add(left, right.low)
        high.add(left, right.high)
    }
    @inline(__always) mutating func addRow(_ right: Row2) {
        low.addRow(right.low)
        high.addRow(right.high)
    }
    @inline(__always) mutating func rectify() {
        low.rectify()
        high.rectify()
    }
    @inline(__always) func write(_ pointer: UnsafeMutablePointer<Float>) {
        low.write(pointer)
        high.write(pointer + lanes)
    }
}

#if KERATIN_AVX512
    private struct Row3: PanelRow {
        var low: Row2
        var high: Row1
        @inline(__always) static var width: Int { 3 &* lanes }
        @inline(__always) init() {
            low = Row2()
            high = Row1()
        }
        @inline(__always) init(_ pointer: UnsafePointer<Float>) {
            low = Row2(pointer)
            high = Row1(pointer + 2 &* lanes)
        }
        @inline(__always) mutating func add(_ left: Float, _ right: Row3) {
            low.add(left, right.low)
            high.add(left, right.high)
        }
        @inline(__always) mutating func addRow(_ right: Row3) {
            low.addRow(right.low)
            high.addRow(right.high)
        }
        @inline(__always) mutating func rectify() {
            low.rectify()
            high.rectify()
        }
        @inline(__always) func write(_ pointer: UnsafeMutablePointer<Float>) {
            low.write(pointer)
            high.write(pointer + 2 &* lanes)
        }
    }

    private struct Row4: PanelRow {
        var low: Row2
        var high: Row2
        @inline(__always) static var width: Int { 4 &* lanes }
        @inline(__always) init() {
            low = Row2()
            high = Row2()
        }
        @inline(__always) init(_ pointer: UnsafePointer<Float>) {
            low = Row2(pointer)
            high = Row2(pointer + 2 &* lanes)
        }
        @inline(__always) mutating func add(_ left: Float, _ right: Row4) {
            low.add(left, right.low)
            high.add(left, right.high)
        }
        @inline(__always) mutating func addRow(_ right: Row4) {
            low.addRow(right.low)
            high.addRow(right.high)
        }
        @inline(__always) mutating func rectify() {
            low.rectify()
            high.rectify()
        }
        @inline(__always) func write(_ pointer: UnsafeMutablePointer<Float>) {
            low.write(pointer)
            high.write(pointer + 2 &* lanes)
        }
    }
#endif

/// What is added after the last K step.
private struct Epilogue {
    var accumulate: Bool
    var bias: UnsafePointer<Float>?
    var rectify: Bool
}

@inline(__always)
private func finish<R: PanelRow>(
    _ sum: R, _ output: UnsafeMutablePointer<Float>, _ epilogue: Epilogue
) {
    var row = sum
    if epilogue.accumulate { row.addRow(R(UnsafePointer(output))) }
    if let bias = epilogue.bias { row.addRow(R(bias)) }
    if epilogue.rectify { row.rectify() }
    row.write(output)
}

/// One tile: `segments` runs of `length` K steps, six row pointers each.
private struct Tile {
    var rows: UnsafePointer<UnsafePointer<Float>>
    /// Where each segment begins on the right side.
    var offsets: UnsafePointer<Int>
    var segments: Int
    var length: Int
    var leftStride: Int
    var right: UnsafePointer<Float>
    var rightStride: Int
    var outputs: UnsafePointer<UnsafeMutablePointer<Float>>
    var column: Int
    var epilogue: Epilogue

    /// A tile of a band.
    @inline(__always)
    init(
        _ index: Int, of band: UnsafePointer<MatrixBand>, right: UnsafePointer<Float>,
        rightStride: Int, outputs: UnsafePointer<UnsafeMutablePointer<Float>>, column: Int,
        epilogue: Epilogue
    ) {
        let first = band.pointee.tileSegments[index]
        rows = band.pointee.rowPointers + first &* 6
        offsets = band.pointee.segmentOffsets + first
        segments = band.pointee.tileSegments[index &+ 1] &- first
        length = band.pointee.length
        leftStride = band.pointee.leftStride
        self.right = right
        self.rightStride = rightStride
        self.outputs = outputs
        self.column = column
        self.epilogue = epilogue
    }
}

@inline(__always)
private func compute<R: PanelRow>(_ tile: Tile, _ type: R.Type) {
    let (length, leftStride, rightStride) = (tile.length, tile.leftStride, tile.rightStride)
    let (outputs, column, epilogue) = (tile.outputs, tile.column, tile.epilogue)
    var r0 = R()
    var r1 = R()
    var r2 = R()
    var r3 = R()
    var r4 = R()
    var r5 = R()
    var segment = 0
    while segment < tile.segments {
        let row = tile.rows + segment &* 6
        let a0 = row[0]
        let a1 = row[1]
        let a2 = row[2]
        let a3 = row[3]
        let a4 = row[4]
        let a5 = row[5]
        var b = tile.right + tile.offsets[segment] &* rightStride
        var k = 0
        if leftStride == 1 {
            // Four steps a turn: the loop's own instructions compete with the multiply-adds.
            while k &+ 4 <= length {
                var step = 0
                while step < 4 {
                    let value = R(b)
                    r0.add(a0[k &+ step], value)
                    r1.add(a1[k &+ step], value)
                    r2.add(a2[k &+ step], value)
                    r3.add(a3[k &+ step], value)
                    r4.add(a4[k &+ step], value)
                    r5.add(a5[k &+ step], value)
                    b += rightStride
                    step &+= 1
                }
                k &+= 4
            }
        }
        var left = length &- k
        while left >= 4 {
            var step = 0
            while step < 4 {
                let value = R(b)
                r0.add(a0[k], value)
                r1.add(a1[k], value)
                r2.add(a2[k], value)
                r3.add(a3[k], value)
                r4.add(a4[k], value)
                r5.add(a5[k], value)
                b += rightStride
                k &+= leftStride
                step &+= 1
            }
            left &-= 4
        }
        while left > 0 {
            let value = R(b)
            r0.add(a0[k], value)
            r1.add(a1[k], value)
            r2.add(a2[k], value)
            r3.add(a3[k], value)
            r4.add(a4[k], value)
            r5.add(a5[k], value)
            b += rightStride
            k &+= leftStride
            left &-= 1
        }
        segment &+= 1
    }
    finish(r0, outputs[0] + column, epilogue)
    finish(r1, outputs[1] + column, epilogue)
    finish(r2, outputs[2] + column, epilogue)
    finish(r3, outputs[3] + column, epilogue)
    finish(r4, outputs[4] + column, epilogue)
    finish(r5, outputs[5] + column, epilogue)
}

@inline(never)
private func tiles<R: PanelRow>(
    _ type: R.Type, _ band: UnsafePointer<MatrixBand>, _ right: UnsafePointer<Float>,
    _ rightStride: Int, _ column: Int, _ epilogue: Epilogue
) {
    var index = 0
    while index < band.pointee.tiles {
        compute(
            Tile(
                index, of: band, right: right, rightStride: rightStride,
                outputs: band.pointee.outputs + index &* 6, column: column, epilogue: epilogue),
            type)
        index &+= 1
    }
}

/// A panel of which not all vectors are columns of the output: each tile goes through a small
/// buffer.
@inline(never)
private func partialTiles<R: PanelRow>(
    _ type: R.Type, _ band: UnsafePointer<MatrixBand>, _ right: UnsafePointer<Float>,
    _ rightStride: Int, _ column: Int, _ columns: Int, _ epilogue: Epilogue
) {
    let buffer = band.pointee.scratch
    let pointers = UnsafeMutableRawPointer(buffer + 7 &* panelWidth)
        .assumingMemoryBound(to: UnsafeMutablePointer<Float>.self)
    var row = 0
    while row < 6 {
        pointers[row] = buffer + row &* panelWidth
        row &+= 1
    }
    var own = epilogue
    if let bias = epilogue.bias {
        let padded = buffer + 6 &* panelWidth
        var c = 0
        while c < R.width {
            padded[c] = c < columns ? bias[c] : 0
            c &+= 1
        }
        own.bias = UnsafePointer(padded)
    }
    var index = 0
    while index < band.pointee.tiles {
        let outputs = band.pointee.outputs + index &* 6
        if epilogue.accumulate {
            row = 0
            while row < 6 {
                let output = outputs[row] + column
                var c = 0
                while c < R.width {
                    pointers[row][c] = c < columns ? output[c] : 0
                    c &+= 1
                }
                row &+= 1
            }
        }
        compute(
            Tile(
                index, of: band, right: right, rightStride: rightStride,
                outputs: UnsafePointer(pointers), column: 0, epilogue: own), type)
        row = 0
        while row < 6 {
            let output = outputs[row] + column
            var c = 0
            while c < columns {
                output[c] = pointers[row][c]
                c &+= 1
            }
            row &+= 1
        }
        index &+= 1
    }
}

@inline(__always)
private func panel<R: PanelRow>(
    _ type: R.Type, _ band: UnsafePointer<MatrixBand>, _ right: UnsafePointer<Float>,
    _ rightStride: Int, _ column: Int, _ columns: Int, _ epilogue: Epilogue
) {
    if columns == R.width {
        tiles(type, band, right, rightStride, column, epilogue)
    } else {
        partialTiles(type, band, right, rightStride, column, columns, epilogue)
    }
}

func matrixBand(_ argument: UnsafePointer<MatrixBand>) {
    let columns = argument.pointee.columns
    var column = 0
    var index = 0
    while column < columns {
        let width = columns &- column < panelWidth ? columns &- column : panelWidth
        var right = argument.pointee.right + index &* argument.pointee.panelStride
        var stride = argument.pointee.rightStride
        if width < panelWidth, let last = argument.pointee.lastPanel {
            right = last
            stride = argument.pointee.lastPanelStride
        }
        var epilogue = Epilogue(
            accumulate: argument.pointee.accumulate, bias: nil,
            rectify: argument.pointee.activation == .relu)
        if let bias = argument.pointee.bias { epilogue.bias = bias + column }
        #if KERATIN_AVX512
            if width > 3 &* lanes {
                panel(Row4.self, argument, right, stride, column, width, epilogue)
            } else if width > 2 &* lanes {
                panel(Row3.self, argument, right, stride, column, width, epilogue)
            } else if width > lanes {
                panel(Row2.self, argument, right, stride, column, width, epilogue)
            } else {
                panel(Row1.self, argument, right, stride, column, width, epilogue)
            }
        #else
            if width > lanes {
                panel(Row2.self, argument, right, stride, column, width, epilogue)
            } else {
                panel(Row1.self, argument, right, stride, column, width, epilogue)
            }
        #endif
        // The long functions run over the fresh tile rows, which are still in the first cache.
        let function: FloatUnary? =
            switch argument.pointee.activation {
            case .sigmoid: .sigmoid
            case .tanh: .tanh
            case .none, .relu: nil
            }
        if let function {
            var row = 0
            while row < argument.pointee.tiles &* 6 {
                let output = argument.pointee.outputs[row] + column
                unary(function, output, output, width)
                row &+= 1
            }
        }
        column &+= panelWidth
        index &+= 1
    }
}
