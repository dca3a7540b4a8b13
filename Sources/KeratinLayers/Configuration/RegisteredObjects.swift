import KeratinCore
import KeratinTensor

// Keras's functions of these names.

/// Everything that was registered with `CustomObjects`, by the names under which files know it: `package>Name`.
public func getCustomObjects() -> [String: Any] { CustomObjects.all }

/// The name under which files know a class of layers: `package>Name` if it was registered, else the class's name.
public func getRegisteredName(_ type: Layer.Type) -> String {
    CustomObjects.registeredName(type.className) ?? type.className
}

/// What was registered under a name, with its package or without; nil if there is nothing.
public func getRegisteredObject(_ name: String) -> Any? {
    let all = CustomObjects.all
    return all[name] ?? all.first { $0.key.hasSuffix(">" + name) }?.value
}

/// Starts numbering the names of layers anew: the next `Dense` is `dense` again. Models and layers that are in use stay as they are;
/// what nobody uses any more, Swift has freed already.
public func clearSession() { AutomaticName.reset() }

/// Whether this is a symbolic tensor: a value of a graph that is being put together.
public func isKerasTensor(_ x: Any) -> Bool {
    (x as? any TensorConvertible)?.tensor.isSymbolic ?? false
}

/// The inputs of graphs that a symbolic tensor follows from, in the order in which a walk from it meets them.
/// - Throws: `KeratinError` if the tensor is not symbolic.
public func getSourceInputs(_ tensor: any TensorConvertible) throws -> [Tensor] {
    guard let start = tensor.tensor.graph else {
        throw KeratinError(
            .invalidArgument, "expects a symbolic tensor, got one of shape \(tensor.tensor.shape)")
    }
    var seen: Set<ObjectIdentifier> = []
    var (stack, found) = ([start.node], [Tensor]())
    while let node = stack.popLast() {
        guard seen.insert(ObjectIdentifier(node)).inserted else { continue }
        if node.isInput { found.append(node.outputs[0]) }
        stack += node.parents.reversed()
    }
    return found
}
