import Foundation
import Keratin
import KeratinCore
import KeratinIO
import Testing

/// Tables that are read in pieces.
@Suite("Batches of CSV files") struct CSVBatchesTests {
    private func file(_ folder: DatasetFileTests.Folder, _ text: String) throws -> String {
        try folder.write(Array(text.utf8), "data.csv")
        return folder.path + "/data.csv"
    }

    @Test("Columns by their names, in batches, from the start each time")
    func batches() throws {
        let folder = try DatasetFileTests.Folder()
        let path = try file(folder, "a,b,\"c, d\",y\n1,2,3,10\n4,5,6,20\n 7 ,8e1,-9,30\n")
        let data = CSVBatches(path, batchSize: 2, features: ["c, d", "a"], label: "y")
        for _ in 0..<2 {
            let all = Array(data)
            #expect(all.map { $0.0.shape } == [[2, 2], [1, 2]])
            #expect(try all.map { try $0.0.floats() } == [[3, 1, 6, 4], [-9, 7]])
            #expect(try all.map { try $0.1.floats() } == [[10, 20], [30]])
            #expect(all[0].1.shape == [2] && all[0].1.dtype == .float32)
        }
        let unlabelled = Array(CSVBatches(path, features: ["b"]))
        #expect(try unlabelled.map { try $0.floats() } == [[2, 5, 80]])
        #expect(unlabelled[0].shape == [3, 1])
        let others = Array(CSVBatches(path, label: "y"))
        #expect(try others[0].0[2].floats() == [7, 80, -9])
        #expect(Array(CSVBatches(path)).first?.shape == [3, 4])
        let set = Dataset(data).unbatched().shuffled(seed: 1).batched(3).prefetched(1)
        #expect(try Array(set).map { try $0.1.floats().sorted() } == [[10, 20, 30]])
    }

    @Test("The same as Table reads, whatever pieces the file is read in")
    func pieces() throws {
        let folder = try DatasetFileTests.Folder()
        var text = "\u{FEFF}x,\"nä\"\"me\",long\r\n"
        for row in 0..<40 {
            text += "\(Float(row) / 3),\"\(row)\"," + String(repeating: "1", count: row % 9 + 1)
            text += ["\n", "\r\n", "\r", "\n\n"][row % 4]
        }
        let path = try file(folder, text)
        let table = try Table(csv: path)
        let expected = try table[["long", "x"]].tensor().floats()
        for size in [1, 4, 5, 7, 16, 33, 100, 1000, 1 << 20] {
            let data = CSVBatches(
                path, batchSize: 7, features: ["long", "x"], label: "nä\"me", pieceSize: size)
            let all = Array(data)
            #expect(all.count == 6, "pieces of \(size)")
            #expect(try all.flatMap { try $0.0.floats() } == expected, "pieces of \(size)")
            #expect(
                try all.flatMap { try $0.1.floats() } == (0..<40).map { Float($0) },
                "pieces of \(size)")
        }
    }

    @Test("Limits of steps hold for each walk")
    func limits() throws {
        let folder = try DatasetFileTests.Folder()
        let path = try file(folder, "a,y\n1,10\n2,20\n3,30\n4,40\n5,50\n")
        let data = CSVBatches(path, batchSize: 2, label: "y")
        TrainingLimits.maxStepsPerEpoch = 2
        defer { TrainingLimits.maxStepsPerEpoch = nil }
        for _ in 0..<2 {
            #expect(try Array(data).map { try $0.1.floats() } == [[10, 20], [30, 40]])
        }
        #expect(try Array(CSVBatches(path)).map { $0.shape } == [[5, 2]])
        TrainingLimits.maxStepsPerEpoch = nil
        #expect(Array(data).count == 3)
    }

    @Test("A file of many pieces")
    func large() throws {
        let folder = try DatasetFileTests.Folder()
        var text = "a,b,y\n"
        for row in 0..<60_000 { text += "\(row),\(row % 7).25,\"\(row % 2)\"\n" }
        let path = try file(folder, text + String(repeating: "\n", count: 10))
        var (rows, sum) = (0, 0.0)
        for (x, y) in CSVBatches(path, batchSize: 1000, features: ["a"], label: "y") {
            rows += x.shape[0]
            sum += Double(try x.sum().item() as Float) + Double(try y.sum().item() as Float)
        }
        #expect(rows == 60_000)
        #expect(abs(sum - (59_999 * 30_000 + 30_000)) < 1000)
    }

    @Test("What is wrong is the last batch, and names the line")
    func mistakes() throws {
        let folder = try DatasetFileTests.Folder()
        func last(
            _ text: String, _ data: (String) -> CSVBatches<(Tensor, Tensor)>, after count: Int = 0
        )
            throws -> String
        {
            let all = Array(data(try file(folder, text)))
            #expect(all.count == count + 1)
            #expect(all.last?.1.error != nil)
            #expect(all.prefix(count).allSatisfy { $0.0.error == nil })
            return all.last?.0.error.map { "\($0)" } ?? ""
        }
        func plain(_ path: String) -> CSVBatches<(Tensor, Tensor)> {
            CSVBatches(path, batchSize: 1, features: ["a"], label: "y")
        }
        for (text, count, expected) in [
            ("a,y\n1,2\n3,four\n5,6\n", 1, "line 3: 'four' in column 'y' is no number"),
            ("a,y\n1,2\n\n,2\n", 1, "line 4: nothing stands in column 'a'"),
            ("a,y\nNA,2\n", 0, "line 2: nothing stands in column 'a'"),
            ("a,y\n1,2\n3\n", 1, "line 3: 1 fields, where line 1 has 2"),
            ("a,y\n1,2\n\"3\n4,5\n", 1, "line 3: a quote is never closed"),
            ("a,y\n1,\"2\"x\n", 0, "line 2: something stands"),
            ("a,z\n1,2\n", 0, "'y'"), ("a,a,y\n1,2,3\n", 0, "two columns have the name 'a'"),
            ("", 0, "holds no rows"), ("\n\n", 0, "holds no rows"),
        ] {
            let message = try last(text, plain, after: count)
            #expect(message.contains(expected) && message.contains("data.csv"), "\(message)")
        }
        #expect(try Array(plain(file(folder, "a,y\n"))).isEmpty)
        let typo = try last("price,y\n1,2\n") { CSVBatches($0, features: ["prise"], label: "y") }
        #expect(typo.contains("price"), "\(typo)")
        let none = try last("a,y\n1,2\n") { CSVBatches($0, batchSize: 0, label: "y") }
        #expect(none.contains("at least one row"))
        let separator = try last("a,y\n1,2\n") { CSVBatches($0, label: "y", separator: "\"") }
        #expect(separator.contains("separated by"))
        #expect(
            try last("y\n2\n") { CSVBatches($0, label: "y") }.contains(
                "no columns to take features"))
        let filled = Array(
            CSVBatches(
                try file(folder, "a;y\n;2\n1;NaN\n"), features: ["a"], label: "y", separator: ";",
                missing: -1))
        #expect(try filled[0].0.floats() == [-1, 1] && filled[0].1.floats() == [2, -1])
    }

    @Test("Files that are gone, folders, and bytes that are no text")
    func files() throws {
        let folder = try DatasetFileTests.Folder()
        let path = try file(folder, "a,y\n1,2\n")
        let data = CSVBatches(path, features: ["a"], label: "y")
        #expect(Array(data).count == 1 && Array(data)[0].0.error == nil)
        try FileManager.default.removeItem(atPath: path)
        let gone = Array(data)
        #expect(gone.count == 1)
        #expect("\(gone[0].0.error.map { "\($0)" } ?? "")".contains("cannot be opened"))
        let nowhere = Array(CSVBatches(folder.path))
        #expect(nowhere[0].error.map { "\($0)".contains("is a folder") } == true)
        // A character that is cut in two by pieces is whole; one that is none has its place in the file.
        for size in [4, 5, 6, 1000] {
            try folder.write(Array("a,y\n1,2\n1,\"".utf8) + [0xC3] + Array("\"\n".utf8), "data.csv")
            let all = Array(
                CSVBatches(path, batchSize: 1, features: ["a"], label: "y", pieceSize: size))
            let message = all.last?.0.error.map { "\($0)" } ?? ""
            #expect(message.contains("0xc3 at offset 11"), "\(size): \(message)")
            try folder.write(Array("a,y\n1,2\n1,".utf8) + [0xE2, 0x82], "data.csv")
            let cut = Array(
                CSVBatches(path, batchSize: 1, features: ["a"], label: "y", pieceSize: size))
            #expect(cut.last?.0.error.map { "\($0)".contains("offset 10") } == true)
        }
    }

    @Test(
        "Real houses",
        .enabled(
            if: FileAccess.exists(
                "\(environment("KERATIN_DATASETS") ?? "")/tabular/california_housing.csv")))
    func real() throws {
        let path = "\(environment("KERATIN_DATASETS") ?? "")/tabular/california_housing.csv"
        var (rows, sum) = (0, 0.0)
        for (x, y) in CSVBatches(
            path, batchSize: 500, features: ["median_income", "total_bedrooms"],
            label: "median_house_value", missing: 0)
        {
            rows += x.shape[0]
            sum += try y.floats().reduce(0) { $0 + Double($1) }
        }
        #expect(rows == 20_640)
        #expect(abs(sum / 20_640 - 206_855.8169) < 0.001)
        let strict = Array(CSVBatches(path, features: ["total_bedrooms"]))
        #expect(strict.last?.error.map { "\($0)".contains("line 292") } == true)
    }
}
