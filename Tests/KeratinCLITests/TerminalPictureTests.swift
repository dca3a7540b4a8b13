import Foundation
import Keratin
import KeratinTooling
import Testing

/// Pictures in terminals.
@Suite("TerminalPicture") struct TerminalPictureTests {
    @Test("Two pixels are a cell: the upper one's colour before the lower one's")
    func cells() throws {
        let image = NDArray(
            [255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 20, 30] as [Float], shape: [2, 2, 3])
        #expect(
            try TerminalPicture.draw(image, columns: 40)
                == "\u{1B}[38;2;255;0;0;48;2;0;0;255m▀\u{1B}[38;2;0;255;0;48;2;10;20;30m▀\u{1B}[0m")
    }

    @Test(
        "Grey has three equal colours, an odd last row no background, and odd numbers are bounded")
    func gray() throws {
        let image = NDArray([300, -5, .nan] as [Float], shape: [3, 1, 1])
        #expect(
            try TerminalPicture.draw(image, columns: 40)
                == "\u{1B}[38;2;255;255;255;48;2;0;0;0m▀\u{1B}[0m\n\u{1B}[38;2;0;0;0m▀\u{1B}[0m")
    }

    @Test("Large pictures are averaged") func averaged() throws {
        let image = NDArray([0, 100, 50, 250] as [Float], shape: [2, 2, 1])
        #expect(
            try TerminalPicture.draw(image, columns: 1) == "\u{1B}[38;2;100;100;100m▀\u{1B}[0m")
        let wide = try TerminalPicture.draw(
            NDArray([Float](repeating: 9, count: 90 * 200), shape: [90, 200, 1]), columns: 40)
        let lines = wide.split(separator: "\n")
        #expect(lines.count == 9 && lines.allSatisfy { $0.filter { $0 == "▀" }.count == 40 })
    }

    @Test("Other shapes are refused") func shapes() {
        for shape in [[4], [2, 2], [1, 2, 2]] as [Shape] {
            #expect(throws: KeratinError.self) {
                try TerminalPicture.draw(
                    NDArray([1, 2, 3, 4] as [Float], shape: shape), columns: 9)
            }
        }
    }

    @Test("Only terminals with all colours get them") func places() {
        func possible(_ variables: [String: String], isInteractive: Bool = true) -> Bool {
            TerminalPicture.isPossible(isInteractive: isInteractive) { variables[$0] }
        }
        let usual = ["COLORTERM": "truecolor", "LANG": "en_US.UTF-8", "TERM": "xterm-256color"]
        #expect(possible(usual))
        #expect(possible(["TERM": "xterm-direct", "LC_ALL": "C.UTF-8"]))
        #expect(!possible(usual, isInteractive: false))
        #expect(!possible(usual.merging(["NO_COLOR": "1"]) { $1 }))
        #expect(!possible(usual.merging(["LC_ALL": "C"]) { $1 }))
        #expect(!possible(usual.merging(["COLORTERM": "yes"]) { $1 }))
        #expect(!possible(usual.merging(["TERM": "dumb"]) { $1 }))
    }
}
