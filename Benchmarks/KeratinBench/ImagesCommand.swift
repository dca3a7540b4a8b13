import ArgumentParser
import Keratin
import KeratinCore
import KeratinTooling

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `keratin-bench images`: how fast a folder of pictures becomes batches. `Benchmarks/images_peers.py` does the same with others.
struct ImagesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "images",
        abstract: "Pictures of a folder, decoded, resized and put into batches.")

    @ArgumentParser.Argument(help: "A folder of JPEG files, or one that --from fills.")
    var folder: String

    @Option(
        help:
            "A folder of larger pictures, of which parts are written into the other as JPEG files of 500×375."
    )
    var from: String?

    @Option(help: "Files to write with --from.", transform: atLeast(1))
    var files = 512

    @Option(help: "Height and width of the results.", transform: atLeast(1))
    var size = 160

    @Option(help: "Pictures in a batch.", transform: atLeast(1))
    var batch = 32

    @Option(help: "Walks that are timed; the first of all is not.", transform: atLeast(1))
    var repeats = 5

    func run() throws {
        if let from { try fill(from) }
        let data = try imageDatasetFromDirectory(
            folder, labels: nil, batchSize: batch, imageSize: [size, size], shuffle: false,
            verbose: false)
        var times: [Double] = []
        for turn in 0...repeats {
            let start = MonotonicClock.seconds()
            var count = 0
            for images in data.images {
                try images.check()
                count += images.shape[0]
            }
            let seconds = MonotonicClock.seconds() - start
            if turn > 0 { times.append(Double(count) / seconds) }
        }
        let rates = times.sorted()
        print(
            "\(data.filePaths.count) files, \(size)×\(size), batches of \(batch): "
                + "\(decimal(rates[rates.count / 2], 0)) pictures/s "
                + "(\(decimal(rates[0], 0)) to \(decimal(rates[rates.count - 1], 0)))")
    }

    /// Parts of the pictures, each from another place.
    private func fill(_ source: String) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: source).sorted()
        let pictures = try names.map { try loadImage("\(source)/\($0)") }
            .filter { $0.shape[0] >= 375 && $0.shape[1] >= 500 }
        guard !pictures.isEmpty else {
            throw KeratinError(.invalidData, "holds no pictures of 500×375 or more", at: source)
        }
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        for number in 0..<files {
            let picture = pictures[number % pictures.count]
            let top = number * 37 % (picture.shape[0] - 374)
            let left = number * 53 % (picture.shape[1] - 499)
            try saveImage(
                picture[top..<(top + 375), left..<(left + 500)], "\(folder)/\(number).jpg",
                scale: false, quality: 90)
        }
    }
}
