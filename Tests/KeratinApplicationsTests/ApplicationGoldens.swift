import Foundation

/// What real Keras says of its nets: `Scripts/goldens/applications.py`.
struct ApplicationGoldens: Decodable {
    struct Net: Decodable {
        let name: String
        let model: String
        let parameters: Int
        let trainable: Int
        let layers: Int
        let input: [Int?]
        let output: [Int?]
        let digest: String
    }

    struct Prediction: Decodable {
        let net: String
        /// In doubles.
        let y: [Float]
        /// What Keras's own floats are off by.
        let rounding: Float
    }

    let nets: [Net]
    let predictions: [Prediction]

    static let all: ApplicationGoldens = {
        guard
            let place = Bundle.module.url(
                forResource: "Goldens/applications", withExtension: "json"),
            let data = try? Data(contentsOf: place),
            let goldens = try? JSONDecoder().decode(ApplicationGoldens.self, from: data)
        else { preconditionFailure("the goldens are not there") }
        return goldens
    }()
}
