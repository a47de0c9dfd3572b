/// Model or machine not usable, or a prompt that the model cannot take: what, where, what to do. One line.
public struct EngineError: Error, Equatable, Sendable, CustomStringConvertible {
    public var description: String

    public init(_ description: String) { self.description = description }
}

/// How the thinker's linear layers are computed.
public enum Precision: String, Sendable, CaseIterable {
    /// INT8 weights as converted; activations quantised per token.
    case int8
    /// The reference path: an unquantised checkpoint, float32 arithmetic.
    case float32
}
