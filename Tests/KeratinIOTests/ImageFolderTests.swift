import Foundation
import Keratin
import KeratinCore
import KeratinIO
import KeratinTensor
import Testing

/// Folders of pictures.
@Suite("imageDatasetFromDirectory") struct ImageFolderTests {
    private let folder: DatasetFileTests.Folder
    private let fixtures: ImageFixtures

    init() throws {
        folder = try DatasetFileTests.Folder()
        fixtures = try ImageFixtures.shared.get()
    }

    /// Pictures of one brightness, which is their number, in three classes.
    private func fill(_ count: Int, height: Int = 6, width: Int = 5) throws {
        for number in 0..<count {
            let name = "class\(number % 3)/\(number < 10 ? "0" : "")\(number).png"
            try folder.write([], name)
            let image = Tensor(repeating: Double(number), shape: [height, width, 1])
            try saveImage(image, "\(folder.path)/\(name)", scale: false)
        }
    }

    private func message(_ body: () throws -> some Any) -> String {
        do {
            _ = try body()
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test("Sizes and aspects as Keras's data sets make them with TensorFlow")
    func sizes() throws {
        for item in fixtures.floats {
            let place = "\(item.name)-only"
            try folder.write(try fixtures.file(item.name), "\(place)/a/\(item.name)")
            let data = try imageDatasetFromDirectory(
                "\(folder.path)/\(place)", labels: nil,
                colorMode: item.name.hasPrefix("gray") ? "grayscale" : "rgb", imageSize: item.size,
                interpolation: ImageInterpolation(item.method),
                cropToAspectRatio: item.aspect == "crop", padToAspectRatio: item.aspect == "pad",
                verbose: false)
            let x = try #require(Array(data.images).first)
            #expect(
                x.shape == [1, item.size[0], item.size[1], item.name.hasPrefix("gray") ? 1 : 3])
            let worst = zip(try x.floats(), item.values).map { abs($0 - $1) }.max() ?? 999
            #expect(
                worst < 2e-3, "\(item.name) \(item.size) \(item.method) \(item.aspect): \(worst)")
        }
    }

    @Test("Batches in order, whatever the threads do, with labels of each kind")
    func batches() throws {
        try fill(31)
        let data = try imageDatasetFromDirectory(
            folder.path, batchSize: 4, imageSize: [3, 3], shuffle: false, verbose: false)
        #expect(data.classNames == ["class0", "class1", "class2"])
        #expect(data.count == 8 && data.filePaths.count == 31)
        let expected = (0..<3).flatMap { rest in (0..<31).filter { $0 % 3 == rest } }
        for _ in 0..<3 {
            var (seen, labels): ([Int], [Int]) = ([], [])
            for (x, y) in data {
                #expect(x.shape.dimensions.dropFirst() == [3, 3, 3])
                seen += try x[0..<99, 1, 1, 2].floats().map { Int($0) }
                labels += try y.array(of: Int.self)
            }
            #expect(seen == expected && labels == expected.map { $0 % 3 })
        }
        func first(_ mode: LabelMode?, names: [String]? = nil) throws -> Tensor {
            let data = try imageDatasetFromDirectory(
                folder.path, labelMode: mode, classNames: names, imageSize: [2, 2], shuffle: false,
                verbose: false)
            return try #require(Array(data).first).1
        }
        #expect(try first("categorical").shape == [31, 3])
        #expect(try first("binary", names: ["class2", "class0"]).shape == [21, 1])
        #expect(message { try first("binary") }.contains("2 classes"))
        #expect(message { try first("ordinal") }.contains("'ordinal'"))
        let single = try imageDatasetFromDirectory(
            folder.path, batchSize: nil, imageSize: [2, 4], shuffle: false, verbose: false)
        let (x, y) = try #require(Array(single).first)
        #expect(x.shape == [2, 4, 3] && y.shape == [])
    }

    @Test("Shuffled by the seed, again in each walk, and split without files in common")
    func split() throws {
        try fill(20)
        func numbers(_ data: some Sequence<(Tensor, Tensor)>) throws -> [Int] {
            try data.flatMap { try $0.0[0..<99, 0, 0, 0].floats().map { Int($0) } }
        }
        func make(_ subset: DatasetSubset? = nil) throws -> ImageDataset {
            try imageDatasetFromDirectory(
                folder.path, batchSize: 3, imageSize: [2, 2], seed: 5, validationSplit: 0.25,
                subset: subset, verbose: false)
        }
        let photos = try make()
        let (once, twice) = (try numbers(photos.training), try numbers(photos))
        #expect(once != twice && once.sorted() == twice.sorted() && once.count == 15)
        let held = try numbers(photos.validation)
        #expect(held.count == 5 && Set(held).isDisjoint(with: once))
        #expect(try numbers(photos.validation) == held)
        #expect(try numbers(make()) == once)
        #expect(try Set(numbers(make("training"))) == Set(once))
        #expect(try Set(numbers(make(.validation))) == Set(held))
        let (train, test): (ImageDataset, ImageDataset) = try imageDatasetFromDirectory(
            folder.path, batchSize: 3, imageSize: [2, 2], seed: 5, validationSplit: 0.25,
            subset: "both", verbose: false)
        #expect(try numbers(train) == once && numbers(test) == held)
        // The order of a program that puts the size first.
        let other = try imageDatasetFromDirectory(
            folder.path, imageSize: [2, 2], batchSize: 3, validationSplit: 0.25, seed: 5)
        #expect(try numbers(other) == once)
        let whole = try imageDatasetFromDirectory(folder.path, imageSize: [2, 2], verbose: false)
        #expect(message { try numbers(whole.validation) }.contains("nothing is held back"))
        #expect(message { try make("test") }.contains("'test'"))
    }

    @Test("fit takes it, and its held back part")
    func fit() throws {
        try fill(12)
        let photos = try imageDatasetFromDirectory(
            folder.path, imageSize: [4, 4], batchSize: 4, validationSplit: 0.25, seed: 1)
        let model = try Sequential([
            Input(shape: [4, 4, 3]), Rescaling(1 / 255), Flatten(), Dense(3, activation: .softmax),
        ])
        try model.compile(
            optimizer: Adam(1e-3), loss: .sparseCategoricalCrossentropy, metrics: [.accuracy])
        let history = try model.fit(
            photos.training, epochs: 2, verbose: 0, validationData: photos.validation)
        #expect(history.history["val_loss"]?.count == 2)
        try model.fit(photos, verbose: 0, validationData: photos.validation)
        #expect(try model.evaluate(photos.validation, verbose: 0).count == 2)
    }

    @Test(
        "A bad file ends the walk where it stands, with its name; folders and arguments are checked"
    )
    func refused() throws {
        try fill(12)
        try folder.write(Array("no picture".utf8), "class1/05x.jpg")
        let data = try imageDatasetFromDirectory(
            folder.path, batchSize: 2, imageSize: [2, 2], shuffle: false, verbose: false)
        var whole = 0
        let text = message {
            for (x, y) in data {
                try x.check()
                try y.check()
                whole += 1
            }
        }
        #expect(text.contains("class1/05x.jpg: is no picture"))
        #expect(whole == 3)
        func make(
            _ place: String? = nil, batch: Int? = 2, size: [Int] = [2, 2], crop: Bool = false,
            pad: Bool = false, method: ImageInterpolation = .bilinear, mode: ColorMode = .rgb
        ) -> String {
            message {
                try imageDatasetFromDirectory(
                    place ?? folder.path, colorMode: mode, batchSize: batch, imageSize: size,
                    interpolation: method, cropToAspectRatio: crop, padToAspectRatio: pad,
                    verbose: false)
            }
        }
        #expect(make(batch: 0).contains("at least one picture"))
        #expect(make(batch: .max).contains("larger than memory"))
        #expect(make(size: [2]).contains("imageSize"))
        #expect(make(size: [0, 3]).contains("imageSize"))
        #expect(make(crop: true, pad: true).contains("exclude each other"))
        #expect(make(method: "lanczos").contains("'lanczos'"))
        #expect(make(mode: "cmyk").contains("'cmyk'"))
        #expect(make("\(folder.path)/none").contains("is no folder"))
        try folder.write([], "empty/a.txt")
        #expect(make().contains("the class 'empty' has no files"))
        #expect(make("\(folder.path)/empty").contains("holds no pictures"))
    }
}
