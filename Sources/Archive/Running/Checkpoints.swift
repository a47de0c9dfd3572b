import GRDB

extension Archive {
    /// Stores a unit's result: from the moment this returns a kill loses nothing of it.
    public func finish(_ unit: Int64, with result: UnitResult, run: Int64) throws(ArchiveError) {
        try write { db in
            try db.cachedStatement(
                sql: """
                    UPDATE units SET status = 'done', error_class = NULL, error = NULL, flags = ?,
                        attempts = attempts + 1, last_run = ? WHERE id = ?
                    """
            ).execute(arguments: [joined(flags: result.flags), run, unit])
            try db.cachedStatement(sql: insertResult).execute(arguments: [
                unit, storable(result.text), result.finishReason, result.meanLogProbability, result.confidence,
                result.promptTokens, result.mediaTokens, result.newTokens, result.secondsCovered,
                result.decodeMediaSeconds, result.encodeSeconds, result.prefillSeconds, result.generateSeconds,
            ])
            try db.cachedStatement(
                sql: """
                    UPDATE runs SET media_seconds = media_seconds + ?, prompt_tokens = prompt_tokens + ?,
                        new_tokens = new_tokens + ? WHERE id = ?
                    """
            ).execute(arguments: [
                result.secondsCovered, result.promptTokens, result.newTokens, run,
            ])
        }
    }

    /// Counts an attempt. `RetryPolicy` says from `errorClass` whether a later run tries again.
    public func fail(_ unit: Int64, errorClass: String, error: String, run: Int64) throws(ArchiveError) {
        try close(unit, as: .failed, errorClass: errorClass, error: error, run: run)
    }

    /// skipped: nothing to do for a stated reason.
    public func skip(_ unit: Int64, errorClass: String, reason: String, run: Int64) throws(ArchiveError) {
        try close(unit, as: .skipped, errorClass: errorClass, error: reason, run: run)
    }

    /// Units of the plan of `run` by state. A unit belongs to the newest run that planned it.
    public func counts(run: Int64) throws(ArchiveError) -> UnitCounts {
        try read { db in try unitCounts(db, run: run) }
    }

    private func close(
        _ unit: Int64, as status: UnitStatus, errorClass: String, error: String, run: Int64
    ) throws(ArchiveError) {
        try write { db in
            try db.cachedStatement(
                sql: """
                    UPDATE units SET status = ?, error_class = ?, error = ?, flags = '', attempts = attempts + 1,
                        last_run = ? WHERE id = ?
                    """
            ).execute(arguments: [status, storable(errorClass), storable(error), run, unit])
            try db.cachedStatement(sql: "DELETE FROM results WHERE unit_id = ?").execute(arguments: [unit])
        }
    }
}

private let insertResult = """
    INSERT OR REPLACE INTO results (unit_id, text, finish_reason, mean_log_probability, confidence, prompt_tokens,
        media_tokens, new_tokens, seconds_covered, decode_seconds, encode_seconds, prefill_seconds, generate_seconds,
        finished_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, \(now))
    """

func unitCounts(_ db: Database, run: Int64) throws -> UnitCounts {
    var counts = UnitCounts()
    let rows = try Row.fetchAll(
        db, sql: "SELECT status, units, span_us, flagged FROM tallies WHERE run_id = ?", arguments: [run])
    for row in rows {
        let units: Int = row["units"]
        switch row["status"] as UnitStatus {
        case .waiting:
            counts.waiting = units
            counts.waitingSeconds = seconds(row["span_us"])
        case .done:
            counts.done = units
            counts.doneSeconds = seconds(row["span_us"])
        case .failed: counts.failed = units
        case .skipped: counts.skipped = units
        }
        counts.flagged += row["flagged"]
    }
    return counts
}
