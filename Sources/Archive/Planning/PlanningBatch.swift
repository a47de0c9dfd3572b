import GRDB

extension Archive {
    /// Runs many planning calls in one transaction: all of them are kept, or none if `body` throws.
    ///
    /// A commit each would cost most of a large plan's time. `body` calls this archive from its own thread only (another
    /// one would wait for it for ever), and should hold a few hundred files, not all of them.
    public func planningBatch<T>(_ body: () throws -> T) throws -> T {
        do {
            return try transaction { _ in try body() }
        } catch let error as DatabaseError {
            throw ArchiveError(error, path: path)
        }
    }
}
