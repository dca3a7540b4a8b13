/// The end of a help page: lines that can be tried as they stand.
func examples(_ lines: String...) -> String {
    (["EXAMPLES:"] + lines.map { "  " + $0 }).joined(separator: "\n")
}
