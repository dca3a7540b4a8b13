import KeratinCore
import Testing

@Suite("Suggestions of names") struct NearestNameTests {
    @Test("The nearest is suggested, what is far is not")
    func nearest() {
        let known = ["Dense", "Dropout"]
        #expect(
            "\(unknownName("Desne", among: known, what: "layer"))".contains("did you mean 'Dense'?")
        )
        #expect(
            "\(unknownName("Convolution", among: known, what: "layer"))".contains(
                "Known: Dense, Dropout"))
    }

    @Test("A name of a damaged file is cut and not compared")
    func long() {
        let name = String(repeating: "Dense", count: 100_000)
        let text = "\(unknownName(name, among: ["Dense"], what: "layer"))"
        #expect(text.contains("…'. Known: Dense") && text.count < 200)
    }
}
