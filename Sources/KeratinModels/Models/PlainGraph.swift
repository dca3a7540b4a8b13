/// A subclass of `Model` that says what a graph is made of and adds nothing to how it runs: in files, clones and steps it is a
/// graph like any other.
package protocol PlainGraph: Model {}

extension Model {
    /// Whether the class is a graph and nothing else.
    package class var isPlainGraph: Bool { self == Model.self || self is any PlainGraph.Type }
}
