import Foundation
import Keratin
import KeratinCore
import KeratinIO
import Testing

@Suite("Tables")
struct TableTests {
    private static let houses = """
        rooms,age,street,price
        3,10.5,"Elm, north",100
        4,,Oak,
        5,2,"Elm, north",300

        """

    @Test("Columns by name are numbers or texts, and know what is missing")
    func columns() throws {
        let table = try Table(csvText: Self.houses)
        #expect(table.columnNames == ["rooms", "age", "street", "price"])
        #expect(table.rowCount == 3)
        #expect(table.missingCount == 2)
        #expect(table["rooms"].numbers == [3, 4, 5])
        #expect(table["age"].numbers[0] == 10.5 && table["age"].numbers[1].isNaN)
        #expect(table["age"].missingCount == 1)
        #expect(table["street"].isText)
        #expect(table["street"].vocabulary == ["Elm, north", "Oak"])
        #expect(table["street"].texts == ["Elm, north", "Oak", "Elm, north"])
    }

    @Test("Columns become arrays of their types")
    func tensors() throws {
        let table = try Table(csvText: Self.houses)
        let rooms = table["rooms"].tensor()
        #expect(rooms == (try NDArray([3, 4, 5] as [Int32])))
        #expect(try table["street"].tensor() == NDArray([0, 1, 0] as [Int32]))
        let age = table["age"].tensor()
        #expect(age.dtype == .float32 && age.shape == [3])
        #expect(try age.floats()[0] == 10.5 && age.floats()[1].isNaN && age.floats()[2] == 2)
        let both = table[["age", "rooms"]].tensor()
        #expect(both.shape == [3, 2])
        #expect(try both.floats()[0] == 10.5 && both.floats()[1] == 3 && both.floats()[5] == 5)
        let whole = table[["rooms", "street"]].tensor()
        #expect(whole == (try NDArray([3, 0, 4, 1, 5, 0] as [Int32], shape: [3, 2])))
        let wide = try Table(csvText: "id\n4294967296\n1\n").tensor()
        #expect(try wide.npy() == NDArray([4_294_967_296, 1] as [Int64], shape: [2, 1]).npy())
    }

    @Test("Rows with something missing are dropped, or filled")
    func missing() throws {
        let table = try Table(csvText: Self.houses)
        #expect(table.droppingMissing().rowCount == 2)
        #expect(try table.droppingMissing()["price"].tensor().floats() == [100, 300])
        #expect(try table.fillingMissing(with: -1)["price"].tensor().floats() == [100, -1, 300])
        #expect(table.fillingMissing(with: -1).missingCount == 0)
        let told = try Table(csvText: "a,b\nx,1\nNA,2\n")
        #expect(
            words { try told["a"].tensor().check() }.hasPrefix(
                "column 'a': 1 texts are missing: leave these rows out (droppingMissing) or fill them (fillingMissing)"
            )
        )
        #expect(told.fillingMissing(with: "none")["a"].texts == ["x", "none"])
        let strict = try Table(csvText: "a,b\nx,1\nNA,2\n", missing: [""])
        #expect(strict["a"].vocabulary == ["NA", "x"])
    }

    @Test("A column that is not there is told where its numbers are needed")
    func unknown() throws {
        let table = try Table(csvText: Self.houses)
        let told = "unknown column 'prices'; did you mean 'price'?"
        #expect(words { try table["prices"].tensor().check() }.hasPrefix(told))
        #expect(words { try table[["rooms", "prices"]].tensor().check() }.hasPrefix(told))
        #expect(words { _ = try table[["prices"]].csv() }.hasPrefix(told))
        #expect(words { try table[["prices"]].rows(0..<1).tensor().check() }.hasPrefix(told))
        #expect(words { _ = try table.dropping("prices") }.hasPrefix(told))
        #expect(words { try table[["age", "age"]].tensor().check() }.contains("'age'"))
    }

    @Test("Texts of other data become codes of a known vocabulary")
    func vocabularies() throws {
        let table = try Table(csvText: Self.houses)
        let codes = try table["street"].encoded(by: ["Ash", "Oak", "Elm, north"])
        #expect(try codes.tensor() == NDArray([2, 1, 2] as [Int32]))
        #expect(
            words { _ = try table["street"].encoded(by: ["Oak"]) }
                == "column 'street': row 0 has 'Elm, north', which is not in the vocabulary")
        #expect(words { _ = try table["age"].encoded(by: ["Oak"]) }.contains("holds numbers"))
        #expect(
            words { _ = try Table.Column("a", ["x"], vocabulary: ["x", "x"]) }.contains("once"))
    }

    @Test("Arrays become tables, and tables files that come back")
    func writing() throws {
        let folder = try DatasetFileTests.Folder()
        let path = "\(folder.path)/t.csv"
        let x = NDArray([0.1, 2, 1e-20, .infinity] as [Float])
        let y = NDArray([1, -2, 3, 4] as [Int32], shape: [4, 1])
        let names = try Table.Column("say \"hi\"", ["a,b", "c\nd", nil, "e\"f"])
        let table = try Table(columns: ["x": x, "y": y]).replacing(names)
        #expect(
            try table.csv() == """
                x,y,"say ""hi\"""
                0.1,1,"a,b"
                2,-2,"c
                d"
                1e-20,3,
                inf,4,"e""f"

                """)
        try table.save(path)
        let read = try Table(csv: path)
        #expect(read.columnNames == table.columnNames)
        #expect(try read["x"].tensor() == x)
        #expect(try read["y"].tensor() == y.reshaped([4]))
        #expect(read["say \"hi\""].texts == ["a,b", "c\nd", nil, "e\"f"])
        #expect(words { try table.save("t.txt") }.contains(".csv"))
        let matrix = NDArray([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
        #expect(try Table(matrix).columnNames == ["0", "1", "2"])
        #expect(try Table(matrix, names: ["a", "b", "c"])["b"].tensor().floats() == [2, 5])
        #expect(words { _ = try Table(matrix, names: ["a"]) }.contains("3 columns, got 1"))
        #expect(
            words { _ = try Table(columns: ["a": x, "b": matrix]) }.contains("[2, 3]"))
        #expect(
            words { _ = try Table([.init("a", [1, 2]), .init("b", [1])]) }.contains("has 1 rows"))
        // A missing number that is alone in its row is no blank line.
        let lonely = try Table([.init("a", [1, .nan, 2])])
        #expect(try Table(csvText: lonely.csv())["a"].missingCount == 1)
    }

    @Test("It prints as a table, long ones cut")
    func printing() throws {
        let table = try Table(csvText: Self.houses)
        #expect(
            "\(table)" == """
                   rooms   age      street  price
                0      3  10.5  Elm, north    100
                1      4   NaN         Oak    NaN
                2      5     2  Elm, north    300
                [3 rows × 4 columns]
                """)
        let long = try Table([.init("n", (0..<100).map { Double($0) })])
        #expect("\(long)".split(separator: "\n").count == 13)
        #expect("\(long)".hasSuffix("99  99\n[100 rows × 1 columns]"))
    }
}
