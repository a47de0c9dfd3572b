import Archive
import Features
import Logging
import Manifest
import Media
import SystemPackage

/// What is known of one input file once it has been looked at.
struct InspectedFile: Sendable {
    var file: InputFile
    /// nil: the file could not be read.
    var stamp: FileStamp?
    var media: MediaRecord
    /// Its content was known from an earlier run.
    var isKnown: Bool
    var sound: SoundSpans
    /// Segmentation keys of `sound` that the archive does not have yet.
    var newCuts: Set<String>
}

/// Looks at one file: unchanged since last time, or hashed, probed and, where a task hears it, cut.
///
/// Reads the archive, never writes it; several threads may share one inspector.
struct FileInspector: Sendable {
    let archive: Archive
    let tasks: [JobTask]
    let logger: Logger?
    let stop: StopSignal

    /// nil: stopped in between. Whatever is wrong with the file is in the record; only the archive's errors are thrown.
    func inspect(_ file: InputFile) throws(ArchiveError) -> InspectedFile? {
        let expected = file.path.extension.flatMap(mediaType(ofExtension:))
        let stamp: FileStamp
        do {
            stamp = try fileStamp(of: file.path)
        } catch {
            return unreadable(file, expected: expected, error: error)
        }
        if let known = try archive.media(at: file.path, stamp: stamp), known.record.isSettled {
            return try withSound(file, stamp: stamp, media: known.record, isKnown: true)
        }
        let hash: String
        do {
            guard let complete = try contentHash(of: file.path, isStopped: { stop.isRequested }) else { return nil }
            hash = complete
        } catch {
            return unreadable(file, expected: expected, error: error)
        }
        if let known = try archive.media(hash: hash), known.record.isSettled {
            return try withSound(file, stamp: stamp, media: known.record, isKnown: true)
        }
        let media: MediaRecord
        do {
            media = MediaRecord(
                hash: hash, bytes: stamp.size, info: try MediaProbe.probe(file.path, logger: logger))
        } catch {
            media = MediaRecord(hash: hash, bytes: stamp.size, expected: expected, error: error)
        }
        return try withSound(file, stamp: stamp, media: media, isKnown: false)
    }

    private func unreadable(_ file: InputFile, expected: MediaType?, error: MediaError) -> InspectedFile {
        let media = MediaRecord(hash: unreadableHash(of: file.path), bytes: 0, expected: expected, error: error)
        return InspectedFile(
            file: file, stamp: nil, media: media, isKnown: false, sound: SoundSpans(), newCuts: [])
    }

    private func withSound(
        _ file: InputFile, stamp: FileStamp, media: MediaRecord, isKnown: Bool
    ) throws(ArchiveError) -> InspectedFile? {
        var sound = SoundSpans()
        var missing: [(key: String, seconds: Double)] = []
        let known = isKnown ? try archive.media(hash: media.hash) : nil
        for cut in soundCuts(media: media, tasks: tasks) {
            if let known, let spans = try archive.spans(media: known.id, segmentation: cut.key) {
                sound.spans[cut.key] = spans.map { Span(start: $0.start, end: $0.end) }
            } else {
                missing.append(cut)
            }
        }
        if !missing.isEmpty {
            do {
                let lengths = missing.map(\.seconds)
                guard
                    let cuts = try cutSound(
                        of: file.path, lengths: lengths, logger: logger, isStopped: { stop.isRequested })
                else { return nil }
                for (cut, spans) in zip(missing, cuts) { sound.spans[cut.key] = spans }
            } catch {
                sound.errorClass = error.errorClass
                sound.error = error.description
                missing = []
            }
        }
        return InspectedFile(
            file: file, stamp: stamp, media: media, isKnown: isKnown, sound: sound, newCuts: Set(missing.map(\.key)))
    }
}

extension MediaRecord {
    /// Whether looking again can find nothing new: it opened, or failed in a way that does not pass.
    var isSettled: Bool {
        guard let errorClass else { return true }
        return !["unreadable", "timed_out"].contains(errorClass)
    }
}
