/// Where a function came from: a name that is looked up when it is used, so that a wrong one throws there, or code.
enum FunctionSource<Body: Sendable>: Sendable {
    case name(String)
    case function(FunctionIdentity?, Body)

    var identity: FunctionIdentity? {
        switch self {
        case .name(let name): FunctionIdentity(name)
        case .function(let identity, _): identity
        }
    }
}
