import Keratin
import KeratinCore
import Testing

/// Calls and predictions with several results: by place, by name, one after the other.
@Suite("Several results", .serialized) struct SeveralResultsTests {
    private func model() throws -> Model {
        let x = Input(shape: [3], name: "x")
        return try Model(
            inputs: x,
            outputs: [
                Dense(2, kernelInitializer: .ones, name: "twos")(x),
                Dense(1, kernelInitializer: .ones, name: "one")(x),
            ])
    }

    @Test("Predictions by place and name", arguments: Backends.names)
    func predictions(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let answers = try model().predict(["x": Tensor([[1.0, 2, 3], [0, 0, 1]])])
            #expect(try answers["twos"].floats() == [6, 6, 1, 1])
            #expect(try answers[1].floats() == [6, 1] && answers[-1].floats() == [6, 1])
            #expect(try answers["one"][0..<1].floats() == [6])
            #expect(answers.map(\.shape) == [[2, 2], [2, 1]] && answers.results.count == 2)
            #expect("\(answers)" == "[[6. 6.]\n [1. 1.]]\n[[6.]\n [1.]]")
            // It is none of them, and says so.
            let error = try #require(throws: KeratinError.self) { try (answers + 1).floats() }
            #expect(error.message.contains("2 results (twos, one)"), "\(error)")
            #expect("\(answers["three"])".contains("Known: twos, one"))
            #expect("\(answers[2])".contains("none at 2"))
            let single = Tensor([1.0, 2])
            #expect(single["x"].error != nil && single.results.count == 1)
        }
    }

    @Test("Calls", arguments: Backends.names)
    func calls(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let model = try model()
            let x = Tensor([[1.0, 2, 3]])
            let codes = model(x)
            let list: [Tensor] = model(x)
            #expect(try codes[0].floats() == list[0].floats() && list.count == 2)
            #expect(try codes["one"].floats() == [6])
            let lstm = LSTM(2, returnState: true)
            let states: [Tensor] = lstm(Tensor.ones([1, 3, 2]))
            #expect(states.map(\.shape) == [[1, 2], [1, 2], [1, 2]])
            let start = [Tensor.zeros([1, 2]), Tensor.zeros([1, 2])]
            let again = lstm(Tensor.ones([1, 3, 2]), initialState: start)
            #expect(try again[2].floats() == states[2].floats())
            // Where nothing can be computed, every place says why.
            let wrong: [Tensor] = model(Tensor.ones([1, 7]))
            #expect(wrong.count == 2 && wrong.allSatisfy { $0.error != nil })
            let none: [Tensor] = lstm(Tensor.ones([1]))
            #expect(none[2].error != nil)
        }
    }
}
