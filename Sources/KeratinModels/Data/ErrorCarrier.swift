import KeratinTensor

/// Elements that can carry an error, because they hold tensors.
struct ErrorCarrier<Element>: Sendable {
    /// The error that an element carries.
    let error: @Sendable (Element) -> (any Error)?
    /// An element that carries an error.
    let make: @Sendable (any Error) -> Element

    private init(
        _ tensors: @escaping @Sendable (Element) -> [Tensor],
        _ make: @escaping @Sendable (Tensor) -> Element
    ) {
        error = { element in tensors(element).lazy.compactMap(\.error).first }
        self.make = { make(Tensor(failed: $0)) }
    }

    /// nil for elements without tensors.
    static var known: ErrorCarrier? {
        // Tuples adopt no protocol, so that the kinds of elements which training and data sets know are listed.
        let kinds: [Any] = [
            ErrorCarrier<Tensor>({ [$0] }, { $0 }),
            ErrorCarrier<(Tensor, Tensor)>({ [$0.0, $0.1] }, { ($0, $0) }),
            ErrorCarrier<(Tensor, Tensor, Tensor)>({ [$0.0, $0.1, $0.2] }, { ($0, $0, $0) }),
            ErrorCarrier<[Tensor]>({ $0 }, { [$0] }),
            ErrorCarrier<([Tensor], Tensor)>({ $0.0 + [$0.1] }, { ([$0], $0) }),
            ErrorCarrier<([Tensor], [Tensor])>({ $0.0 + $0.1 }, { ([$0], [$0]) }),
            ErrorCarrier<([String: Tensor], Tensor)>(
                { Array($0.0.values) + [$0.1] }, { ([:], $0) }),
            ErrorCarrier<([String], Tensor)>({ [$0.1] }, { ([], $0) }),
            ErrorCarrier<(String, Tensor)>({ [$0.1] }, { ("", $0) }),
            ErrorCarrier<(offset: Int, element: Tensor)>({ [$0.element] }, { (-1, $0) }),
            ErrorCarrier<(offset: Int, element: (Tensor, Tensor))>(
                { [$0.element.0, $0.element.1] }, { (-1, ($0, $0)) }),
        ]
        return kinds.lazy.compactMap { $0 as? ErrorCarrier<Element> }.first
    }
}
