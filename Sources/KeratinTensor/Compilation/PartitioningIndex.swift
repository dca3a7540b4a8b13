extension RandomAccessCollection {
    /// The place of the first element for which something holds that holds for all that follow it; the end if there is none.
    func partitioningIndex(where holds: (Element) -> Bool) -> Index {
        var (low, rest) = (startIndex, count)
        while rest > 0 {
            let middle = index(low, offsetBy: rest / 2)
            if holds(self[middle]) {
                rest /= 2
            } else {
                low = index(after: middle)
                rest -= rest / 2 + 1
            }
        }
        return low
    }
}
