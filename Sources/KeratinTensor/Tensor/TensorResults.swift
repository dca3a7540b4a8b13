import KeratinCore

/// The results of a call that has several, such as those of a model with two outputs.
struct TensorResults: Sendable {
    let tensors: [Tensor]
    /// Their names, in the same order; empty where they have none.
    let names: [String]
}

/// One value for the several results of a call: it is none of them, but gives each by its place or its name.
///
/// ```swift
/// let answers = try model.predict(x)
/// print(answers["priority"], answers[1])
/// ```
extension Tensor {
    /// Several results in one value; a single one is that result.
    /// - Parameters:
    ///   - names: one for each, or none.
    ///   - place: who gave them, for errors.
    package init(results tensors: [Tensor], names: [String] = [], at place: String? = nil) {
        if tensors.count == 1 {
            self = tensors[0]
            return
        }
        let known = names.isEmpty ? "" : " (\(names.joined(separator: ", ")))"
        let example = names.first.map { ", or by its name, as [\"\($0)\"]" } ?? ""
        let error = KeratinError(
            .invalidArgument,
            "gives \(tensors.count) results\(known): take one by its place, as [0]\(example)",
            at: place)
        let widest = tensors.max { $0.rank < $1.rank }
        self.init(
            failed: TensorFailure(error, TensorResults(tensors: tensors, names: names)),
            widest?.shape ?? .scalar)
    }

    /// The results that this stands for, in their order; only itself, if it stands for one.
    public var results: [Tensor] { failure?.results?.tensors ?? [self] }

    /// The result of a name, of a call that has several, such as `predict` of a model with several outputs. A name that is not
    /// there gives a tensor that carries the error.
    public subscript(name: String) -> Tensor {
        Tensor.carrying {
            guard let results = failure?.results else {
                try check()
                throw KeratinError(
                    .invalidArgument, "one tensor has no part of the name '\(name)'")
            }
            guard let place = results.names.firstIndex(of: name) else {
                throw unknownName(name, among: results.names, what: "result")
            }
            return results.tensors[place]
        }
    }

    /// The result of a place, which counts from the end if it is negative; nil if this stands for one result only.
    func result(at place: Int) -> Tensor? {
        guard let tensors = failure?.results?.tensors else { return nil }
        let index = place < 0 ? place + tensors.count : place
        guard tensors.indices.contains(index) else {
            return Tensor(
                failed: KeratinError(
                    .invalidArgument, "there are \(tensors.count) results, none at \(place)"))
        }
        return tensors[index]
    }
}
