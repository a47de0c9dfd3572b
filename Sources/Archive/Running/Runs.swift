import Foundation
import GRDB

extension Archive {
    /// Takes the run lock (released when the process ends, however it ends) and writes the run's row.
    ///
    /// - Throws: `ArchiveError.inUse` while another run holds the database.
    public func beginRun(_ run: RunRecord) throws(ArchiveError) -> Int64 {
        let lock = try RunLock.take(for: path)
        let since = localTime()
        lock.describe("a run that is just starting (\(ownProcess), since \(since))")
        let id: Int64
        do {
            id = try write { db in try insert(run, db) }
        } catch {
            lock.remove()
            throw error
        }
        lock.describe("run \(id) (\(ownProcess), since \(since))")
        runLock.withLock { $0 = lock }
        return id
    }

    /// `outcome`: finished, interrupted (a run without an end was killed). Releases the lock.
    public func endRun(_ run: Int64, outcome: String) throws(ArchiveError) {
        defer {
            runLock.withLock { lock in
                lock?.remove()
                lock = nil
            }
        }
        try write { db in
            try db.execute(
                sql: "UPDATE runs SET outcome = ?, finished_at = \(now) WHERE id = ?", arguments: [outcome, run])
        }
    }
}

/// SQL for the time, UTC in whole seconds: "2026-11-20T22:00:03Z".
let now = "strftime('%Y-%m-%dT%H:%M:%SZ', 'now')"

private func insert(_ run: RunRecord, _ db: Database) throws -> Int64 {
    // Whoever holds the lock knows that no earlier run is alive.
    try db.execute(sql: "UPDATE runs SET outcome = 'killed' WHERE outcome IS NULL")
    try db.execute(
        sql: """
            INSERT INTO models (fingerprint, name) VALUES (?, ?)
            ON CONFLICT (fingerprint) DO UPDATE SET name = excluded.name
            """,
        arguments: [run.modelFingerprint, storable(run.model)])
    try db.execute(
        sql: """
            INSERT INTO runs (started_at, manifest, model_id, precision, engine, version, threads, batch_size)
            SELECT \(now), ?, id, ?, ?, ?, ?, ? FROM models WHERE fingerprint = ?
            """,
        arguments: [
            storable(run.manifest), run.precision, run.engine, run.version, run.threads, run.batchSize,
            run.modelFingerprint,
        ])
    return db.lastInsertedRowID
}

private var ownProcess: String { "pid \(getpid()) on \(ProcessInfo.processInfo.hostName)" }

/// Hours, minutes and seconds on the wall.
private func localTime() -> String {
    var clock = time(nil)
    var parts = tm()
    localtime_r(&clock, &parts)
    func two(_ number: Int32) -> String { (number < 10 ? "0" : "") + String(number) }
    return [parts.tm_hour, parts.tm_min, parts.tm_sec].map(two).joined(separator: ":")
}
