import KeratinModels
extension Model { func optimizerVariables() throws -> [RawArray]? { nil }; func setOptimizerVariables(_ v: [RawArray]) throws {} }
