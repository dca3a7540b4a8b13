/// How groups of the gpu family share out rows that are read more than once.
enum GroupRows {
    /// Work-items of a group; `ROW_ITEMS` in the kernels.
    static let items = 256

    /// Work-items for each row: one for each element, up to a group; one for four where there are rows enough without.
    static func lanes(rows: Int, width: Int) -> Int {
        let each = min(width.powerOfTwo, items)
        return rows * each >= 1 << 18 ? min(((width + 3) / 4).powerOfTwo, items) : each
    }

    /// Work-items for all rows, whole groups.
    static func global(_ rows: Int, _ lanes: Int) -> Int {
        (rows * lanes + items - 1) / items * items
    }
}

extension Int {
    /// The first power of two that is not less, at least 1.
    var powerOfTwo: Int {
        var power = 1
        while power < self { power *= 2 }
        return power
    }
}
