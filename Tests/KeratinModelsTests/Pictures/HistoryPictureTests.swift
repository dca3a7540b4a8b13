import Testing

@testable import KeratinModels

@Suite("Pictures of histories")
struct HistoryPictureTests {
    private static let (blue, orange) = ("#2368c4", "#e8731a")

    /// A history of so many epochs.
    static func history(
        _ keys: [String], _ epochs: Int, _ value: (_ key: Int, _ epoch: Int) -> Double
    ) -> History {
        var history = History()
        for epoch in 0..<epochs {
            history.epoch.append(epoch)
            history.append(keys.enumerated().map { ($1, value($0, epoch)) })
        }
        return history
    }

    @Test("A panel for each figure, a line for training and one for validation")
    func panels() throws {
        let history = Self.history(["accuracy", "loss", "val_accuracy", "val_loss"], 40) {
            1 / Double($0 + $1 + 1)
        }
        let picture = try PictureText(history.svg(title: "A & B"))
        #expect(
            picture.words.filter { ["loss", "accuracy"].contains($0) } == ["loss", "accuracy"])
        #expect(picture.words.count { $0 == "training" } == 2)
        #expect(picture.words.count { $0 == "validation" } == 2)
        #expect(picture.words.count { $0 == "epoch" } == 2)
        #expect(picture.words.contains("A & B"))
        // The line, and its sample in the legend.
        #expect(picture.paths(Self.blue).count == 4 && picture.paths(Self.orange).count == 4)
        #expect(picture.isInside)
        let lengths = picture.paths(Self.blue).compactMap {
            $0.attributes["d"]?.count { $0 == "L" }
        }
        #expect(lengths.sorted() == [1, 1, 39, 39])
        // Without validation a figure needs no legend.
        let alone = try PictureText(Self.history(["loss"], 3) { Double($0 + $1) }.svg())
        #expect(!alone.words.contains("training") && alone.words.contains("loss"))
    }

    @Test("The places of a line's values")
    func places() throws {
        let history = Self.history(["loss"], 30) { _, epoch in Double(epoch) }
        let picture = try PictureText(history.svg())
        let line = try #require(picture.paths(Self.blue).first?.attributes["d"])
        let places = line.matches(of: /[ML]([0-9.]+) ([0-9.]+)/).compactMap { match in
            Double(match.1).flatMap { x in Double(match.2).map { (x, $0) } }
        }
        #expect(places.count == 30)
        let step = (places[1].0 - places[0].0, places[1].1 - places[0].1)
        #expect(step.0 > 5 && step.1 < -3)
        for (index, place) in places.enumerated() {
            #expect(abs(place.0 - places[0].0 - step.0 * Double(index)) < 0.3)
            #expect(abs(place.1 - places[0].1 - step.1 * Double(index)) < 0.3)
        }
    }

    @Test("Any number of epochs", arguments: [0, 1, 2, 25, 26, 1000, 50_000])
    func epochs(_ count: Int) throws {
        let history = Self.history(["loss", "val_loss"], count) { 1 / Double($0 + $1 + 1) }
        let text = history.svg()
        let picture = try PictureText(text)
        #expect(picture.isInside)
        #expect(text.utf8.count < 60_000, "\(text.utf8.count)")
        if count == 0 { #expect(picture.words.contains("no epochs")) }
        if count == 1 { #expect(text.contains("h.01") && picture.words.contains("1")) }
        if count == 1000 {
            #expect(picture.words.contains("1000") || picture.words.contains("800"))
        }
    }

    @Test("What is no number is a gap")
    func gaps() throws {
        let history = Self.history(["loss"], 40) { _, epoch in
            epoch == 10 ? .nan : epoch == 20 ? .infinity : epoch > 35 ? -.infinity : Double(epoch)
        }
        let picture = try PictureText(history.svg())
        let line = try #require(picture.paths(Self.blue).first?.attributes["d"])
        #expect(line.count { $0 == "M" } == 3 && line.count { $0 == "L" } == 9 + 8 + 14)
        let none = try PictureText(Self.history(["loss"], 3) { _, _ in .nan }.svg())
        #expect(none.words.contains("no finite numbers"))
    }

    @Test("A logarithmic scale makes equal factors equal heights")
    func logScale() throws {
        let history = Self.history(["loss"], 30) { _, epoch in
            epoch == 3 ? 0 : (0..<epoch).reduce(1.0) { value, _ in value / 2 }
        }
        let picture = try PictureText(history.svg(logScale: true))
        let line = try #require(picture.paths(Self.blue).first?.attributes["d"])
        #expect(line.count { $0 == "M" } == 2)
        let heights = line.matches(of: /[ML][0-9.]+ ([0-9.]+)/).compactMap { Double($0.1) }
        let steps = zip(heights.dropFirst(3), heights.dropFirst(4)).map { $1 - $0 }
        #expect(steps.allSatisfy { abs($0 - steps[0]) < 0.05 && $0 > 1 })
        let zero = Self.history(["loss"], 2) { _, _ in 0 }
        #expect(try PictureText(zero.svg(logScale: true)).words.contains("no positive numbers"))
    }

    @Test("Figures of one array share a panel; marks of the format in names are letters")
    func arrays() throws {
        let keys = ["f1_score[0]", "f1_score[1]", "loss", "val_f1_score[0]", "val_f1_score[1]"]
        let picture = try PictureText(Self.history(keys, 5) { Double($0 * $1) }.svg())
        #expect(picture.words.contains("f1_score") && picture.words.contains("[1] validation"))
        #expect(!picture.words.contains("f1_score[0]"))
        let odd = try PictureText(Self.history(["a<b>&\"c\u{1}"], 2) { Double($0 + $1) }.svg())
        #expect(odd.words.contains("a<b>&\"c\u{FFFD}"))
    }

    @Test("Many figures, long names, huge and tiny numbers")
    func many() throws {
        let keys = (0..<12).map { "a_metric_with_quite_a_long_name_of_number_\($0)" }
        let history = Self.history(keys + keys.map { "val_\($0)" }, 7) { key, epoch in
            Double(epoch + 1) * [1e-30, 1e30, 1.7e308, 5e-324][key % 4]
        }
        let picture = try PictureText(history.svg())
        #expect(picture.isInside && picture.size.width == 1260 && picture.size.height == 1200)
        #expect(picture.words.count { $0 == "validation" } == 12)
    }

    @Test("Validation that is rarer than epochs stands at its epochs")
    func rareValidation() throws {
        var history = History()
        for epoch in 0..<6 {
            let logs = [("loss", 1.0)] + (epoch % 2 == 1 ? [("val_loss", Double(epoch))] : [])
            history.epoch.append(epoch)
            history.append(logs.map { (name: $0.0, value: $0.1) })
        }
        #expect(history.points("val_loss").map(\.epoch) == [2, 4, 6])
        let lines = history.table(columns: 80).split(separator: "\n")
        #expect(lines[1].split(separator: " ") == ["1", "1.0000"])
        #expect(lines[2].split(separator: " ") == ["2", "1.0000", "1.0000"])
        #expect(lines[6].split(separator: " ") == ["6", "1.0000", "5.0000"])
    }
}
