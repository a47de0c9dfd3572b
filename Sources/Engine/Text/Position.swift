/// A token's place for rotary embedding: time, row, column. Text and sound have all three equal; video times may be
/// fractions.
public struct Position: Sendable, Equatable {
    public var t: Float
    public var h: Float
    public var w: Float

    public init(t: Float, h: Float, w: Float) {
        self.t = t
        self.h = h
        self.w = w
    }

    public init(_ all: Float) { self.init(t: all, h: all, w: all) }

    var largest: Float { max(t, h, w) }
}
