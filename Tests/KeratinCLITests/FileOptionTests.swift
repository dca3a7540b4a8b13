import Foundation
import Keratin
import Testing

/// What the tool reads and writes: formats by their names' ends, standard input and output, and what is not overwritten.
@Suite("Files of commands", .serialized) struct FileOptionTests {
    private func prepared() throws -> Tool {
        let tool = try Tool()
        try compiledClassifier().save(tool.path("m.keras"))
        let (x, y) = try samples(12)
        for name in ["x.npy", "x.csv", "x.npz"] { try x.save(tool.path(name)) }
        for name in ["y.npy", "y.csv"] { try y.save(tool.path(name)) }
        return tool
    }

    @Test func everyFormatGivesTheSame() throws {
        let tool = try prepared()
        let names = ["p.npy", "p.npz", "p.csv"]
        for (input, output) in zip(["x.csv", "x.npy", "x.npz"], names) {
            let outcome = try tool("predict", "m.keras", "-x", input, "-o", output, "-b", "cpu")
            #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        }
        let arrays = try names.map { try NDArray.load(tool.path($0)) }
        #expect(arrays[0].shape == [12, 3])
        #expect(arrays[0] == arrays[1] && arrays[0] == arrays[2])
        let text = try String(contentsOfFile: tool.path("p.csv"), encoding: .utf8)
        #expect(text.split(separator: "\n").count == 12)
        let figures = try ["npy", "csv"].map {
            try tool(
                "evaluate", "m.keras", "-x", "x.\($0)", "-y", "y.\($0)", "-j", "-b", "cpu"
            ).output
        }
        #expect(!figures[0].isEmpty && figures[0] == figures[1])
    }

    @Test func namesOfColumnsArePassedOverAndMissingFieldsAreTold() throws {
        let tool = try prepared()
        try Data("a,b,c,d\n1,2,3,4\n5,,7,8\n".utf8)
            .write(to: URL(fileURLWithPath: tool.path("t.csv")))
        let outcome = try tool("predict", "m.keras", "-x", "t.csv", "-o", "p.npy", "-b", "cpu")
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("warning: t.csv: 1 fields are missing and count as NaN"))
        #expect(try tool.read("p.npy").shape == [2, 3])
        try Data("a,b\n1,red\n".utf8).write(to: URL(fileURLWithPath: tool.path("t.csv")))
        expectFailure(
            try tool("predict", "m.keras", "-x", "t.csv", "-o", "p.npy"), "t.csv: line 2: 'red'")
    }

    @Test func unknownEndingsAreErrorsBeforeTheWork() throws {
        let tool = try prepared()
        let before = try tool.listing()
        for output in ["p", "p.txt", "p.json"] {
            expectFailure(
                try tool("predict", "m.keras", "-x", "x.npy", "-o", output),
                "files of arrays end in .npy, .npz, .csv, got the name '\(output)'")
        }
        expectFailure(
            try tool("predict", "m.keras", "-x", "m.keras", "-o", "p.npy"), "end in .npy")
        expectFailure(
            try tool(
                "train", "m.keras", "-x", "x.npy", "-y", "y.npy", "-o", "o.keras", "--history",
                "h.txt"), ".json, .csv, .svg, .png or .pdf", "h.txt")
        #expect(try tool.listing() == before)
    }

    @Test func standardInputAndOutput() throws {
        let tool = try prepared()
        for input in ["x.csv", "x.npy", "x.npz"] {
            let outcome = try tool.script(
                "\"$0\" predict m.keras -x - -o - -b cpu < \"$1\" > p.csv", input)
            #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
            _ = try tool("predict", "m.keras", "-x", "x.npy", "-o", "q.csv", "-b", "cpu")
            #expect(
                try NDArray.load(tool.path("p.csv")) == NDArray.load(tool.path("q.csv")), "\(input)"
            )
        }
        let named = try tool.script(
            "cat x.csv | \"$0\" evaluate m.keras -x features=- -y y.csv -b cpu")
        #expect(named.code == 0 && named.output.contains("loss: "), "\(named.errors)")
        expectFailure(
            try tool.script("\"$0\" evaluate m.keras -x - -y - < x.csv"), "only one array")
        expectFailure(
            try tool.script("\"$0\" predict m.keras -x - -o y.npy < /dev/null"),
            "standard input: holds no rows")
    }

    @Test func inputsAreNotOverwrittenUnlessTold() throws {
        let tool = try prepared()
        let link = URL(fileURLWithPath: tool.path("link.keras"))
        try FileManager.default.createSymbolicLink(
            at: link, withDestinationURL: URL(fileURLWithPath: tool.path("m.keras")))
        let model = try Data(contentsOf: URL(fileURLWithPath: tool.path("m.keras")))
        let x = try Data(contentsOf: URL(fileURLWithPath: tool.path("x.npy")))
        let data = ["-x", "x.npy", "-y", "y.npy", "-b", "cpu", "-v", "0"]
        for output in ["m.keras", "./m.keras", "link.keras"] {
            expectFailure(
                try tool.run(["train", "m.keras", "-o", output] + data), output, "is",
                "say --overwrite")
        }
        expectFailure(
            try tool("predict", "m.keras", "-x", "x.npy", "-o", "x.npy"),
            "x.npy: is read too: choose another name, or say --overwrite")
        expectFailure(try tool("convert", "m.keras", "link.keras"), "one file with 'm.keras'")
        #expect(try Data(contentsOf: URL(fileURLWithPath: tool.path("m.keras"))) == model)
        #expect(try Data(contentsOf: URL(fileURLWithPath: tool.path("x.npy"))) == x)
        let told = try tool.run(["train", "m.keras", "-o", "m.keras", "--overwrite"] + data)
        #expect(told.code == 0 && told.errors.isEmpty, "\(told.errors)")
        #expect(try Data(contentsOf: URL(fileURLWithPath: tool.path("m.keras"))) != model)
        _ = try loadModel(tool.path("m.keras"))
    }

    @Test func twoOutputsAreNotOneFile() throws {
        let tool = try Tool()
        let input = Input(shape: [2], name: "in")
        let model = try Model(
            inputs: [input],
            outputs: [Dense(1, name: "a")(input), Dense(1, name: "b")(input)])
        try model.save(tool.path("m.keras"))
        _ = try tool.write(drawn([3, 2]), "x.npy")
        expectFailure(
            try tool("predict", "m.keras", "-x", "x.npy", "-o", "a=p.npy", "-o", "b=./p.npy"),
            "./p.npy: is one file with 'p.npy'")
        #expect(try tool.listing() == ["m.keras", "x.npy"])
    }

    @Test func aHistoryAsRows() throws {
        let tool = try prepared()
        let outcome = try tool(
            "train", "m.keras", "-x", "x.csv", "-y", "y.csv", "-o", "o.keras", "-e", "3", "-v", "0",
            "--history", "h.csv", "-b", "cpu")
        #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        let table = try Table(csv: tool.path("h.csv"))
        #expect(table.columnNames == ["epoch", "accuracy", "loss"])
        #expect(table["epoch"].numbers == [1, 2, 3])
        #expect(table["loss"].numbers.allSatisfy { $0.isFinite && $0 > 0 })
    }
}
