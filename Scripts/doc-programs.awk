# Writes the ```swift blocks of pages as programs: FOLDER/PAGE-1.swift, and on.
#
#     awk -v folder=FOLDER -f Scripts/doc-programs.awk README.md …
#
# The blocks of a page are one program, in their order. Before a block there may be comments, which no reader sees:
#
#     <!-- apart -->                                 it begins a program of its own
#     <!-- given: let x = Tensor.zeros([4, 2]) -->   Swift that the page does not show, on one line or several
#
# What the compiler says of a program names the page and its line.

function begin() {
    if (program) close(program)
    number += 1
    program = folder "/" page "-" number ".swift"
    print "import Keratin" >program
}

function place(line) {
    if (!program) begin()
    printf "#sourceLocation(file: \"%s\", line: %d)\n", FILENAME, line >program
}

# A part of a comment: what comes after its end is not looked at.
function give(text) {
    givenEnds = index(text, "-->")
    print(givenEnds ? substr(text, 1, givenEnds - 1) : text) >program
}

function unended() {
    if (inBlock || inGiven) {
        printf "%s: a block of Swift has no end\n", file >"/dev/stderr"
        failed = 1
        exit 1
    }
}

FNR == 1 {
    unended()
    if (program) close(program)
    file = FILENAME
    page = FILENAME
    sub(/\.md$/, "", page)
    gsub(/[^A-Za-z0-9]/, "-", page)
    number = 0
    program = ""
}
inGiven { give($0); inGiven = !givenEnds; next }
/^ *```/ && inBlock { inBlock = 0; next }
inBlock { print >program; next }
/^<!-- apart -->/ { if (program) begin(); next }
/^<!-- given:/ {
    place(FNR)
    give(substr($0, length("<!-- given:") + 1))
    inGiven = !givenEnds
    next
}
/^```swift *$/ { place(FNR + 1); inBlock = 1; next }
# Other blocks, which may hold lines that look like one of Swift.
/^```/ { inOther = !inOther; next }
/^ *```swift/ && !inOther {
    printf "%s:%d: a block of Swift begins its line with ```swift and nothing else\n", FILENAME, FNR >"/dev/stderr"
    failed = 1
    exit 1
}
END { if (!failed) unended() }
