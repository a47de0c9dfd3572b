import GRDB
import SystemPackage

extension Archive {
    /// Media of a file whose stamp is as last seen; nil: read it. A media that failed for a reason that may be gone is
    /// to be read again, too.
    public func media(at path: FilePath, stamp: FileStamp) throws(ArchiveError) -> (id: Int64, record: MediaRecord)? {
        try fetchMedia(
            where: "m.id = (SELECT media_id FROM files WHERE path = ? AND size = ? AND modified_ns = ? AND inode = ?)",
            [path.bytes, stamp.size, stamp.modifiedNanoseconds, Int64(bitPattern: stamp.inode)]
        ).flatMap { found in
            let isWorthAnotherLook = found.record.errorClass.map(RetryPolicy.transientClasses.contains) ?? false
            return isWorthAnotherLook ? nil : found
        }
    }

    public func media(hash: String) throws(ArchiveError) -> (id: Int64, record: MediaRecord)? {
        try fetchMedia(where: "m.hash = ?", [hash])
    }

    /// Remembers that `path` has this content now; writes the media row if the hash is new, updates it if `record` is
    /// a better reading (an error before, none now). Returns the media's id.
    ///
    /// To be called for every file of a run, changed or not: what a run has seen is what `run` says. `stamp` nil: the
    /// file could not even be read; its media's hash is "unreadable:" and a digest of the path.
    public func saveFile(
        _ path: FilePath, stamp: FileStamp?, itemID: String?, media: MediaRecord, run: Int64
    ) throws(ArchiveError) -> Int64 {
        try write { db in
            let id = try save(media, run: run, db)
            try db.cachedStatement(sql: upsertFile).execute(arguments: [
                path.bytes, String(decoding: path.bytes, as: UTF8.self), stamp?.size, stamp?.modifiedNanoseconds,
                stamp.map { Int64(bitPattern: $0.inode) }, id, itemID.map(storable), run,
            ])
            return id
        }
    }

    private func fetchMedia(
        where condition: String, _ arguments: StatementArguments
    ) throws(ArchiveError) -> (id: Int64, record: MediaRecord)? {
        try readOwnWrites { db in
            let statement = try db.cachedStatement(
                sql: "SELECT m.id, \(MediaRecord.columns) FROM media m WHERE \(condition)")
            return try Row.fetchOne(statement, arguments: arguments).map { (id: $0["id"], MediaRecord(row: $0)) }
        }
    }
}

/// Writes the row where it is new or better than the known one; returns its id.
private func save(_ media: MediaRecord, run: Int64, _ db: Database) throws -> Int64 {
    let known = try Row.fetchOne(
        db.cachedStatement(sql: "SELECT id, error_class FROM media WHERE hash = ?"), arguments: [media.hash])
    if let known {
        let wasBroken = known["error_class"] as String? != nil
        guard wasBroken, media.errorClass == nil else { return known["id"] }
        try db.cachedStatement(sql: supersedeVerdicts).execute(arguments: [known["id"] as Int64, run])
    }
    try db.cachedStatement(sql: upsertMedia).execute(arguments: [
        media.hash, media.bytes, media.kind, media.format, media.duration.isFinite ? media.duration : 0,
        media.width, media.height, media.videoCodec, media.audioCodec, media.channels, media.sampleRate,
        media.errorClass, media.error.map(storable),
    ])
    return known?["id"] ?? db.lastInsertedRowID
}

private let upsertMedia = """
    INSERT INTO media (hash, bytes, kind, format, duration, width, height, video_codec, audio_codec, channels,
        sample_rate, error_class, error)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (hash) DO UPDATE SET
        kind = excluded.kind, format = excluded.format, duration = excluded.duration, width = excluded.width,
        height = excluded.height, video_codec = excluded.video_codec, audio_codec = excluded.audio_codec,
        channels = excluded.channels, sample_rate = excluded.sample_rate, error_class = NULL, error = NULL
    """

/// What the planner said of a media while it could not be opened: it may have said it of tasks that do not apply.
private let supersedeVerdicts = """
    UPDATE units SET superseded = 1
    WHERE media_id = ? AND plan_run <> ? AND attempts = 0 AND status IN ('failed', 'skipped')
    """

private let upsertFile = """
    INSERT INTO files (path, path_text, size, modified_ns, inode, media_id, item_id, last_run)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (path) DO UPDATE SET
        size = excluded.size, modified_ns = excluded.modified_ns, inode = excluded.inode,
        media_id = excluded.media_id, item_id = excluded.item_id, last_run = excluded.last_run
    """
