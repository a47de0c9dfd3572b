import SystemPackage

/// A unit handed to the runner.
public struct UnitWork: Sendable, Equatable {
    public var id: Int64
    /// One of the paths that has this content: of those seen most recently the first in byte order.
    public var path: FilePath
    public var media: MediaRecord
    /// Seconds, exactly as stored: whole microseconds.
    public var start: Double
    public var end: Double
    public var recipe: RecipeRecord
    /// Earlier attempts, failed ones all.
    public var attempts: Int
}
