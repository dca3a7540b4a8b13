// Keras's other names of its layers.

/// Keras's other name of `MaxPooling1D`.
public typealias MaxPool1D = MaxPooling1D
/// Keras's other name of `AveragePooling1D`.
public typealias AvgPool1D = AveragePooling1D
/// Keras's other name of `GlobalMaxPooling1D`.
public typealias GlobalMaxPool1D = GlobalMaxPooling1D
/// Keras's other name of `GlobalAveragePooling1D`.
public typealias GlobalAvgPool1D = GlobalAveragePooling1D
/// Keras's other name of `Conv1D`.
public typealias Convolution1D = Conv1D
/// Keras's other name of `Conv1DTranspose`.
public typealias Convolution1DTranspose = Conv1DTranspose
/// Keras's other name of `MaxPooling2D`.
public typealias MaxPool2D = MaxPooling2D
/// Keras's other name of `AveragePooling2D`.
public typealias AvgPool2D = AveragePooling2D
/// Keras's other name of `GlobalMaxPooling2D`.
public typealias GlobalMaxPool2D = GlobalMaxPooling2D
/// Keras's other name of `GlobalAveragePooling2D`.
public typealias GlobalAvgPool2D = GlobalAveragePooling2D
/// Keras's other name of `Conv2D`.
public typealias Convolution2D = Conv2D
/// Keras's other name of `Conv2DTranspose`.
public typealias Convolution2DTranspose = Conv2DTranspose
/// Keras's other name of `MaxPooling3D`.
public typealias MaxPool3D = MaxPooling3D
/// Keras's other name of `AveragePooling3D`.
public typealias AvgPool3D = AveragePooling3D
/// Keras's other name of `GlobalMaxPooling3D`.
public typealias GlobalMaxPool3D = GlobalMaxPooling3D
/// Keras's other name of `GlobalAveragePooling3D`.
public typealias GlobalAvgPool3D = GlobalAveragePooling3D
/// Keras's other name of `Conv3D`.
public typealias Convolution3D = Conv3D
/// Keras's other name of `Conv3DTranspose`.
public typealias Convolution3DTranspose = Conv3DTranspose
/// Keras's other name of `SeparableConv1D`.
public typealias SeparableConvolution1D = SeparableConv1D
/// Keras's other name of `SeparableConv2D`.
public typealias SeparableConvolution2D = SeparableConv2D
/// Keras's class of `Input`.
public typealias InputLayer = Input
