import KeratinCore

/// Shows how far an epoch, an evaluation or a prediction is. `fit` and its kin have one unless `verbose` is 0.
public final class ProgbarLogger: Callback {
    private var bar: ProgressBar?
    private var seen = 0
    private var isInFit = false

    private func begin() {
        bar = ProgressBar(target: params["steps"], verbose: params["verbose"] ?? 1)
        seen = 0
    }

    private func step(_ batch: Int, _ logs: Logs?) {
        seen = batch + 1
        // The last step is shown with the figures of the whole.
        guard var bar, bar.wantsUpdate(step: seen), seen != params["steps"] else { return }
        bar.update(step: seen, logs: logs?.figures ?? [])
        self.bar = bar
    }

    private func end(_ logs: Logs?) {
        bar?.update(step: seen, logs: logs?.figures ?? [], finalize: true)
        bar = nil
    }

    /// Ends the line of an epoch that was broken off.
    func breakOff(_ logs: Logs) {
        end(logs)
        isInFit = false
    }

    public override func onTrainBegin(logs: Logs) throws { isInFit = true }

    public override func onTrainEnd(logs: Logs) throws { isInFit = false }

    public override func onEpochBegin(_ epoch: Int, logs: Logs) throws {
        if params["verbose"] != 0 {
            Terminal.write("Epoch \(epoch + 1)/\(params["epochs"] ?? epoch + 1)\n")
        }
        begin()
    }

    public override func onTrainBatchEnd(_ batch: Int, logs: Logs) throws { step(batch, logs) }

    public override func onEpochEnd(_ epoch: Int, logs: Logs) throws { end(logs) }

    public override func onTestBegin(logs: Logs) throws { if !isInFit { begin() } }

    public override func onTestBatchEnd(_ batch: Int, logs: Logs) throws {
        if !isInFit { step(batch, logs) }
    }

    public override func onTestEnd(logs: Logs) throws { if !isInFit { end(logs) } }

    public override func onPredictBegin(logs: Logs) throws { begin() }

    public override func onPredictBatchEnd(_ batch: Int, logs: Logs) throws { step(batch, nil) }

    public override func onPredictEnd(logs: Logs) throws { end(nil) }
}
