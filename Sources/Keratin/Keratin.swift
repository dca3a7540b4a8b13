// All that a user imports. Of KeratinCore, which is written for authors of backends, only what users meet
// is passed on: its other names are too general for everybody's programs.

@_exported import KeratinApplications
import KeratinCore
@_exported import KeratinIO
@_exported import KeratinLayers
@_exported import KeratinModels
@_exported import KeratinTensor

/// What runs operations on a device; `BackendCatalog` has them by name.
public typealias Backend = KeratinCore.Backend
/// What goes wrong on a device: no memory left, a kernel that does not build, a driver that fails.
public typealias BackendError = KeratinCore.BackendError
/// The type of a tensor's elements.
public typealias DType = KeratinCore.DType
/// What is known of a device.
public typealias DeviceInfo = KeratinCore.DeviceInfo
/// What a user, a file or a model's definition did wrong.
public typealias KeratinError = KeratinCore.KeratinError
/// The extents of a tensor, outermost first.
public typealias Shape = KeratinCore.Shape
