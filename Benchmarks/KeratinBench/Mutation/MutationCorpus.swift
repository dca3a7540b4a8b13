import Keratin
import KeratinCore
import KeratinIO
import KeratinLayers
import KeratinTensor
import KeratinYAML

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What mutations begin with: files made here, and with a folder the files in it.
struct MutationCorpus {
    /// A model's file, taken apart.
    struct Archive {
        static let configMember = "config.json"
        var members: [Zip.Member]
        /// Its configuration; nil if it is none of a model.
        var config: ConfigValue?
    }

    /// Configurations, of models made here and from files.
    var configurations: [ConfigValue] = []
    var archives: [Archive] = []
    /// Bytes of HDF5 files.
    var images: [[UInt8]] = []
    /// Their trees.
    var trees: [HDF5Group] = []
    var yaml: [[UInt8]] = []
    var npy: [[UInt8]] = []
    var npz: [[UInt8]] = []
    var safetensors: [[UInt8]] = []
    var idx: [[UInt8]] = []
    var csv: [[UInt8]] = []
    var png: [[UInt8]] = []
    var jpeg: [[UInt8]] = []
    var webp: [[UInt8]] = []

    /// - Parameter folder: of more files; larger ones than half a megabyte are left out.
    init(folder: String?) throws {
        RandomSeed.set(1)
        for model in try MutationModels.all() { try add(model) }
        try addArrays()
        try addPictures()
        guard let folder else { return }
        let names = (try FileManager.default.contentsOfDirectory(atPath: folder)).sorted()
        for name in names { try add(file: "\(folder)/\(name)") }
    }

    private mutating func add(_ model: Model) throws {
        let json = try model.toJSON()
        let config = try JSON.decode(Array(json.utf8), name: "")
        configurations.append(config)
        yaml.append(Array(try model.toYAML().utf8))
        let path = FileManager.default.temporaryDirectory.path + "/keratin-seed-\(UUID()).keras"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try model.save(path)
        let members = try Zip.read(FileAccess.read(path))
        archives.append(Archive(members: members, config: config))
        for member in members where member.name.hasSuffix(".h5") {
            try add(image: member.bytes)
        }
    }

    private mutating func add(image: [UInt8]) throws {
        images.append(image)
        trees.append(try HDF5Reader.read(image, name: ""))
    }

    private mutating func addArrays() throws {
        let small = RawArray([1, 2.5, -3, .nan, 0, 7], shape: [2, 3])
        let whole = try RawArray(.int64, shape: [3], bytes: [UInt8](repeating: 1, count: 24))
        let bytes = try RawArray(.uint8, shape: [2, 3, 3], bytes: (0..<18).map { UInt8($0) })
        npy = try [small, whole, bytes, RawArray(.float16, shape: [], bytes: [0, 60])].map(
            NPY.write)
        npz = [try NPZ([("x", small), ("y/z", whole), ("b", bytes)]).bytes()]
        safetensors = [
            try Safetensors([("x", small), ("y", whole), ("b", bytes)], metadata: ["format": "pt"])
                .bytes()
        ]
        idx = [
            [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 3] + bytes.bytes,
            [0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 9],
        ]
        csv = [
            "rooms,age,street,price\n3,20,north,250\n5,,\"so\"\"uth\",410\n4,8,\"a,\nb\",330\n",
            "1,2,3\n4,5e-3,nan\n-7,8,9\n", "a;b\r\n1;x\r\n",
        ].map { Array($0.utf8) }
    }

    private mutating func addPictures() throws {
        for channels in [1, 3, 4] {
            let shape: Shape = [13, 18, channels]
            let values = (0..<shape.count).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) }
            let image = Tensor(try HostArray(values, shape: shape))
            png.append(try ImageFile.encode(image, as: "png"))
            if channels < 4 { jpeg.append(try ImageFile.encode(image, as: "jpeg")) }
            if channels > 1 { webp.append(try ImageFile.encode(image, as: "webp")) }
        }
    }

    private mutating func add(file path: String) throws {
        let bytes = try FileAccess.read(path)
        guard bytes.count <= 1 << 19 else { return }
        if path.hasSuffix(".json") {
            configurations.append(try JSON.decode(bytes, name: path))
        } else if path.hasSuffix(".png") {
            png.append(bytes)
        } else if path.hasSuffix(".jpg") {
            jpeg.append(bytes)
        } else if path.hasSuffix(".webp") {
            webp.append(bytes)
        } else if path.hasSuffix(".yaml") {
            yaml.append(bytes)
        } else if Zip.recognizes(bytes) {
            let members = try Zip.read(bytes)
            let config = members.first { $0.name == Archive.configMember }
            archives.append(
                Archive(
                    members: members,
                    config: try config.map { try JSON.decode($0.bytes, name: path) }))
        } else if HDF5Reader.recognizes(bytes) {
            try add(image: bytes)
        }
    }
}
