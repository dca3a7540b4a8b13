import Keratin
import KeratinCore
import KeratinIO
import Testing

@Suite("Comma-separated values")
struct CSVTests {
    /// The fields of a text, read as texts where they are no numbers.
    private func rows(_ text: String, header: Bool? = false) throws -> [[String]] {
        let table = try Table(csvText: text, header: header, missing: [])
        return (0..<table.rowCount).map { row in table.columns.map { $0.texts[row] ?? "nil" } }
    }

    @Test("Quotes, separators, line ends and doubled quotes in fields")
    func quotes() throws {
        #expect(try rows("\"a,b\",\"c\"\"d\"\n") == [["a,b", "c\"d"]])
        #expect(try rows("\"a\nb\",\"c\r\nd\"\n") == [["a\nb", "c\r\nd"]])
        #expect(try rows("\"\",x\n") == [["", "x"]])
        #expect(try rows(" x , y\n") == [[" x ", " y"]])
        #expect(try rows("\"1\",\"2.5\"\n") == [["1", "2.5"]])
    }

    @Test("Line ends of all systems, none at the end, blank lines, a byte order mark")
    func lines() throws {
        let expected = [["a", "b"], ["c", "d"]]
        for text in ["a,b\nc,d", "a,b\r\nc,d\r\n", "a,b\rc,d\r", "\n\na,b\n\n\r\nc,d\n\n"] {
            #expect(try rows(text) == expected, "\(text.debugDescription)")
        }
        #expect(try Table(csvText: "\u{FEFF}a,b\n1,2\n").columnNames == ["a", "b"])
        #expect(try rows("a,\nb,\n") == [["a", ""], ["b", ""]])
        #expect(try rows("x,\n,y") == [["x", ""], ["", "y"]])
    }

    @Test("A header is a first row with a text and no number")
    func headers() throws {
        #expect(try Table(csvText: "a,b\n1,2\n").columnNames == ["a", "b"])
        #expect(try Table(csvText: "1,2\n3,4\n").columnNames == ["0", "1"])
        #expect(try Table(csvText: "5.1,setosa\n4.9,setosa\n").columnNames == ["0", "1"])
        #expect(try Table(csvText: ",a\n0,7\n").columnNames == ["Unnamed: 0", "a"])
        #expect(
            try Table(csvText: "2019,2020\n1,2\n", header: true).columnNames == ["2019", "2020"])
        #expect(try Table(csvText: "a,b\nc,d\n", header: false).rowCount == 2)
        #expect(try Table(csvText: "a,b\n").rowCount == 0)
        #expect(words { _ = try Table(csvText: "a,a\n1,2\n") }.contains("two columns"))
    }

    @Test("What is a number and what is none")
    func numbers() throws {
        for (text, value) in [
            ("1", 1.0), ("-2.5", -2.5), ("+3", 3), ("1e3", 1000), (".5", 0.5), (" 7 ", 7),
            ("inf", .infinity), ("-Infinity", -.infinity), ("1E-2", 0.01),
        ] {
            #expect(try Table(csvText: "a,b\n\(text),0\n")["a"].numbers == [value], "\(text)")
        }
        for text in ["0x10", "1_000", "1,5", "-", "e", "1e", "infinite", "1 2", "½"] {
            let quoted = "a,b\n\"\(text)\",0\n"
            #expect(try Table(csvText: quoted)["a"].isText, "\(text)")
        }
        for text in ["", "NA", "NaN", "nan", "null", "n/a"] {
            #expect(try Table(csvText: "a,b\n\(text),0\n")["a"].missingCount == 1, "\(text)")
        }
    }

    @Test("Other separators")
    func separators() throws {
        let table = try Table(csvText: "a;b\n1,5;2\n", separator: ";")
        #expect(table["a"].texts == ["1,5"] && table["b"].numbers == [2])
        #expect(try Table(csvText: "a\tb\n1\t2\n", separator: "\t")["b"].numbers == [2])
        for wrong: Character in ["\"", "\n", "é", "\r\n"] {
            #expect(
                words { _ = try Table(csvText: "a\n1\n", separator: wrong) }.contains("separated")
            )
        }
    }

    @Test("What is damaged is an error that names its line")
    func damaged() throws {
        let cases = [
            ("a,b\n1,2\n3\n", "the CSV text: line 3: 1 fields, where line 1 has 2"),
            ("a,b\n\"x\ny\",2\n\n3,4,5\n", "the CSV text: line 5: 3 fields, where line 1 has 2"),
            ("a,b\n1,\"2\n3,4\n", "the CSV text: line 2: a quote is never closed"),
            (
                "a,b\n1,x\"y\n",
                "the CSV text: line 2: a quote stands inside a field that does not begin with one"
            ),
            (
                "a,b\n1,\"x\"y\n",
                "the CSV text: line 2: something stands between a closing quote and the next field"
            ),
            ("", "the CSV text: holds no rows"), ("\n\n", "the CSV text: holds no rows"),
        ]
        for (text, told) in cases {
            #expect(words { _ = try Table(csvText: text) } == told)
        }
        let folder = try DatasetFileTests.Folder()
        try folder.write([0x61, 0x0A, 0xFF, 0x0A], "bad.csv")
        let text = words { _ = try Table(csv: "\(folder.path)/bad.csv") }
        #expect(text.contains("bad.csv: is not UTF-8: the byte 0xff at offset 2"), "\(text)")
    }

    @Test("Whatever texts are written come back")
    func random() throws {
        var generator = PhiloxGenerator(seed: 5, stream: 0)
        let marks: [String] = ["a", "\"", ",", "\n", "\r", " ", "é", "0", "\r\n", "🙂"]
        for _ in 0..<300 {
            let count = Int.random(in: 1...4, using: &generator)
            let rows = Int.random(in: 1...4, using: &generator)
            let columns = try (0..<count).map { index in
                try Table.Column(
                    "column \(index)",
                    (0..<rows).map { _ in
                        // Never a number and never empty, which come back as such.
                        "t"
                            + (0..<Int.random(in: 0...5, using: &generator))
                            .map { _ in marks.randomElement(using: &generator)! }.joined()
                    })
            }
            let table = try Table(columns)
            #expect(try Table(csvText: table.csv()) == table)
        }
    }

    @Test("A file of 100,000 rows takes moments")
    func large() throws {
        var text = "a,b,c,d,e,f,g,h\n"
        for row in 0..<100_000 { text += "\(row),0.5,1.25,-3.75,4.5,\(row).125,6,7\n" }
        let table = try Table(csvText: text)
        #expect(table.rowCount == 100_000)
        #expect(try table["f"].tensor().floats()[99_999] == 99_999.125)
    }
}
