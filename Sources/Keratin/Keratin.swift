// All that a user imports.

@_exported import KeratinCPU
@_exported import KeratinCore
@_exported import KeratinIO
@_exported import KeratinLayers
@_exported import KeratinModels
@_exported import KeratinOpenCL
@_exported import KeratinTensor
