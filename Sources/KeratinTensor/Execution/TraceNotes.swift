/// What somebody wants to know of the values of one recording, such as which of them layers added to the loss. The trace keeps the notes
/// as long as it lives, and knows nothing of what they say. They name values, not tensors, which would hold the trace that holds them.
package protocol TraceNotes: AnyObject {
    init()
}
