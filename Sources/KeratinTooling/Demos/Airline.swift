import Keratin
import KeratinModels

extension Demo {
    /// Forecasts next month's passengers from a year of them: the well-known series, scaled to 0…1 over all months, with its
    /// last third as the test.
    package static let airline = Demo(
        name: "airline", summary: "an LSTM forecasts airline passengers a month ahead",
        epochs: 200, batchSize: 8, optimizers: [.adam(learningRate: 5e-3), .rmsprop(), .sgd()],
        loss: .meanSquaredError, metrics: [],
        load: {
            let (months, passengers) = try AirlinePassengers.load()
            return try forecasts(passengers.floats(), months: months)
        },
        makeModel: {
            try Sequential {
                Input(shape: [airlineWindow, 1])
                LSTM(32)
                Dense(1)
            }
        },
        output: .numbers)

    private static let airlineWindow = 12

    /// Windows of a year over a series, the month after each as its target.
    package static func forecasts(_ series: [Float], months: [String]) throws -> Samples {
        let window = airlineWindow
        // As in the example that made the series known: 67 % of the months to train on.
        let split = series.count * 67 / 100
        guard let low = series.min(), let high = series.max(), low < high, split > window else {
            throw KeratinError(
                .invalidData,
                "\(series.count) months are all alike, or too few for windows of \(window)",
                at: "airline")
        }
        let scaled = NDArray(
            series.map { ($0 - low) / (high - low) }, shape: [series.count, 1])
        let windows = try timeseries(scaled, window)
        let test = (split - window)..<windows.x.shape[0]
        let train = 0..<test.lowerBound
        func passengers(_ outputs: Tensor) throws -> [Float] {
            try outputs.floats().map { $0 * (high - low) + low }
        }
        /// Forecasts of all months that have a year before them.
        func all(_ trained: Trained) throws -> [Float] {
            try passengers(trained.model.predict(windows.x[train]))
                + passengers(trained.predictions)
        }
        return Samples(
            train: (windows.x[train], windows.y[train]),
            test: (windows.x[test], windows.y[test]),
            figures: { trained in
                let errors = zip(try all(trained), series[window...]).map { Double($0 - $1) }
                func error(_ part: Range<Int>) -> Double {
                    let squares = errors[part].map { $0 * $0 }
                    return (squares.reduce(0, +) / Double(squares.count)).squareRoot()
                }
                return [Figure("train RMSE", error(train)), Figure("test RMSE", error(test))]
            },
            closing: { trained in
                let forecast = try all(trained).map { Double($0) as Double? }
                let empty = [Double?](repeating: nil, count: window)
                let style = Terminal.style
                let chart = LineChart(
                    width: min(style.columns, 160), height: 20, hasUnicode: style.hasUnicode
                ).draw(
                    [
                        .init(
                            "truth", style.hasUnicode ? "·" : ".", isJoined: true,
                            series.map { Double($0) }),
                        .init("forecast", "o", isJoined: false, empty + forecast),
                    ], labels: months, border: (split, "test"))
                return "Thousands of passengers a month\n" + chart
            })
    }

    private static func timeseries(
        _ series: NDArray, _ window: Int
    ) throws -> (x: NDArray, y: NDArray) {
        let targets = series[window...]
        let (x, y) = try timeseriesDataset(
            series[..<(-1)], targets: targets, sequenceLength: window
        ).arrays()
        return (x, y ?? targets)
    }
}
