import KeratinCore
import KeratinLayers

// Swift wants arguments in one order; people write them in several. All of these are `fit(_:_:batchSize:epochs:…)`.

extension Model {
    /// The epochs before the size of a batch.
    @discardableResult
    public func fit<Inputs: ModelArrays, Labels: ModelArrays>(
        _ x: Inputs, _ y: Labels, epochs: Int, batchSize: Int, verbose: any Verbosity = 1,
        callbacks: [Callback] = [], validationSplit: Double = 0,
        validationData: (x: Inputs, y: Labels)? = nil, shuffle: Bool = true,
        classWeight: [Int: Double]? = nil, classWeights: [String: [Int: Double]]? = nil,
        sampleWeight: (any ModelArrays)? = nil, initialEpoch: Int = 0, stepsPerEpoch: Int? = nil,
        validationSteps: Int? = nil, validationBatchSize: Int? = nil,
        validationFreq: any ValidationFrequency = 1,
        validationSampleWeight: (any ModelArrays)? = nil
    ) throws -> History {
        try fit(
            x, y, batchSize: batchSize, epochs: epochs, verbose: verbose, callbacks: callbacks,
            validationSplit: validationSplit, validationData: validationData, shuffle: shuffle,
            classWeight: classWeight, classWeights: classWeights, sampleWeight: sampleWeight,
            initialEpoch: initialEpoch, stepsPerEpoch: stepsPerEpoch,
            validationSteps: validationSteps, validationBatchSize: validationBatchSize,
            validationFreq: validationFreq, validationSampleWeight: validationSampleWeight)
    }

    /// What is shown before the epochs.
    @_disfavoredOverload
    @discardableResult
    public func fit<Inputs: ModelArrays, Labels: ModelArrays>(
        _ x: Inputs, _ y: Labels, verbose: any Verbosity, batchSize: Int = 32, epochs: Int,
        callbacks: [Callback] = [], validationSplit: Double = 0,
        validationData: (x: Inputs, y: Labels)? = nil, shuffle: Bool = true,
        classWeight: [Int: Double]? = nil, classWeights: [String: [Int: Double]]? = nil,
        sampleWeight: (any ModelArrays)? = nil, initialEpoch: Int = 0, stepsPerEpoch: Int? = nil,
        validationSteps: Int? = nil, validationBatchSize: Int? = nil,
        validationFreq: any ValidationFrequency = 1,
        validationSampleWeight: (any ModelArrays)? = nil
    ) throws -> History {
        try fit(
            x, y, batchSize: batchSize, epochs: epochs, verbose: verbose, callbacks: callbacks,
            validationSplit: validationSplit, validationData: validationData, shuffle: shuffle,
            classWeight: classWeight, classWeights: classWeights, sampleWeight: sampleWeight,
            initialEpoch: initialEpoch, stepsPerEpoch: stepsPerEpoch,
            validationSteps: validationSteps, validationBatchSize: validationBatchSize,
            validationFreq: validationFreq, validationSampleWeight: validationSampleWeight)
    }

    /// What is shown last.
    @_disfavoredOverload
    @discardableResult
    public func fit<Inputs: ModelArrays, Labels: ModelArrays>(
        _ x: Inputs, _ y: Labels, batchSize: Int = 32, epochs: Int = 1, validationSplit: Double = 0,
        validationData: (x: Inputs, y: Labels)? = nil, shuffle: Bool = true, verbose: any Verbosity,
        callbacks: [Callback] = [], classWeight: [Int: Double]? = nil,
        classWeights: [String: [Int: Double]]? = nil, sampleWeight: (any ModelArrays)? = nil,
        initialEpoch: Int = 0, stepsPerEpoch: Int? = nil, validationSteps: Int? = nil,
        validationBatchSize: Int? = nil, validationFreq: any ValidationFrequency = 1,
        validationSampleWeight: (any ModelArrays)? = nil
    ) throws -> History {
        try fit(
            x, y, batchSize: batchSize, epochs: epochs, verbose: verbose, callbacks: callbacks,
            validationSplit: validationSplit, validationData: validationData, shuffle: shuffle,
            classWeight: classWeight, classWeights: classWeights, sampleWeight: sampleWeight,
            initialEpoch: initialEpoch, stepsPerEpoch: stepsPerEpoch,
            validationSteps: validationSteps, validationBatchSize: validationBatchSize,
            validationFreq: validationFreq, validationSampleWeight: validationSampleWeight)
    }

    /// The epochs before the size of a batch, what is shown last.
    @_disfavoredOverload
    @discardableResult
    public func fit<Inputs: ModelArrays, Labels: ModelArrays>(
        _ x: Inputs, _ y: Labels, epochs: Int, batchSize: Int, validationSplit: Double = 0,
        validationData: (x: Inputs, y: Labels)? = nil, shuffle: Bool = true, verbose: any Verbosity,
        callbacks: [Callback] = [], classWeight: [Int: Double]? = nil,
        classWeights: [String: [Int: Double]]? = nil, sampleWeight: (any ModelArrays)? = nil,
        initialEpoch: Int = 0, stepsPerEpoch: Int? = nil, validationSteps: Int? = nil,
        validationBatchSize: Int? = nil, validationFreq: any ValidationFrequency = 1,
        validationSampleWeight: (any ModelArrays)? = nil
    ) throws -> History {
        try fit(
            x, y, batchSize: batchSize, epochs: epochs, verbose: verbose, callbacks: callbacks,
            validationSplit: validationSplit, validationData: validationData, shuffle: shuffle,
            classWeight: classWeight, classWeights: classWeights, sampleWeight: sampleWeight,
            initialEpoch: initialEpoch, stepsPerEpoch: stepsPerEpoch,
            validationSteps: validationSteps, validationBatchSize: validationBatchSize,
            validationFreq: validationFreq, validationSampleWeight: validationSampleWeight)
    }

    /// The callbacks last.
    @_disfavoredOverload
    @discardableResult
    public func fit<Inputs: ModelArrays, Labels: ModelArrays>(
        _ x: Inputs, _ y: Labels, batchSize: Int = 32, epochs: Int = 1, verbose: any Verbosity = 1,
        validationSplit: Double = 0, validationData: (x: Inputs, y: Labels)? = nil,
        shuffle: Bool = true, callbacks: [Callback], classWeight: [Int: Double]? = nil,
        classWeights: [String: [Int: Double]]? = nil, sampleWeight: (any ModelArrays)? = nil,
        initialEpoch: Int = 0, stepsPerEpoch: Int? = nil, validationSteps: Int? = nil,
        validationBatchSize: Int? = nil, validationFreq: any ValidationFrequency = 1,
        validationSampleWeight: (any ModelArrays)? = nil
    ) throws -> History {
        try fit(
            x, y, batchSize: batchSize, epochs: epochs, verbose: verbose, callbacks: callbacks,
            validationSplit: validationSplit, validationData: validationData, shuffle: shuffle,
            classWeight: classWeight, classWeights: classWeights, sampleWeight: sampleWeight,
            initialEpoch: initialEpoch, stepsPerEpoch: stepsPerEpoch,
            validationSteps: validationSteps, validationBatchSize: validationBatchSize,
            validationFreq: validationFreq, validationSampleWeight: validationSampleWeight)
    }

    /// The callbacks last, the epochs before the size of a batch.
    @_disfavoredOverload
    @discardableResult
    public func fit<Inputs: ModelArrays, Labels: ModelArrays>(
        _ x: Inputs, _ y: Labels, epochs: Int, batchSize: Int, verbose: any Verbosity = 1,
        validationSplit: Double = 0, validationData: (x: Inputs, y: Labels)? = nil,
        shuffle: Bool = true, callbacks: [Callback], classWeight: [Int: Double]? = nil,
        classWeights: [String: [Int: Double]]? = nil, sampleWeight: (any ModelArrays)? = nil,
        initialEpoch: Int = 0, stepsPerEpoch: Int? = nil, validationSteps: Int? = nil,
        validationBatchSize: Int? = nil, validationFreq: any ValidationFrequency = 1,
        validationSampleWeight: (any ModelArrays)? = nil
    ) throws -> History {
        try fit(
            x, y, batchSize: batchSize, epochs: epochs, verbose: verbose, callbacks: callbacks,
            validationSplit: validationSplit, validationData: validationData, shuffle: shuffle,
            classWeight: classWeight, classWeights: classWeights, sampleWeight: sampleWeight,
            initialEpoch: initialEpoch, stepsPerEpoch: stepsPerEpoch,
            validationSteps: validationSteps, validationBatchSize: validationBatchSize,
            validationFreq: validationFreq, validationSampleWeight: validationSampleWeight)
    }

    /// The callbacks behind the validation, what is shown last.
    @_disfavoredOverload
    @discardableResult
    public func fit<Inputs: ModelArrays, Labels: ModelArrays>(
        _ x: Inputs, _ y: Labels, batchSize: Int = 32, epochs: Int = 1, validationSplit: Double = 0,
        validationData: (x: Inputs, y: Labels)? = nil, callbacks: [Callback],
        verbose: any Verbosity, shuffle: Bool = true, classWeight: [Int: Double]? = nil,
        classWeights: [String: [Int: Double]]? = nil, sampleWeight: (any ModelArrays)? = nil,
        initialEpoch: Int = 0, stepsPerEpoch: Int? = nil, validationSteps: Int? = nil,
        validationBatchSize: Int? = nil, validationFreq: any ValidationFrequency = 1,
        validationSampleWeight: (any ModelArrays)? = nil
    ) throws -> History {
        try fit(
            x, y, batchSize: batchSize, epochs: epochs, verbose: verbose, callbacks: callbacks,
            validationSplit: validationSplit, validationData: validationData, shuffle: shuffle,
            classWeight: classWeight, classWeights: classWeights, sampleWeight: sampleWeight,
            initialEpoch: initialEpoch, stepsPerEpoch: stepsPerEpoch,
            validationSteps: validationSteps, validationBatchSize: validationBatchSize,
            validationFreq: validationFreq, validationSampleWeight: validationSampleWeight)
    }

    /// The callbacks behind the validation, the epochs before the size of a batch, what is shown last.
    @_disfavoredOverload
    @discardableResult
    public func fit<Inputs: ModelArrays, Labels: ModelArrays>(
        _ x: Inputs, _ y: Labels, epochs: Int, batchSize: Int, validationSplit: Double = 0,
        validationData: (x: Inputs, y: Labels)? = nil, callbacks: [Callback],
        verbose: any Verbosity, shuffle: Bool = true, classWeight: [Int: Double]? = nil,
        classWeights: [String: [Int: Double]]? = nil, sampleWeight: (any ModelArrays)? = nil,
        initialEpoch: Int = 0, stepsPerEpoch: Int? = nil, validationSteps: Int? = nil,
        validationBatchSize: Int? = nil, validationFreq: any ValidationFrequency = 1,
        validationSampleWeight: (any ModelArrays)? = nil
    ) throws -> History {
        try fit(
            x, y, batchSize: batchSize, epochs: epochs, verbose: verbose, callbacks: callbacks,
            validationSplit: validationSplit, validationData: validationData, shuffle: shuffle,
            classWeight: classWeight, classWeights: classWeights, sampleWeight: sampleWeight,
            initialEpoch: initialEpoch, stepsPerEpoch: stepsPerEpoch,
            validationSteps: validationSteps, validationBatchSize: validationBatchSize,
            validationFreq: validationFreq, validationSampleWeight: validationSampleWeight)
    }

    /// The part that is only evaluated first.
    @_disfavoredOverload
    @discardableResult
    public func fit<Inputs: ModelArrays, Labels: ModelArrays>(
        _ x: Inputs, _ y: Labels, validationSplit: Double, epochs: Int, batchSize: Int = 32,
        verbose: any Verbosity = 1, callbacks: [Callback] = [], shuffle: Bool = true,
        classWeight: [Int: Double]? = nil, classWeights: [String: [Int: Double]]? = nil,
        sampleWeight: (any ModelArrays)? = nil, initialEpoch: Int = 0, stepsPerEpoch: Int? = nil,
        validationSteps: Int? = nil, validationBatchSize: Int? = nil,
        validationFreq: any ValidationFrequency = 1,
        validationSampleWeight: (any ModelArrays)? = nil
    ) throws -> History {
        try fit(
            x, y, batchSize: batchSize, epochs: epochs, verbose: verbose, callbacks: callbacks,
            validationSplit: validationSplit, shuffle: shuffle, classWeight: classWeight,
            classWeights: classWeights, sampleWeight: sampleWeight, initialEpoch: initialEpoch,
            stepsPerEpoch: stepsPerEpoch, validationSteps: validationSteps,
            validationBatchSize: validationBatchSize, validationFreq: validationFreq,
            validationSampleWeight: validationSampleWeight)
    }

    /// Samples that are only evaluated first.
    @_disfavoredOverload
    @discardableResult
    public func fit<Inputs: ModelArrays, Labels: ModelArrays>(
        _ x: Inputs, _ y: Labels, validationData: (x: Inputs, y: Labels), epochs: Int,
        batchSize: Int = 32, verbose: any Verbosity = 1, callbacks: [Callback] = [],
        shuffle: Bool = true, classWeight: [Int: Double]? = nil,
        classWeights: [String: [Int: Double]]? = nil, sampleWeight: (any ModelArrays)? = nil,
        initialEpoch: Int = 0, stepsPerEpoch: Int? = nil, validationSteps: Int? = nil,
        validationBatchSize: Int? = nil, validationFreq: any ValidationFrequency = 1,
        validationSampleWeight: (any ModelArrays)? = nil
    ) throws -> History {
        try fit(
            x, y, batchSize: batchSize, epochs: epochs, verbose: verbose, callbacks: callbacks,
            validationData: validationData, shuffle: shuffle, classWeight: classWeight,
            classWeights: classWeights, sampleWeight: sampleWeight, initialEpoch: initialEpoch,
            stepsPerEpoch: stepsPerEpoch, validationSteps: validationSteps,
            validationBatchSize: validationBatchSize, validationFreq: validationFreq,
            validationSampleWeight: validationSampleWeight)
    }

    /// The size of a batch after what is only evaluated.
    @_disfavoredOverload
    @discardableResult
    public func fit<Inputs: ModelArrays, Labels: ModelArrays>(
        _ x: Inputs, _ y: Labels, epochs: Int, validationSplit: Double = 0,
        validationData: (x: Inputs, y: Labels)? = nil, batchSize: Int, verbose: any Verbosity = 1,
        callbacks: [Callback] = [], shuffle: Bool = true, classWeight: [Int: Double]? = nil,
        classWeights: [String: [Int: Double]]? = nil, sampleWeight: (any ModelArrays)? = nil,
        initialEpoch: Int = 0, stepsPerEpoch: Int? = nil, validationSteps: Int? = nil,
        validationBatchSize: Int? = nil, validationFreq: any ValidationFrequency = 1,
        validationSampleWeight: (any ModelArrays)? = nil
    ) throws -> History {
        try fit(
            x, y, batchSize: batchSize, epochs: epochs, verbose: verbose, callbacks: callbacks,
            validationSplit: validationSplit, validationData: validationData, shuffle: shuffle,
            classWeight: classWeight, classWeights: classWeights, sampleWeight: sampleWeight,
            initialEpoch: initialEpoch, stepsPerEpoch: stepsPerEpoch,
            validationSteps: validationSteps, validationBatchSize: validationBatchSize,
            validationFreq: validationFreq, validationSampleWeight: validationSampleWeight)
    }

    /// The steps of an epoch before what is shown and what is only evaluated.
    @_disfavoredOverload
    @discardableResult
    public func fit<Inputs: ModelArrays, Labels: ModelArrays>(
        _ x: Inputs, _ y: Labels, epochs: Int, stepsPerEpoch: Int, verbose: any Verbosity = 1,
        callbacks: [Callback] = [], validationSplit: Double = 0,
        validationData: (x: Inputs, y: Labels)? = nil, shuffle: Bool = true,
        classWeight: [Int: Double]? = nil, classWeights: [String: [Int: Double]]? = nil,
        sampleWeight: (any ModelArrays)? = nil, initialEpoch: Int = 0, validationSteps: Int? = nil,
        validationBatchSize: Int? = nil, validationFreq: any ValidationFrequency = 1,
        validationSampleWeight: (any ModelArrays)? = nil
    ) throws -> History {
        try fit(
            x, y, epochs: epochs, verbose: verbose, callbacks: callbacks,
            validationSplit: validationSplit, validationData: validationData, shuffle: shuffle,
            classWeight: classWeight, classWeights: classWeights, sampleWeight: sampleWeight,
            initialEpoch: initialEpoch, stepsPerEpoch: stepsPerEpoch,
            validationSteps: validationSteps, validationBatchSize: validationBatchSize,
            validationFreq: validationFreq, validationSampleWeight: validationSampleWeight)
    }

    /// The steps of an epoch before the epochs.
    @_disfavoredOverload
    @discardableResult
    public func fit<Inputs: ModelArrays, Labels: ModelArrays>(
        _ x: Inputs, _ y: Labels, stepsPerEpoch: Int, epochs: Int, verbose: any Verbosity = 1,
        callbacks: [Callback] = [], validationSplit: Double = 0,
        validationData: (x: Inputs, y: Labels)? = nil, shuffle: Bool = true,
        classWeight: [Int: Double]? = nil, classWeights: [String: [Int: Double]]? = nil,
        sampleWeight: (any ModelArrays)? = nil, initialEpoch: Int = 0, validationSteps: Int? = nil,
        validationBatchSize: Int? = nil, validationFreq: any ValidationFrequency = 1,
        validationSampleWeight: (any ModelArrays)? = nil
    ) throws -> History {
        try fit(
            x, y, epochs: epochs, verbose: verbose, callbacks: callbacks,
            validationSplit: validationSplit, validationData: validationData, shuffle: shuffle,
            classWeight: classWeight, classWeights: classWeights, sampleWeight: sampleWeight,
            initialEpoch: initialEpoch, stepsPerEpoch: stepsPerEpoch,
            validationSteps: validationSteps, validationBatchSize: validationBatchSize,
            validationFreq: validationFreq, validationSampleWeight: validationSampleWeight)
    }

    /// The first epoch before the last.
    @_disfavoredOverload
    @discardableResult
    public func fit<Inputs: ModelArrays, Labels: ModelArrays>(
        _ x: Inputs, _ y: Labels, initialEpoch: Int, epochs: Int, batchSize: Int = 32,
        verbose: any Verbosity = 1,
        callbacks: [Callback] = [], validationSplit: Double = 0,
        validationData: (x: Inputs, y: Labels)? = nil, shuffle: Bool = true,
        classWeight: [Int: Double]? = nil, classWeights: [String: [Int: Double]]? = nil,
        sampleWeight: (any ModelArrays)? = nil, stepsPerEpoch: Int? = nil,
        validationSteps: Int? = nil,
        validationBatchSize: Int? = nil, validationFreq: any ValidationFrequency = 1,
        validationSampleWeight: (any ModelArrays)? = nil
    ) throws -> History {
        try fit(
            x, y, batchSize: batchSize, epochs: epochs, verbose: verbose, callbacks: callbacks,
            validationSplit: validationSplit, validationData: validationData, shuffle: shuffle,
            classWeight: classWeight, classWeights: classWeights, sampleWeight: sampleWeight,
            initialEpoch: initialEpoch, stepsPerEpoch: stepsPerEpoch,
            validationSteps: validationSteps, validationBatchSize: validationBatchSize,
            validationFreq: validationFreq, validationSampleWeight: validationSampleWeight)
    }

    /// Data by name.
    @discardableResult
    public func fit<Inputs: ModelArrays, Labels: ModelArrays>(
        x: Inputs, y: Labels, batchSize: Int = 32, epochs: Int = 1, verbose: any Verbosity = 1,
        callbacks: [Callback] = [], validationSplit: Double = 0,
        validationData: (x: Inputs, y: Labels)? = nil, shuffle: Bool = true,
        classWeight: [Int: Double]? = nil, classWeights: [String: [Int: Double]]? = nil,
        sampleWeight: (any ModelArrays)? = nil, initialEpoch: Int = 0, stepsPerEpoch: Int? = nil,
        validationSteps: Int? = nil, validationBatchSize: Int? = nil,
        validationFreq: any ValidationFrequency = 1,
        validationSampleWeight: (any ModelArrays)? = nil
    ) throws -> History {
        try fit(
            x, y, batchSize: batchSize, epochs: epochs, verbose: verbose, callbacks: callbacks,
            validationSplit: validationSplit, validationData: validationData, shuffle: shuffle,
            classWeight: classWeight, classWeights: classWeights, sampleWeight: sampleWeight,
            initialEpoch: initialEpoch, stepsPerEpoch: stepsPerEpoch,
            validationSteps: validationSteps, validationBatchSize: validationBatchSize,
            validationFreq: validationFreq, validationSampleWeight: validationSampleWeight)
    }

    /// Data by name, the epochs before the size of a batch.
    @_disfavoredOverload
    @discardableResult
    public func fit<Inputs: ModelArrays, Labels: ModelArrays>(
        x: Inputs, y: Labels, epochs: Int, batchSize: Int, verbose: any Verbosity = 1,
        callbacks: [Callback] = [], validationSplit: Double = 0,
        validationData: (x: Inputs, y: Labels)? = nil, shuffle: Bool = true,
        classWeight: [Int: Double]? = nil, classWeights: [String: [Int: Double]]? = nil,
        sampleWeight: (any ModelArrays)? = nil, initialEpoch: Int = 0, stepsPerEpoch: Int? = nil,
        validationSteps: Int? = nil, validationBatchSize: Int? = nil,
        validationFreq: any ValidationFrequency = 1,
        validationSampleWeight: (any ModelArrays)? = nil
    ) throws -> History {
        try fit(
            x, y, batchSize: batchSize, epochs: epochs, verbose: verbose, callbacks: callbacks,
            validationSplit: validationSplit, validationData: validationData, shuffle: shuffle,
            classWeight: classWeight, classWeights: classWeights, sampleWeight: sampleWeight,
            initialEpoch: initialEpoch, stepsPerEpoch: stepsPerEpoch,
            validationSteps: validationSteps, validationBatchSize: validationBatchSize,
            validationFreq: validationFreq, validationSampleWeight: validationSampleWeight)
    }

    /// Data by name, the callbacks last.
    @_disfavoredOverload
    @discardableResult
    public func fit<Inputs: ModelArrays, Labels: ModelArrays>(
        x: Inputs, y: Labels, batchSize: Int = 32, epochs: Int = 1, verbose: any Verbosity = 1,
        validationSplit: Double = 0, validationData: (x: Inputs, y: Labels)? = nil,
        shuffle: Bool = true, callbacks: [Callback], classWeight: [Int: Double]? = nil,
        classWeights: [String: [Int: Double]]? = nil, sampleWeight: (any ModelArrays)? = nil,
        initialEpoch: Int = 0, stepsPerEpoch: Int? = nil, validationSteps: Int? = nil,
        validationBatchSize: Int? = nil, validationFreq: any ValidationFrequency = 1,
        validationSampleWeight: (any ModelArrays)? = nil
    ) throws -> History {
        try fit(
            x, y, batchSize: batchSize, epochs: epochs, verbose: verbose, callbacks: callbacks,
            validationSplit: validationSplit, validationData: validationData, shuffle: shuffle,
            classWeight: classWeight, classWeights: classWeights, sampleWeight: sampleWeight,
            initialEpoch: initialEpoch, stepsPerEpoch: stepsPerEpoch,
            validationSteps: validationSteps, validationBatchSize: validationBatchSize,
            validationFreq: validationFreq, validationSampleWeight: validationSampleWeight)
    }

    /// Samples without labels, the epochs before the size of a batch.
    @discardableResult
    public func fit<Inputs: ModelArrays>(
        _ x: Inputs, epochs: Int, batchSize: Int, verbose: any Verbosity = 1,
        callbacks: [Callback] = [], validationSplit: Double = 0, validationData: Inputs? = nil,
        shuffle: Bool = true, initialEpoch: Int = 0, stepsPerEpoch: Int? = nil,
        validationSteps: Int? = nil, validationBatchSize: Int? = nil,
        validationFreq: any ValidationFrequency = 1
    ) throws -> History {
        try fit(
            x, batchSize: batchSize, epochs: epochs, verbose: verbose, callbacks: callbacks,
            validationSplit: validationSplit, validationData: validationData, shuffle: shuffle,
            initialEpoch: initialEpoch, stepsPerEpoch: stepsPerEpoch,
            validationSteps: validationSteps, validationBatchSize: validationBatchSize,
            validationFreq: validationFreq)
    }

    /// Data by name.
    public func evaluate(
        x: some ModelArrays, y: some ModelArrays, batchSize: Int = 32, verbose: any Verbosity = 1,
        sampleWeight: (any ModelArrays)? = nil
    ) throws -> Figures {
        try evaluate(x, y, batchSize: batchSize, verbose: verbose, sampleWeight: sampleWeight)
    }

    /// What is shown before the size of a batch.
    @_disfavoredOverload
    public func evaluate(
        _ x: some ModelArrays, _ y: some ModelArrays, verbose: any Verbosity, batchSize: Int,
        sampleWeight: (any ModelArrays)? = nil
    ) throws -> Figures {
        try evaluate(x, y, batchSize: batchSize, verbose: verbose, sampleWeight: sampleWeight)
    }
}
