import Keratin

/// Draws images in the terminal, two pixels a character cell.
package struct DigitDrawing {
    private let shades = Array(" .:-=+*#%@")

    /// Images side by side with what was predicted and what is right under each.
    /// - Parameter images: [samples, …] with square images, values 0…1.
    package init() {}

    package func draw(_ images: NDArray, predicted: [Int], labels: [Int]) throws -> String {
        let side = Int(
            Double(images.shape.dimensions.dropFirst().reduce(1, *)).squareRoot().rounded())
        let pixels = try images.floats()
        // Large images are thinned out.
        let step = max(1, side / 14)
        var lines = [String]()
        for row in Swift.stride(from: 0, to: side, by: step) {
            lines.append(
                predicted.indices.map { sample in
                    Swift.stride(from: 0, to: side, by: step).map { column in
                        let value = pixels[(sample * side + row) * side + column]
                        // Not `max(value, 0)`, which could be NaN.
                        let shade = value > 0 ? min(value, 1) * Float(shades.count - 1) + 0.5 : 0
                        let mark = shades[Int(shade)]
                        return String([mark, mark])
                    }.joined()
                }.joined(separator: "  "))
        }
        let width = (side + step - 1) / step * 2
        let notes = zip(predicted, labels).map { guess, label in
            let text = guess == label ? "\(guess)" : "\(guess) (is \(label))"
            return text + String(repeating: " ", count: max(width - text.count, 0))
        }
        lines.append(notes.joined(separator: "  "))
        return lines.joined(separator: "\n")
    }
}

extension DigitDrawing {
    /// Some test images with the digits that a model takes them for, one that it gets wrong first.
    static func examples(
        of test: (x: NDArray, y: NDArray)
    ) -> (Demo.Trained) throws -> String {
        return { trained in
            let predicted = try Demo.Output.classes(trained.predictions)
            let labels =
                test.y.rank > 1 && test.y.shape[1] > 1
                ? try Demo.Output.classes(test.y) : try test.y.array(of: Int.self)
            let wrong = labels.indices.filter { labels[$0] != predicted[$0] }.prefix(1)
            let chosen = Array(wrong) + labels.indices.prefix(5)
            return try DigitDrawing().draw(
                test.x[chosen],
                predicted: chosen.map { predicted[$0] }, labels: chosen.map { labels[$0] })
        }
    }
}
