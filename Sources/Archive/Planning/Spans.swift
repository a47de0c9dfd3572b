import GRDB

extension Archive {
    /// Spans that this media was cut into before with these segmentation settings ("quiet:30"); nil: not yet. Seconds,
    /// rounded to microseconds as units store them.
    public func spans(media: Int64, segmentation: String) throws(ArchiveError) -> [(start: Double, end: Double)]? {
        try readOwnWrites { db in
            let id = try Int64.fetchOne(
                db.cachedStatement(sql: "SELECT id FROM segmentations WHERE media_id = ? AND settings = ?"),
                arguments: [media, segmentation])
            guard let id else { return nil }
            let rows = try Row.fetchAll(
                db.cachedStatement(
                    sql: "SELECT start_us, end_us FROM segments WHERE segmentation_id = ? ORDER BY position"),
                arguments: [id])
            return rows.map { (start: seconds($0["start_us"]), end: seconds($0["end_us"])) }
        }
    }

    /// Remembers the cuts, so that the next run need not decode the media to find them. Replaces earlier ones.
    public func saveSpans(
        _ spans: [(start: Double, end: Double)], media: Int64, segmentation: String
    ) throws(ArchiveError) {
        try write { db in
            try db.cachedStatement(sql: "DELETE FROM segmentations WHERE media_id = ? AND settings = ?")
                .execute(arguments: [media, segmentation])
            try db.cachedStatement(sql: "INSERT INTO segmentations (media_id, settings) VALUES (?, ?)")
                .execute(arguments: [media, segmentation])
            let id = db.lastInsertedRowID
            let insert = try db.cachedStatement(
                sql: "INSERT INTO segments (segmentation_id, position, start_us, end_us) VALUES (?, ?, ?, ?)")
            for (position, span) in spans.enumerated() {
                try insert.execute(arguments: [id, position, microseconds(span.start), microseconds(span.end)])
            }
        }
    }
}
