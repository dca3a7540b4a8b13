import KeratinCore
import KeratinLayers

extension Model {
    /// Says of each loss, metric, activation or other code of the user's that files could not hold, so that nobody learns of it when
    /// the trained model is to be saved. Each is said once. Classes of layers are not looked at: they may be registered any time before.
    func warnOfWhatCannotBeSaved(_ optimizer: Optimizer, _ specification: CompileSpecification) {
        warnUnlessSaved { try optimizer.serialized() }
        for loss in specification.loss.all { warnUnlessSaved { try loss.serialized() } }
        for metric in (specification.metrics.all + specification.weightedMetrics.all).joined() {
            warnUnlessSaved { try metric.serialized() }
        }
        warnOfLayers(layers)
    }

    private func warnOfLayers(_ layers: [Layer]) {
        for layer in layers {
            let inner = layer.sublayers
            // The configuration of a layer with others inside holds theirs.
            if inner.isEmpty, LayerRegistry.isBuiltIn(layer) {
                warnUnlessSaved { try layer.getConfig() }
            }
            warnOfLayers(inner)
        }
    }

    private func warnUnlessSaved(_ body: () throws -> some Any) {
        do {
            _ = try body()
        } catch let error as KeratinError where error.code == .unavailable {
            warnOnce("the model can be trained, but not saved: \(error)")
        } catch {
            // What is wrong otherwise is said where it is used.
        }
    }
}
