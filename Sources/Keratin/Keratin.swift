// All that a user imports. Of KeratinCore, which is written for authors of backends, only what users meet
// is passed on: its other names are too general for everybody's programs.

import KeratinCore
@_exported import KeratinIO
@_exported import KeratinLayers
@_exported import KeratinModels
@_exported import KeratinTensor

public typealias Backend = KeratinCore.Backend
public typealias BackendError = KeratinCore.BackendError
public typealias DType = KeratinCore.DType
public typealias DeviceInfo = KeratinCore.DeviceInfo
public typealias KeratinError = KeratinCore.KeratinError
public typealias Shape = KeratinCore.Shape
