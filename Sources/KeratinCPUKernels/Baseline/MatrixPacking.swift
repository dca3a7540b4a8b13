import KeratinCPUKernelTable

/// Sixteen elements at a time: four rows of four become four columns.
@inline(__always)
private func transpose4(
    _ x: UnsafePointer<Float>, _ xStride: Int, _ y: UnsafeMutablePointer<Float>, _ yStride: Int
) {
    let a = UnsafeRawPointer(x).loadUnaligned(as: SIMD4<Float>.self)
    let b = UnsafeRawPointer(x + xStride).loadUnaligned(as: SIMD4<Float>.self)
    let c = UnsafeRawPointer(x + 2 &* xStride).loadUnaligned(as: SIMD4<Float>.self)
    let d = UnsafeRawPointer(x + 3 &* xStride).loadUnaligned(as: SIMD4<Float>.self)
    let r0 = SIMD4<Float>(a[0], b[0], c[0], d[0])
    let r1 = SIMD4<Float>(a[1], b[1], c[1], d[1])
    let r2 = SIMD4<Float>(a[2], b[2], c[2], d[2])
    let r3 = SIMD4<Float>(a[3], b[3], c[3], d[3])
    UnsafeMutableRawPointer(y).storeBytes(of: r0, as: SIMD4<Float>.self)
    UnsafeMutableRawPointer(y + yStride).storeBytes(of: r1, as: SIMD4<Float>.self)
    UnsafeMutableRawPointer(y + 2 &* yStride).storeBytes(of: r2, as: SIMD4<Float>.self)
    UnsafeMutableRawPointer(y + 3 &* yStride).storeBytes(of: r3, as: SIMD4<Float>.self)
}

func transpose(
    _ x: FloatInput, _ rows: Int, _ columns: Int, _ xStride: Int, _ y: FloatOutput, _ yStride: Int
) {
    // Blocks of 32 × 32 keep the lines of both sides in the first cache.
    var rowBlock = 0
    while rowBlock < rows {
        let rowEnd = rowBlock &+ 32 < rows ? rowBlock &+ 32 : rows
        var columnBlock = 0
        while columnBlock < columns {
            let columnEnd = columnBlock &+ 32 < columns ? columnBlock &+ 32 : columns
            var row = rowBlock
            while row &+ 4 <= rowEnd {
                var column = columnBlock
                while column &+ 4 <= columnEnd {
                    transpose4(
                        x + row &* xStride + column, xStride, y + column &* yStride + row, yStride)
                    column &+= 4
                }
                while column < columnEnd {
                    let source = x + row &* xStride + column
                    let target = y + column &* yStride + row
                    target[0] = source[0]
                    target[1] = source[xStride]
                    target[2] = source[2 &* xStride]
                    target[3] = source[3 &* xStride]
                    column &+= 1
                }
                row &+= 4
            }
            while row < rowEnd {
                var column = columnBlock
                while column < columnEnd {
                    y[column &* yStride + row] = x[row &* xStride + column]
                    column &+= 1
                }
                row &+= 1
            }
            columnBlock = columnEnd
        }
        rowBlock = rowEnd
    }
}

func packPanel(
    _ right: FloatInput, _ stride: Int, _ depth: Int, _ columns: Int, _ transposed: Bool,
    _ packed: FloatOutput
) {
    if transposed {
        transpose(right, columns, depth, stride, packed, panelWidth)
    } else if columns == panelWidth {
        var k = 0
        while k < depth {
            let source = right + k &* stride
            let target = packed + k &* panelWidth
            var c = 0
            while c < panelWidth {
                store(load(source + c), target + c)
                c &+= lanes
            }
            k &+= 1
        }
    } else {
        var k = 0
        while k < depth {
            let source = right + k &* stride
            let target = packed + k &* panelWidth
            var c = 0
            while c < columns {
                target[c] = source[c]
                c &+= 1
            }
            k &+= 1
        }
    }
    if columns < panelWidth {
        var k = 0
        while k < depth {
            let target = packed + k &* panelWidth
            var c = columns
            while c < panelWidth {
                target[c] = 0
                c &+= 1
            }
            k &+= 1
        }
    }
}
