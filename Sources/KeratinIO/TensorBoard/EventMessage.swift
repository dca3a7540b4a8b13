import KeratinCore

/// What event files hold, as TensorBoard's messages `Event`, `Summary`, `SummaryMetadata` and `TensorProto` write it.
enum EventMessage {
    /// The first event of a file.
    static func version(wallTime: Double) -> [UInt8] {
        var event = ProtobufWriter()
        event.double(1, wallTime)
        event.text(3, "brain.Event:2")
        return event.bytes
    }

    /// A value under a tag, at a step.
    static func value(
        _ tag: String, _ value: TensorMessage, plugin: Plugin, step: Int, wallTime: Double
    ) -> [UInt8] {
        var event = ProtobufWriter()
        event.double(1, wallTime)
        // A step of 0 is that of events which tell none.
        if step != 0 { event.integer(2, step) }
        event.message(5) { summary in
            summary.message(1) { entry in
                entry.text(1, tag)
                entry.data(8, value.bytes)
                entry.message(9) { metadata in
                    metadata.message(1) { data in
                        data.text(1, plugin.name)
                        if !plugin.content.isEmpty { data.data(2, plugin.content) }
                    }
                }
            }
        }
        return event.bytes
    }

    /// The part of TensorBoard that shows a value.
    struct Plugin {
        var name: String
        /// Of the plugin; a version of 0 is no bytes at all.
        var content: [UInt8] = []

        static let scalars = Plugin(name: "scalars")
        static let histograms = Plugin(name: "histograms")
        static let text = Plugin(name: "text")
        /// A model as JSON, as Keras's callback writes it.
        static let kerasModel = Plugin(name: "graph_keras_model", content: Array("1".utf8))
    }
}

/// A `TensorProto`.
struct TensorMessage {
    let bytes: [UInt8]

    private enum ElementType: Int {
        case float32 = 1
        case float64 = 2
        case text = 7
    }

    /// A number.
    init(_ value: Float) {
        var tensor = TensorMessage.begin(.float32, [])
        var content = ProtobufWriter()
        content.fixed(value.bitPattern)
        tensor.data(4, content.bytes)
        bytes = tensor.bytes
    }

    /// A text.
    init(_ value: String) {
        var tensor = TensorMessage.begin(.text, [])
        tensor.text(8, value)
        bytes = tensor.bytes
    }

    /// An array, row by row.
    init(_ values: [Double], shape: [Int]) {
        var tensor = TensorMessage.begin(.float64, shape)
        var content = ProtobufWriter()
        for value in values { content.fixed(value.bitPattern) }
        tensor.data(4, content.bytes)
        bytes = tensor.bytes
    }

    private static func begin(_ type: ElementType, _ shape: [Int]) -> ProtobufWriter {
        var tensor = ProtobufWriter()
        tensor.integer(1, type.rawValue)
        tensor.message(2) { dimensions in
            for extent in shape { dimensions.message(2) { $0.integer(1, extent) } }
        }
        return tensor
    }
}
