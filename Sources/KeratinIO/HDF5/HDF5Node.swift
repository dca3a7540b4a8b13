/// What an HDF5 file holds, as a value: groups of named nodes, and arrays.
package indirect enum HDF5Node: Hashable, Sendable {
    case group(HDF5Group)
    case dataset(RawArray, attributes: [String: HDF5Attribute])
}

package struct HDF5Group: Hashable, Sendable {
    package struct Child: Hashable, Sendable {
        package var name: String
        package var node: HDF5Node
    }

    package var attributes: [String: HDF5Attribute] = [:]
    /// In the order of their names' bytes.
    package var children: [Child] = []

    package init() {}

    package subscript(name: String) -> HDF5Node? {
        get { children.first { $0.name == name }?.node }
        set {
            children.removeAll { $0.name == name }
            guard let newValue else { return }
            let place = children.firstIndex { name.utf8.lexicographicallyPrecedes($0.name.utf8) }
            children.insert(Child(name: name, node: newValue), at: place ?? children.count)
        }
    }

    /// The group at a path, which is made if it is not there.
    package mutating func withGroup(_ path: ArraySlice<String>, _ body: (inout HDF5Group) -> Void) {
        guard let first = path.first else { return body(&self) }
        var child = HDF5Group()
        if case .group(let existing)? = self[first] { child = existing }
        child.withGroup(path.dropFirst(), body)
        self[first] = .group(child)
    }

    /// The group at a path; nil if there is none.
    package func group(_ path: some Collection<String>) -> HDF5Group? {
        guard let first = path.first else { return self }
        guard case .group(let child)? = self[first] else { return nil }
        return child.group(path.dropFirst())
    }

    /// Every array in the group, by its path from here.
    package var arrays: [(name: String, array: RawArray)] {
        children.flatMap { child -> [(name: String, array: RawArray)] in
            switch child.node {
            case .dataset(let array, _): [(child.name, array)]
            case .group(let group): group.arrays.map { ("\(child.name)/\($0.name)", $0.array) }
            }
        }
    }
}

package enum HDF5Attribute: Hashable, Sendable {
    case string(String)
    case strings([String])
    case array(RawArray)
}
