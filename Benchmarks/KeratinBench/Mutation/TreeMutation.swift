import KeratinIO
import KeratinLayers

/// Damage to the trees of HDF5 files that leaves them HDF5.
enum TreeMutation {
    static func changed(_ root: HDF5Group, _ random: inout MutationRandom) -> HDF5Group {
        var tree = root
        for _ in 0...random.pick([0, 0, 1, 3]) { change(&tree, tree, &random) }
        return tree
    }

    private static func change(
        _ group: inout HDF5Group, _ whole: HDF5Group, _ random: inout MutationRandom
    ) {
        let attributes = group.attributes.keys.sorted()
        if !attributes.isEmpty, random.once(in: 3) {
            let key = random.pick(attributes)
            group.attributes[key] = changed(group.attributes[key], &random)
            return
        }
        guard !group.children.isEmpty else {
            group[random.pick(["vars", "0", "layers", "x"])] = .group(whole)
            return
        }
        let place = random.draw(group.children.count)
        let child = group.children[place]
        if case .group(var inner) = child.node, !random.once(in: 5) {
            change(&inner, whole, &random)
            group[child.name] = .group(inner)
            return
        }
        switch random.draw(5) {
        case 0: group[child.name] = nil
        case 1:
            group[child.name] = nil
            group[
                random.pick([
                    "vars", "0", "-1", "99999999999999999999", child.name + "_1", "x", "layers",
                ])] = child.node
        case 2:
            let other = random.draw(group.children.count)
            let node = group.children[other].node
            group[group.children[other].name] = child.node
            group[child.name] = node
        default:
            guard case .dataset(let array, let attributes) = child.node else {
                group[child.name] = .group(HDF5Group())
                return
            }
            group[child.name] = .dataset(changed(array, &random), attributes: attributes)
        }
    }

    private static func changed(_ array: RawArray, _ random: inout MutationRandom) -> RawArray {
        var shape = array.shape
        switch random.draw(4) {
        case 0: shape.append(random.pick([0, 1, 2]))
        case 1: if !shape.isEmpty { shape[random.draw(shape.count)] = random.pick([0, 1, 2, 17]) }
        case 2: shape = [shape.reduce(1, *)]
        default: shape.reverse()
        }
        let type = random.pick([
            array.type, .float32, .float64, .int8, .int32, .int64, .uint8, .uint64,
        ])
        let count = shape.reduce(1, *) * type.byteCount
        let bytes = (0..<count).map { _ in random.once(in: 4) ? UInt8(random.draw(256)) : 0x7F }
        return (try? RawArray(type, shape: shape, bytes: bytes)) ?? array
    }

    /// Another text: of configurations, a changed configuration; else of lists one entry changed.
    private static func changed(
        _ attribute: HDF5Attribute?, _ random: inout MutationRandom
    ) -> HDF5Attribute? {
        switch attribute {
        case .string(let text):
            if random.once(in: 6) {
                return random.pick([nil, .strings([text, text]), .string("")])
            }
            let bytes = Array(text.utf8)
            guard let value = try? JSON.decode(bytes, name: "") else {
                return .string(
                    String(decoding: ByteMutation.changed(text: bytes, &random), as: UTF8.self))
            }
            return .string(String(decoding: ConfigMutation.text(value, &random), as: UTF8.self))
        case .strings(var texts):
            guard !texts.isEmpty else { return .strings(["x"]) }
            let place = random.draw(texts.count)
            switch random.draw(5) {
            case 0: texts.remove(at: place)
            case 1: texts.append(texts[place])
            case 2: texts.swapAt(place, random.draw(texts.count))
            case 3:
                texts[place] = random.pick([
                    "", "/", "..", "x", texts[place] + "/x", texts[place] + "\u{0}",
                ])
            default: return random.pick([nil, .string(texts[place]), .strings([])])
            }
            return .strings(texts)
        default: return nil
        }
    }
}
