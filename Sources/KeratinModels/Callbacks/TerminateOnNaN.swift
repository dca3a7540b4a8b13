import KeratinCore

/// Ends the training when the loss is NaN or infinite. It reads the loss after each step, which waits for the device.
public final class TerminateOnNaN: Callback {
    private let raiseError: Bool

    /// - Parameter raiseError: whether `fit` throws then, instead of ending.
    public init(raiseError: Bool = false) { self.raiseError = raiseError }

    public override func onBatchEnd(_ batch: Int, logs: Logs) throws {
        guard let loss = logs["loss"], !loss.isFinite else { return }
        guard !raiseError else {
            throw KeratinError(
                .invalidState, "the loss is \(loss) at batch \(batch): the training ends",
                at: "TerminateOnNaN")
        }
        print("Batch \(batch): Invalid loss, terminating training")
        model.stopTraining = true
    }
}
