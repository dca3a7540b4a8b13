import KeratinCPUKernelTable

/// This variant's kernels. Evaluate it only on a processor that has the variant's instructions.
package func makeKernelTable() -> CPUKernelTable {
    CPUKernelTable(
        name: variantName, vectorWidth: lanes, panelWidth: panelWidth,
        elementwise: ElementwiseKernels(
            unary: { unary($0, $1, $2, $3) },
            binary: { binary($0, $1, $2, $3, $4) },
            compare: { compare($0, $1, $2, $3, $4) },
            select: { select($0, $1, $2, $3, $4) },
            multiplyAdd: { multiplyAddEach($0, $1, $2, $3, $4) },
            philox: { philox($0, $1, $2, $3, $4, $5, $6, $7) }),
        rows: RowKernels(
            reduce: { reduceRow($0, $1, $2) },
            softmax: { softmaxRows($0, $1, $2, $3, $4) },
            softmaxGradient: { softmaxGradientRows($0, $1, $2, $3, $4, $5) },
            crossEntropy: { crossEntropyRows($0, $1, $2, $3, $4, $5) },
            crossEntropyGradient: { crossEntropyGradientRows($0, $1, $2, $3, $4, $5, $6) }),
        columns: ColumnKernels(
            accumulate: { accumulateColumns($0, $1, $2, $3, $4) },
            squaredDeviation: { squaredDeviationColumns($0, $1, $2, $3, $4) },
            normalize: { normalizeColumns($0, $1, $2, $3, $4, $5, $6) },
            gradientSums: { gradientSumsColumns($0, $1, $2, $3, $4, $5, $6) },
            gradientApply: { gradientApplyColumns($0, $1, $2, $3, $4, $5, $6, $7, $8) }),
        matrix: MatrixKernels(
            band: { matrixBand($0) },
            small: { matrixSmall($0) },
            packPanel: { packPanel($0, $1, $2, $3, $4, $5) },
            transpose: { transpose($0, $1, $2, $3, $4, $5) }),
        window: WindowKernels(
            depthwise: { depthwise($0, $1, $2, $3, $4, $5, $6, $7) },
            maximumGradient: { maximumGradient($0, $1, $2, $3, $4) },
            maximum: { maximumOfTaps($0, $1, $2, $3) },
            scaledSum: { scaledSumOfTaps($0, $1, $2, $3, $4) },
            addScaled: { addScaled($0, $1, $2, $3) }),
        recurrent: RecurrentKernels(
            simple: { recurrentSimple($0) },
            lstm: { recurrentLSTM($0) },
            gruGates: { recurrentGRUGates($0) },
            gruMix: { recurrentGRUMix($0) },
            gruMixResetBefore: { recurrentGRUMixResetBefore($0) },
            simpleGradient: { recurrentSimpleGradient($0) },
            lstmGradient: { recurrentLSTMGradient($0) },
            gruGradient: { recurrentGRUGradient($0) },
            gruGradientResetBefore: { recurrentGRUGradientResetBefore($0) },
            gruResetGradient: { recurrentGRUResetGradient($0) }),
        attention: AttentionKernels(
            weights: { attentionWeights($0) }, gradient: { attentionGradient($0) }),
        roofline: RooflineKernels(
            peak: { peak($0) }, peakOperations: 20 &* lanes, copy: { copy($0, $1, $2) }))
}
