import KeratinCore
import Testing

@Suite struct MovementTests {
    @Test(arguments: DType.allCases)
    func strided(dtype: DType) throws {
        var numbers = Numbers()
        func tensor(_ shape: Shape) -> NaiveTensor { numbers.tensor(TensorType(shape, dtype)) }
        try check(.reshape([6, 10]), [tensor([4, 15])])
        for shape: Shape in [[3, 5], [33, 65], [1, 7], [0, 3], [130, 70]] {
            try check(.transpose(permutation: [1, 0]), [tensor(shape)])
        }
        for permutation in [
            [0, 1, 2, 3], [3, 2, 1, 0], [0, 2, 1, 3], [0, 3, 1, 2], [2, 0, 3, 1], [1, 0, 3, 2],
        ] {
            try check(.transpose(permutation: permutation), [tensor([3, 5, 7, 9])])
        }
        try check(.transpose(permutation: []), [tensor([])])
        try check(.broadcast([4, 3, 5]), [tensor([3, 1])])
        try check(.broadcast([4, 33]), [tensor([33])])
        try check(.broadcast([70_000]), [tensor([])])
        try check(.broadcast([0, 3]), [tensor([3])])
        try check(.slice(starts: [1, 2], limits: [5, 30], strides: [2, 3]), [tensor([6, 33])])
        try check(
            .slice(starts: [1, 0, 0], limits: [3, 4, 5], strides: [1, 1, 1]), [tensor([4, 4, 5])])
        try check(.slice(starts: [2], limits: [2], strides: [1]), [tensor([4])])
        try check(
            .pad(low: [1, 0], high: [2, 3], interior: [1, 2], value: 1), [tensor([3, 5])])
        try check(.pad(low: [1, 2], high: [0, 0], interior: [0, 0], value: 0), [tensor([0, 5])])
        for axis in 0..<3 {
            var other: Shape = [3, 4, 5]
            other[axis] = 2
            try check(
                .concatenate(axis: axis), [tensor([3, 4, 5]), tensor(other), tensor([3, 4, 5])])
            try check(.reverse(axes: [axis]), [tensor([3, 4, 33])])
        }
        try check(.reverse(axes: [0, 2]), [tensor([3, 4, 33])])
    }

    @Test func indices() throws {
        var numbers = Numbers()
        let picks = NaiveTensor(TensorType([2, 3], .int32), [0, 4, 2, -3, 99, 4])
        for axis in 0..<3 {
            var shape: Shape = [3, 4, 7]
            shape[axis] = 5
            for dtype in DType.allCases {
                try check(.gather(axis: axis), [numbers.tensor(TensorType(shape, dtype)), picks])
            }
            var updates = shape.dimensions
            updates.replaceSubrange(axis...axis, with: [2, 3])
            try check(
                .scatterAdd(axis: axis, count: 5),
                [numbers.tensor(TensorType(Shape(updates))), picks])
        }
        let many = NaiveTensor(
            TensorType([3000], .int32), (0..<3000).map { Double($0 * 7 % 97) })
        try check(.scatterAdd(axis: 0, count: 97), [numbers.tensor(TensorType([3000, 33])), many])
        try check(.gather(axis: 0), [numbers.tensor(TensorType([97, 33])), many])
        for index in [-1.0, 0, 3, 9] {
            let at = NaiveTensor(TensorType([], .int32), [index])
            for dtype in DType.allCases {
                let x = numbers.tensor(TensorType([5, 3, 7], dtype))
                try check(.dynamicSlice, [x, at])
                try check(.dynamicUpdate, [x, at, numbers.tensor(TensorType([3, 7], dtype))])
            }
        }
    }

    @Test func windows() throws {
        var numbers = Numbers()
        for window in testWindows {
            let x = numbers.tensor(TensorType(Shape([2] + window.input + [5])))
            try check(.patches(window.window, padding: -1), [x])
            let type = try Primitive.patches(window.window, padding: 0).resultType([x.type])
            try check(
                .foldPatches(window.window, input: window.input), [numbers.tensor(type)])
        }
    }
}

/// Windows over one to three axes: strides, dilations, even and uneven padding.
let testWindows: [(window: Window, input: [Int])] = [
    (Window(sizes: [3], strides: [1], padding: .valid, input: [11]), [11]),
    (Window(sizes: [4], strides: [3], padding: .same, input: [11]), [11]),
    (Window(sizes: [3, 3], strides: [1, 1], padding: .valid, input: [8, 9]), [8, 9]),
    (Window(sizes: [3, 3], strides: [1, 1], padding: .same, input: [8, 9]), [8, 9]),
    (Window(sizes: [2, 2], strides: [2, 2], padding: .valid, input: [9, 8]), [9, 8]),
    (Window(sizes: [3, 2], strides: [2, 3], padding: .same, input: [9, 10]), [9, 10]),
    (
        Window(
            sizes: [3, 3], strides: [1, 1], dilations: [2, 2], padding: .same, input: [9, 7]),
        [9, 7]
    ),
    (Window(sizes: [1, 1], strides: [2, 2], padding: .valid, input: [5, 6]), [5, 6]),
    (
        Window(sizes: [2, 3, 2], strides: [1, 2, 1], padding: .same, input: [4, 5, 6]),
        [4, 5, 6]
    ),
]
