import Keratin
import Testing

@testable import KeratinModels

@Suite("Confusion matrices")
struct ConfusionMatrixTests {
    private let labels = Tensor([0, 1, 2, 2, 1, 0] as [Int32], shape: [6, 1])
    private let probabilities = Tensor(
        [
            0.8, 0.1, 0.1, 0.2, 0.5, 0.3, 0.1, 0.2, 0.7, 0.6, 0.3, 0.1, 0.1, 0.8, 0.1, 0.2, 0.3,
            0.5,
        ] as [Float], shape: [6, 3])
    private let counts = [[1, 0, 1], [0, 2, 0], [1, 0, 1]]

    @Test("Class numbers, one-hot rows and probabilities give the same counts")
    func forms() throws {
        let matrix = try ConfusionMatrix(labels, probabilities)
        #expect(matrix.counts == counts && matrix.classNames == ["0", "1", "2"])
        #expect(matrix.accuracy == 4.0 / 6 && matrix[2, 0] == 1)
        let hot = try toCategorical(labels, classCount: 3)
        #expect(try ConfusionMatrix(hot, probabilities).counts == counts)
        #expect(try ConfusionMatrix(hot, Tensor([0, 1, 2, 0, 1, 2] as [Float])).counts == counts)
        let two = try ConfusionMatrix(
            Tensor([0, 1, 1, 0] as [Int32]), Tensor([0.4, 0.5, 0.2, 0.9] as [Float]))
        #expect(two.counts == [[1, 1], [1, 1]])
        #expect(
            try ConfusionMatrix(Tensor([0] as [Float]), Tensor([0] as [Float])).counts == [
                [1, 0], [0, 0],
            ])
    }

    @Test("A table and a picture with names")
    func drawn() throws {
        let matrix = try ConfusionMatrix(labels, probabilities, classNames: ["ant", "bee", "c<d"])
        #expect(
            matrix.description == """
                true\\predicted  ant  bee  c<d
                ant               1    0    1
                bee               0    2    0
                c<d               1    0    1
                """)
        let picture = try PictureText(matrix.svg(title: "Insects & more"))
        #expect(picture.isInside)
        for word in ["Insects & more", "ant", "bee", "c<d", "true class", "predicted class"] {
            #expect(picture.words.contains(word), "\(word)")
        }
        let fills = picture.elements.filter { $0.name == "rect" }.compactMap {
            $0.attributes["fill"]
        }
        // All of a row in full blue; half of one in half blue and half orange; none in white.
        #expect(fills.filter { $0 == "#2368c4" }.count == 1)
        #expect(Set(fills).count == 4)
    }

    @Test("Many classes still fit")
    func many() throws {
        let numbers = (0..<200).map { Int32($0) }
        let matrix = try ConfusionMatrix(Tensor(numbers), Tensor(numbers.reversed() as [Int32]))
        #expect(matrix.accuracy == 0)
        #expect(try PictureText(matrix.svg()).isInside)
        #expect(try ConfusionMatrix(Tensor([Int32]()), Tensor([Int32]())).accuracy.isNaN)
    }

    @Test("What is no class is told")
    func mistakes() {
        #expect(throws: KeratinError.self) {
            try ConfusionMatrix(labels, Tensor([0, 1] as [Float]))
        }
        #expect(throws: KeratinError.self) {
            try ConfusionMatrix(Tensor([0, -1] as [Int32]), Tensor([0, 1] as [Int32]))
        }
        #expect(throws: KeratinError.self) {
            try ConfusionMatrix(Tensor([0, 1] as [Int32]), Tensor([.nan, 1] as [Float]))
        }
        #expect(throws: KeratinError.self) {
            try ConfusionMatrix(Tensor([0, 1] as [Int32]), Tensor([0.5, 1.5] as [Float]))
        }
        #expect(throws: KeratinError.self) {
            try ConfusionMatrix(Tensor([0, 1e9] as [Float]), Tensor([0, .infinity] as [Float]))
        }
        #expect(throws: KeratinError.self) {
            try ConfusionMatrix(labels, probabilities, classNames: ["a"])
        }
        #expect(throws: KeratinError.self) {
            try ConfusionMatrix(labels, Tensor.zeros([6, 2, 2]))
        }
    }
}
