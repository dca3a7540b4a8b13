/// What may be written as the string that Keras calls it by. A class that people derive from could promise that only by asking an
/// initializer of each subclass; the protocol makes the metric.
public protocol MetricLiteral: ExpressibleByStringLiteral where StringLiteralType == String {
    /// A metric of this class by a name.
    static func literal(_ name: String) -> Self
}

extension MetricLiteral {
    /// By Keras's name or short form, which throws at `compile` or at the first update if it is unknown; a metric of a class of your own
    /// under a name.
    public init(stringLiteral value: String) { self = Self.literal(value) }
}

extension Metric: MetricLiteral {
    /// One of Keras's metrics by its name; a metric of a class of your own under a name.
    public static func literal(_ name: String) -> Self {
        (self == Metric.self ? Metric(keras: name) as? Self : nil) ?? self.init(name: name)
    }
}
