import KeratinCore
import KeratinTensor

/// What SimpleRNN, GRU and LSTM have in common: an RNN that files describe by the arguments of its cell.
public class VectorRNN: RNN {
    override var inputRank: Int? { 3 }

    public override func getConfig() throws -> [String: ConfigValue] {
        let own = try super.getConfig()
        var config = try cell.getConfig().adding(own)
        config["cell"] = nil
        config["activity_regularizer"] = try activityRegularizer.serialized()
        return config
    }
}
