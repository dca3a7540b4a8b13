import KeratinCore
import KeratinLayers
import KeratinTensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What a model of two inputs says all over the samples' plane, and the samples on it, as the text of an SVG picture.
///
/// A model with one output: the probability in bands of a tenth, with a line where it is one half. (Logits are known from
/// the loss that the model is compiled with. Results that are no probabilities have bands between their extremes; the line
/// is at one half, or at 0 where the labels are -1 and 1.) A model with several outputs: the areas of its classes.
///
/// `plotDecisionBoundary(_:_:_:_:steps:padding:title:classNames:)` writes it to a file.
/// - Parameters:
///   - model: takes [samples, 2].
///   - x: samples [samples, 2].
///   - y: class numbers [samples] or [samples, 1], or one-hot [samples, classes].
///   - steps: the model is asked at `steps` × `steps` places.
///   - padding: what is shown around the samples, as a part of their range.
///   - title: a line above; nil: none.
///   - classNames: what the legend calls the classes; empty: by their numbers.
/// - Throws: `KeratinError` for a model that does not take [samples, 2] or predicts NaN, for samples and labels that do not fit,
///   and for arguments out of range; `BackendError` from the device.
public func decisionBoundarySVG(
    _ model: Model, _ x: Tensor, _ y: Tensor, steps: Int = 100, padding: Double = 0.1,
    title: String? = nil, classNames: [String] = []
) throws -> String {
    try DecisionPicture(
        model, x, y, steps: steps, padding: padding, title: title, classNames: classNames
    ).text
}

private struct DecisionPicture {
    private let points: LabelledPoints
    private let grid: DecisionGrid
    private let xAxis: Axis
    private let yAxis: Axis
    private let title: String?
    private let names: [String]
    private let hasLogits: Bool

    private static let place = "plotDecisionBoundary"

    init(
        _ model: Model, _ x: Tensor, _ y: Tensor, steps: Int, padding: Double, title: String?,
        classNames: [String]
    ) throws {
        guard (2...2000).contains(steps) else {
            throw KeratinError(
                .invalidArgument, "steps must be 2…2000, got \(steps)", at: Self.place)
        }
        guard padding >= 0, padding <= 100 else {
            throw KeratinError(
                .invalidArgument, "padding must be 0…100, a part of the range; got \(padding)",
                at: Self.place)
        }
        try DecisionGrid.check(model)
        // What is wrong with the samples is told before the model is asked, which tells how many classes there are.
        let places = try LabelledPoints.places(x, y, at: Self.place)
        guard
            let xAxis = Axis(places.lazy.map(\.x), margin: padding, tickCount: 6),
            let yAxis = Axis(places.lazy.map(\.y), margin: padding)
        else {
            throw KeratinError(.invalidArgument, "there are no samples to draw", at: Self.place)
        }
        (self.xAxis, self.yAxis) = (xAxis, yAxis)
        let sides = [xAxis, yAxis].map { axis in
            (0..<steps).map { step in
                let part = Double(step) / Double(steps - 1)
                let number = axis.low * (1 - part) + axis.high * part
                let limit = Double(Float.greatestFiniteMagnitude)
                return min(max(number, -limit), limit)
            }
        }
        grid = try DecisionGrid(model, xs: sides[0], ys: sides[1])
        points = try LabelledPoints(x, y, outputs: grid.outputs, at: Self.place)
        guard classNames.isEmpty || classNames.count == points.names.count else {
            throw KeratinError(
                .invalidArgument,
                "there are \(points.names.count) classes, and \(classNames.count) names for them",
                at: Self.place)
        }
        names = classNames.isEmpty ? points.names.map { "class \($0)" } : classNames
        self.title = title
        hasLogits = model.givesLogits
    }

    // MARK: Layout

    private static let area = (left: 62.0, top: 20.0, width: 480.0, height: 380.0)
    private static let legendWidth = 136.0

    private var top: Double { Self.area.top + (title == nil ? 0 : 26) }

    private func x(_ part: Double) -> Double { Self.area.left + part * Self.area.width }
    private func y(_ part: Double) -> Double { top + (1 - part) * Self.area.height }

    var text: String {
        var picture = SVG(
            width: Self.area.left + Self.area.width + Self.legendWidth,
            height: top + Self.area.height + 48, title: title ?? "Decision boundary")
        if let title {
            picture.write(
                SVG.cut(title, to: Self.area.width, size: 15, isBold: true), x: x(0.5), y: 26,
                anchor: .middle, size: 15, isBold: true)
        }
        var foot = top + 12
        if grid.outputs == 1 {
            drawBands(&picture, &foot)
        } else {
            drawClasses(&picture)
        }
        drawPoints(&picture)
        drawAxes(&picture)
        drawLegend(&picture, foot)
        return picture.text
    }

    // MARK: Areas

    /// The probability of the second class, or whatever a single output gives, in ten colours.
    private func drawBands(_ picture: inout SVG, _ foot: inout Double) {
        let bands = Bands(grid, hasLogits: hasLogits, isSigned: points.names[0] == "-1")
        fill(&picture, Palette.between(bands.part(0)))
        for (index, level) in bands.levels.enumerated() {
            fill(&picture, areas(bands.field, level), Palette.between(bands.part(index + 1)))
        }
        picture.stroke(
            borders(bands.field, bands.threshold), color: Palette.ink, width: 1.75)
        foot = drawScale(&picture, bands)
    }

    private func drawClasses(_ picture: inout SVG) {
        fill(&picture, Palette.area(0))
        var lines = SVGPath()
        // Between two places the logarithms of probabilities are nearer to a line than these are.
        let difference = grid.hasProbabilities ? Self.factor : Self.difference
        for first in 1..<grid.outputs {
            // Each class is painted with those after it, and these over it: nothing stays free where three meet.
            let field = grid.field { numbers in
                let start = numbers.startIndex
                let (before, after) = (numbers[..<(start + first)], numbers[(start + first)...])
                return difference(after.max() ?? 0, before.max() ?? 0)
            }
            // Among equals the first counts, as for argmax.
            let level = Double.leastNonzeroMagnitude
            fill(&picture, areas(field, level), Palette.area(first))
            for line in field.borders(at: level) { add(line, to: &lines, isClosed: false) }
        }
        picture.stroke(lines, color: Palette.paper, width: 2.5)
    }

    /// Of numbers that may be infinite.
    private static func difference(_ a: Float, _ b: Float) -> Double {
        a == b ? 0 : min(max(Double(a) - Double(b), -1e300), 1e300)
    }

    /// The logarithm of a factor; of equal numbers exactly 0.
    private static func factor(_ a: Float, _ b: Float) -> Double {
        a == b ? 0 : log(max(Double(a), 1e-30)) - log(max(Double(b), 1e-30))
    }

    private func fill(_ picture: inout SVG, _ color: String) {
        picture.rectangle(
            x: x(0), y: y(1), width: Self.area.width, height: Self.area.height, fill: color)
    }

    private func fill(_ picture: inout SVG, _ path: SVGPath, _ color: String) {
        picture.fill(path, color: color)
    }

    private func areas(_ field: ScalarField, _ level: Double) -> SVGPath {
        var path = SVGPath()
        for line in field.areas(atLeast: level) { add(line, to: &path, isClosed: true) }
        return path
    }

    private func borders(_ field: ScalarField, _ level: Double) -> SVGPath {
        var path = SVGPath()
        for line in field.borders(at: level) { add(line, to: &path, isClosed: false) }
        return path
    }

    private func add(_ line: [ScalarField.Place], to path: inout SVGPath, isClosed: Bool) {
        func tenths(_ value: Double) -> Double { (value * 10).rounded() / 10 }
        let places = simplified(
            line.map { place in
                (
                    tenths(x(place.column / Double(grid.xs.count - 1))),
                    tenths(y(place.row / Double(grid.ys.count - 1)))
                )
            }, tolerance: 0.15)
        path.move(places[0].x, places[0].y)
        for place in isClosed ? places.dropFirst().dropLast() : places.dropFirst() {
            path.line(place.x, place.y)
        }
        if isClosed { path.close() }
    }

    // MARK: Samples, axes, legend

    private func drawPoints(_ picture: inout SVG) {
        let radius = points.places.count > 2000 ? 1.75 : points.places.count > 400 ? 2.5 : 3.5
        for number in names.indices {
            let dots = zip(points.places, points.classes).filter { $0.1 == number }.map {
                (x(xAxis.place($0.0.x) ?? 0), y(yAxis.place($0.0.y) ?? 0))
            }
            picture.dots(dots, radius: radius + 0.75, color: Palette.paper)
            picture.dots(dots, radius: radius, color: Palette.line(number))
        }
    }

    private func drawAxes(_ picture: inout SVG) {
        var ticks = SVGPath()
        for (tick, label) in zip(xAxis.ticks, xAxis.labels) {
            guard let place = xAxis.place(tick) else { continue }
            ticks.move(x(place), y(0))
            ticks.line(x(place), y(0) + 4)
            picture.write(
                label, x: x(place), y: y(0) + 18, anchor: .middle, size: 11,
                color: Palette.faintInk)
        }
        for (tick, label) in zip(yAxis.ticks, yAxis.labels) {
            guard let place = yAxis.place(tick) else { continue }
            ticks.move(x(0) - 4, y(place))
            ticks.line(x(0), y(place))
            picture.write(
                label, x: x(0) - 8, y: y(place) + 4, anchor: .end, size: 11,
                color: Palette.faintInk)
        }
        picture.stroke(ticks, color: Palette.frame)
        picture.rectangle(
            x: x(0), y: y(1), width: Self.area.width, height: Self.area.height, fill: "none",
            stroke: Palette.frame)
        picture.write(
            "x₁", x: x(0.5), y: y(0) + 36, anchor: .middle, color: Palette.faintInk)
        picture.write(
            "x₂", x: 16, y: y(0.5), anchor: .middle, color: Palette.faintInk, isTurned: true)
    }

    private var legendLeft: Double { x(1) + 18 }

    private func drawLegend(_ picture: inout SVG, _ start: Double) {
        let room = Self.legendWidth - 44
        for (number, name) in names.enumerated() {
            let foot = start + Double(number) * 20
            // There are more classes than lines.
            guard foot < y(0) || number == names.count - 1 else {
                picture.write("…", x: legendLeft + 14, y: foot)
                break
            }
            picture.dots([(legendLeft + 5, foot - 4)], radius: 4.5, color: Palette.line(number))
            picture.write(SVG.cut(name, to: room), x: legendLeft + 16, y: foot)
        }
    }

    /// The colours with their numbers.
    /// - Returns: where the legend goes on.
    private func drawScale(_ picture: inout SVG, _ bands: Bands) -> Double {
        let (height, width) = (180.0, 14.0)
        let head = top + 12
        let room = Self.legendWidth - 24
        picture.write(
            SVG.cut(
                bands.isProbability ? "probability of" : "result", to: room, size: 11),
            x: legendLeft, y: head, size: 11, color: Palette.faintInk)
        if bands.isProbability {
            picture.write(
                SVG.cut(names[1], to: room, size: 11), x: legendLeft, y: head + 14, size: 11,
                color: Palette.faintInk)
        }
        let start = head + 26
        let count = bands.levels.count + 1
        let step = height / Double(count)
        for index in 0..<count {
            picture.rectangle(
                x: legendLeft, y: start + height - Double(index + 1) * step, width: width,
                height: step, fill: Palette.between(bands.part(index)))
        }
        picture.rectangle(
            x: legendLeft, y: start, width: width, height: height, fill: "none",
            stroke: Palette.frame)
        for (part, label) in bands.marks {
            picture.write(
                label, x: legendLeft + width + 7, y: start + height * (1 - part) + 4, size: 11,
                color: Palette.faintInk)
        }
        return start + height + 30
    }
}

/// A single output in bands of equal height around what tells the classes apart.
private struct Bands {
    /// The numbers; of probabilities the logits, which between two places are nearer to a line.
    let field: ScalarField
    let isProbability: Bool
    /// Of the field, where the classes are told apart.
    let threshold: Double
    /// The ends of what is shown.
    private let low: Double
    private let high: Double

    private static let count = 10

    /// - Parameters:
    ///   - hasLogits: whether a sigmoid makes probabilities of the numbers.
    ///   - isSigned: whether the classes are -1 and 1.
    init(_ grid: DecisionGrid, hasLogits: Bool, isSigned: Bool) {
        func finite(_ numbers: ArraySlice<Float>) -> Double {
            min(max(Double(numbers.first ?? 0), -1e300), 1e300)
        }
        isProbability = !isSigned && (hasLogits || grid.hasProbabilities)
        guard !isProbability else {
            (low, threshold, high) = (0, 0, 1)
            field = grid.field { hasLogits ? finite($0) : Self.logit(finite($0)) }
            return
        }
        let middle = isSigned ? 0 : 0.5
        let numbers = grid.field(finite)
        let farthest = numbers.values.reduce(0) { max($0, abs($1 - middle)) }
        let reach = farthest > 0 ? farthest : 1
        (field, low, threshold, high) = (numbers, middle - reach, middle, middle + reach)
    }

    private static func logit(_ probability: Double) -> Double {
        log(max(probability, 1e-30)) - log(max(1 - probability, 1e-9))
    }

    /// Of the field, between the bands.
    var levels: [Double] {
        (1..<Self.count).map { band in
            let part = Double(band) / Double(Self.count)
            return isProbability ? Self.logit(part) : low + (high - low) * part
        }
    }

    /// Where the middle of a band lies between the two classes.
    func part(_ band: Int) -> Double { (Double(band) + 0.5) / Double(Self.count) }

    /// What is written beside the colours, by its height.
    var marks: [(part: Double, label: String)] {
        [0, 0.5, 1].map { ($0, Axis.short(low + (high - low) * $0)) }
    }
}
