/// Schema 1. docs/database.md explains every table; times are integer microseconds so that a span is an identity.
let schema1 = tables + indices + tallyTriggers + views

private let tables = """
    CREATE TABLE models (
        id INTEGER PRIMARY KEY,
        fingerprint TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL
    );

    CREATE TABLE runs (
        id INTEGER PRIMARY KEY,
        started_at TEXT NOT NULL,
        finished_at TEXT,
        outcome TEXT,
        manifest TEXT NOT NULL,
        model_id INTEGER NOT NULL REFERENCES models(id),
        precision TEXT NOT NULL,
        engine TEXT NOT NULL,
        version TEXT NOT NULL,
        threads INTEGER NOT NULL,
        batch_size INTEGER NOT NULL,
        media_seconds REAL NOT NULL DEFAULT 0,
        prompt_tokens INTEGER NOT NULL DEFAULT 0,
        new_tokens INTEGER NOT NULL DEFAULT 0
    );

    CREATE TABLE media (
        id INTEGER PRIMARY KEY,
        hash TEXT NOT NULL UNIQUE,
        bytes INTEGER NOT NULL,
        kind TEXT CHECK (kind IN ('image', 'video', 'audio')),
        format TEXT,
        duration REAL NOT NULL,
        width INTEGER,
        height INTEGER,
        video_codec TEXT,
        audio_codec TEXT,
        channels INTEGER,
        sample_rate INTEGER,
        error_class TEXT,
        error TEXT
    );

    CREATE TABLE files (
        id INTEGER PRIMARY KEY,
        path BLOB NOT NULL UNIQUE,
        path_text TEXT NOT NULL,
        size INTEGER,
        modified_ns INTEGER,
        inode INTEGER,
        media_id INTEGER NOT NULL REFERENCES media(id),
        item_id TEXT,
        last_run INTEGER NOT NULL REFERENCES runs(id)
    );

    CREATE TABLE segmentations (
        id INTEGER PRIMARY KEY,
        media_id INTEGER NOT NULL REFERENCES media(id),
        settings TEXT NOT NULL,
        UNIQUE (media_id, settings)
    );

    CREATE TABLE segments (
        segmentation_id INTEGER NOT NULL REFERENCES segmentations(id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        start_us INTEGER NOT NULL,
        end_us INTEGER NOT NULL,
        PRIMARY KEY (segmentation_id, position)
    ) WITHOUT ROWID;

    CREATE TABLE recipes (
        id INTEGER PRIMARY KEY,
        hash TEXT NOT NULL UNIQUE,
        task TEXT NOT NULL,
        kind TEXT NOT NULL,
        prompt TEXT NOT NULL,
        settings TEXT NOT NULL
    );

    CREATE TABLE units (
        id INTEGER PRIMARY KEY,
        media_id INTEGER NOT NULL REFERENCES media(id),
        recipe_id INTEGER NOT NULL REFERENCES recipes(id),
        model_id INTEGER NOT NULL REFERENCES models(id),
        start_us INTEGER NOT NULL,
        end_us INTEGER NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('waiting', 'done', 'failed', 'skipped')),
        superseded INTEGER NOT NULL DEFAULT 0 CHECK (superseded IN (0, 1)),
        attempts INTEGER NOT NULL DEFAULT 0,
        error_class TEXT,
        error TEXT,
        flags TEXT NOT NULL DEFAULT '',
        plan_run INTEGER NOT NULL REFERENCES runs(id),
        last_run INTEGER REFERENCES runs(id),
        UNIQUE (media_id, recipe_id, model_id, start_us, end_us),
        CHECK ((status IN ('failed', 'skipped')) = (error_class IS NOT NULL)),
        CHECK ((error_class IS NULL) = (error IS NULL))
    );

    CREATE TABLE results (
        unit_id INTEGER PRIMARY KEY REFERENCES units(id) ON DELETE CASCADE,
        text TEXT NOT NULL,
        finish_reason TEXT NOT NULL,
        mean_log_probability REAL,
        confidence REAL,
        prompt_tokens INTEGER NOT NULL,
        media_tokens INTEGER NOT NULL,
        new_tokens INTEGER NOT NULL,
        seconds_covered REAL NOT NULL,
        decode_seconds REAL NOT NULL,
        encode_seconds REAL NOT NULL,
        prefill_seconds REAL NOT NULL,
        generate_seconds REAL NOT NULL,
        finished_at TEXT NOT NULL
    );

    CREATE TABLE tallies (
        run_id INTEGER NOT NULL,
        status TEXT NOT NULL,
        units INTEGER NOT NULL,
        span_us INTEGER NOT NULL,
        flagged INTEGER NOT NULL,
        PRIMARY KEY (run_id, status)
    ) WITHOUT ROWID;

    """

/// `files_media` finds a media's newest path in one seek; the partial ones stay as small as what they list.
private let indices = """
    CREATE INDEX files_media ON files(media_id, last_run DESC, path);
    CREATE INDEX files_run ON files(last_run, media_id);
    CREATE INDEX units_waiting ON units(media_id, plan_run, start_us) WHERE status = 'waiting';
    CREATE INDEX units_failed ON units(plan_run, media_id) WHERE status = 'failed';
    CREATE INDEX units_flagged ON units(plan_run, flags) WHERE flags <> '';

    """

/// `tallies` holds the number of units of each run's plan by status, so that counting never scans units.
private let tallyTriggers = """
    CREATE TRIGGER units_tally_insert AFTER INSERT ON units BEGIN
        INSERT INTO tallies (run_id, status, units, span_us, flagged)
        VALUES (new.plan_run, new.status, 1, new.end_us - new.start_us, new.flags <> '')
        ON CONFLICT (run_id, status) DO UPDATE SET
            units = units + 1, span_us = span_us + excluded.span_us, flagged = flagged + excluded.flagged;
    END;

    CREATE TRIGGER units_tally_update AFTER UPDATE OF status, plan_run, flags ON units
    WHEN old.status <> new.status OR old.plan_run <> new.plan_run OR old.flags <> new.flags BEGIN
        UPDATE tallies SET
            units = units - 1, span_us = span_us - (old.end_us - old.start_us), flagged = flagged - (old.flags <> '')
        WHERE run_id = old.plan_run AND status = old.status;
        INSERT INTO tallies (run_id, status, units, span_us, flagged)
        VALUES (new.plan_run, new.status, 1, new.end_us - new.start_us, new.flags <> '')
        ON CONFLICT (run_id, status) DO UPDATE SET
            units = units + 1, span_us = span_us + excluded.span_us, flagged = flagged + excluded.flagged;
    END;

    CREATE TRIGGER units_tally_delete AFTER DELETE ON units BEGIN
        UPDATE tallies SET
            units = units - 1, span_us = span_us - (old.end_us - old.start_us), flagged = flagged - (old.flags <> '')
        WHERE run_id = old.plan_run AND status = old.status;
    END;

    """

private let views =
    resultView("captions", kinds: "'caption'")
    + resultView("transcripts", kinds: "'transcribe'")
    + resultView("analyses", kinds: "'ask', 'describe_audio'")
        + """
        CREATE VIEW problems AS
        SELECT f.path_text AS path, f.item_id AS id, u.start_us / 1e6 AS start, u.end_us / 1e6 AS "end", r.task AS task,
            u.status AS status, u.error_class AS error_class, u.error AS error, u.attempts AS attempts,
            m.hash AS media_hash
        FROM files f
        JOIN units u ON u.media_id = f.media_id
        JOIN media m ON m.id = u.media_id
        JOIN recipes r ON r.id = u.recipe_id
        WHERE u.status IN ('failed', 'skipped') AND u.superseded = 0;
        """

private func resultView(_ name: String, kinds: String) -> String {
    """
    CREATE VIEW \(name) AS
    SELECT f.path_text AS path, f.item_id AS id, u.start_us / 1e6 AS start, u.end_us / 1e6 AS "end", x.text AS text,
        r.task AS task, d.name AS model, x.confidence AS confidence, x.finish_reason AS finish_reason,
        u.flags AS flags, m.hash AS media_hash
    FROM files f
    JOIN units u ON u.media_id = f.media_id
    JOIN results x ON x.unit_id = u.id
    JOIN media m ON m.id = u.media_id
    JOIN recipes r ON r.id = u.recipe_id
    JOIN models d ON d.id = u.model_id
    WHERE r.kind IN (\(kinds)) AND u.status = 'done' AND u.superseded = 0;

    """
}
