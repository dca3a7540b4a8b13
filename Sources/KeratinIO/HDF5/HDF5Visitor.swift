/// What takes in an HDF5 file while it is read: each array as it comes, so that a large file needs no memory for all of
/// them unless the visitor keeps them.
protocol HDF5Visitor {
    /// A group begins, in the one that began last. The root, which comes first, has no name.
    mutating func beginGroup(_ name: String, _ attributes: [String: HDF5Attribute]) throws
    /// The group that began last is complete.
    mutating func endGroup() throws
    /// An array of the group that began last.
    mutating func dataset(
        _ name: String, _ array: RawArray, _ attributes: [String: HDF5Attribute]
    ) throws
}

/// Keeps everything, as a tree.
struct HDF5TreeBuilder: HDF5Visitor {
    private var open: [(name: String, group: HDF5Group)] = []
    /// The tree, once the root is complete.
    private(set) var root = HDF5Group()

    mutating func beginGroup(_ name: String, _ attributes: [String: HDF5Attribute]) {
        var group = HDF5Group()
        group.attributes = attributes
        open.append((name, group))
    }

    mutating func endGroup() {
        guard let (name, group) = open.popLast() else { return }
        if open.isEmpty { root = group } else { append(name, .group(group)) }
    }

    mutating func dataset(
        _ name: String, _ array: RawArray, _ attributes: [String: HDF5Attribute]
    ) {
        append(name, .dataset(array, attributes: attributes))
    }

    private mutating func append(_ name: String, _ node: HDF5Node) {
        guard !open.isEmpty else { return }
        open[open.count - 1].group.children.append(HDF5Group.Child(name: name, node: node))
    }
}
