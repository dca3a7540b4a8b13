extension LayerRegistry {
    /// Every layer that files may name, by folder.
    static let allLayers: [any BuiltInLayer.Type] = [
        // Core
        Dense.self, EinsumDense.self, Embedding.self, ReversibleEmbedding.self, Input.self,
        Identity.self, LayerScale.self, Masking.self,
        // Activations
        Activation.self, ReLU.self, LeakyReLU.self, PReLU.self, ELU.self, Softmax.self,
        // Attention
        Attention.self, AdditiveAttention.self, MultiHeadAttention.self, GroupedQueryAttention.self,
        // Convolutional
        Conv1D.self, Conv2D.self, Conv3D.self,
        Conv1DTranspose.self, Conv2DTranspose.self, Conv3DTranspose.self,
        DepthwiseConv1D.self, DepthwiseConv2D.self, SeparableConv1D.self, SeparableConv2D.self,
        // Merging
        Add.self, Subtract.self, Multiply.self, Average.self, Maximum.self, Minimum.self,
        Concatenate.self, CustomScaleLayer.self, Dot.self,
        // Normalization
        BatchNormalization.self, LayerNormalization.self, GroupNormalization.self,
        RMSNormalization.self, SpectralNormalization.self, UnitNormalization.self,
        // Pooling
        MaxPooling1D.self, MaxPooling2D.self, MaxPooling3D.self,
        AveragePooling1D.self, AveragePooling2D.self, AveragePooling3D.self,
        GlobalMaxPooling1D.self, GlobalMaxPooling2D.self, GlobalMaxPooling3D.self,
        GlobalAveragePooling1D.self, GlobalAveragePooling2D.self, GlobalAveragePooling3D.self,
        AdaptiveMaxPooling1D.self, AdaptiveMaxPooling2D.self, AdaptiveMaxPooling3D.self,
        AdaptiveAveragePooling1D.self, AdaptiveAveragePooling2D.self,
        AdaptiveAveragePooling3D.self,
        // Preprocessing
        Normalization.self, Rescaling.self, Pipeline.self,
        // Images
        Resizing.self, CenterCrop.self, Solarization.self, AutoContrast.self, Equalization.self,
        ContrastLimitedAdaptiveHistogramEqualization.self, MaxNumBoundingBoxes.self,
        RandomFlip.self, RandomRotation.self, RandomZoom.self, RandomTranslation.self,
        RandomCrop.self, RandomContrast.self, RandomBrightness.self, RandomShear.self,
        RandomPerspective.self, RandomElasticTransform.self, RandomHue.self,
        RandomSaturation.self, RandomColorJitter.self, RandomColorDegeneration.self,
        RandomSharpness.self, RandomGrayscale.self, RandomInvert.self, RandomPosterization.self,
        RandomGaussianBlur.self, RandomErasing.self, MixUp.self, CutMix.self, RandAugment.self,
        AugMix.self,
        // Tables and sound
        CategoryEncoding.self, Discretization.self, Hashing.self, HashedCrossing.self,
        STFTSpectrogram.self, MelSpectrogram.self,
        // Recurrent
        RNN.self, SimpleRNN.self, GRU.self, LSTM.self, SimpleRNNCell.self, GRUCell.self,
        LSTMCell.self, StackedRNNCells.self, Bidirectional.self, TimeDistributed.self,
        ConvLSTM1D.self, ConvLSTM2D.self, ConvLSTM3D.self,
        // Regularization
        Dropout.self, SpatialDropout1D.self, SpatialDropout2D.self, SpatialDropout3D.self,
        GaussianNoise.self, GaussianDropout.self, AlphaDropout.self, ActivityRegularization.self,
        StochasticDepth.self,
        // Reshaping
        Flatten.self, Reshape.self, Permute.self, RepeatVector.self,
        ZeroPadding1D.self, ZeroPadding2D.self, ZeroPadding3D.self,
        Cropping1D.self, Cropping2D.self, Cropping3D.self,
        UpSampling1D.self, UpSampling2D.self, UpSampling3D.self,
    ]
    /// Layers that Keras 3 has no more, from files of the versions that had them.
    static let droppedLayers: [any BuiltInLayer.Type] = [
        LocallyConnected1D.self, LocallyConnected2D.self, BatchNormalizationMode.self, Highway.self,
        SReLU.self, ParametricSoftplus.self,
    ]
}
