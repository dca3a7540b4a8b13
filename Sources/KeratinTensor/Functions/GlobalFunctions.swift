// Functions that Swift has for numbers, for tensors: `abs(x - y)`, `exp(-x)`.

/// |x|, element by element.
public func abs(_ x: Tensor) -> Tensor { ops.abs(x) }

/// eˣ, element by element.
public func exp(_ x: Tensor) -> Tensor { ops.exp(x) }

/// The natural logarithm, element by element.
public func log(_ x: Tensor) -> Tensor { ops.log(x) }

/// The square root, element by element.
public func sqrt(_ x: Tensor) -> Tensor { ops.sqrt(x) }

/// Powers, element by element.
public func pow(_ x: Tensor, _ exponent: some TensorConvertible) -> Tensor { x ** exponent.tensor }

/// The sine, element by element.
public func sin(_ x: Tensor) -> Tensor { ops.sin(x) }

/// The cosine, element by element.
public func cos(_ x: Tensor) -> Tensor { ops.cos(x) }

/// The hyperbolic tangent, element by element.
public func tanh(_ x: Tensor) -> Tensor { ops.tanh(x) }
