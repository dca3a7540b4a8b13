// Functions that Swift has for numbers, for tensors: `abs(x - y)`, `exp(-x)`. They stand back where numbers are meant: a literal may be both.

/// |x|, element by element.
@_disfavoredOverload
public func abs(_ x: Tensor) -> Tensor { ops.abs(x) }

/// eˣ, element by element.
@_disfavoredOverload
public func exp(_ x: Tensor) -> Tensor { ops.exp(x) }

/// The natural logarithm, element by element.
@_disfavoredOverload
public func log(_ x: Tensor) -> Tensor { ops.log(x) }

/// The square root, element by element.
@_disfavoredOverload
public func sqrt(_ x: Tensor) -> Tensor { ops.sqrt(x) }

/// Powers, element by element.
@_disfavoredOverload
public func pow(_ x: Tensor, _ exponent: some TensorConvertible) -> Tensor { x ** exponent.tensor }

/// The sine, element by element.
@_disfavoredOverload
public func sin(_ x: Tensor) -> Tensor { ops.sin(x) }

/// The cosine, element by element.
@_disfavoredOverload
public func cos(_ x: Tensor) -> Tensor { ops.cos(x) }

/// The hyperbolic tangent, element by element.
@_disfavoredOverload
public func tanh(_ x: Tensor) -> Tensor { ops.tanh(x) }

/// The larger of both, element by element.
@_disfavoredOverload
public func max(_ a: Tensor, _ b: some TensorConvertible) -> Tensor { ops.maximum(a, b) }

/// The smaller of both, element by element.
@_disfavoredOverload
public func min(_ a: Tensor, _ b: some TensorConvertible) -> Tensor { ops.minimum(a, b) }
