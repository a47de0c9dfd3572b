import CFFmpegSupport
import Logging
import SystemPackage

/// One opened regular file as FFmpeg sees it: our own descriptor, the deadline of the running operation and the
/// logger for FFmpeg's lines. Names never reach FFmpeg, so "a:b.mp4" or "http://x" are files like any other.
final class Session {
    let raw: OpaquePointer
    let fileSize: Int64
    private let sink: LogSink?
    private var timeout: Double = .infinity

    private static let logRedirected: Void = nr_redirect_log()

    convenience init(_ path: FilePath, timeout: Double, logger: Logger?) throws(MediaError) {
        _ = Self.logRedirected
        var descriptor: CInt = -1
        var size: Int64 = 0
        let status = path.withPlatformString { nr_open_regular_file($0, &descriptor, &size) }
        guard status == 0 else {
            throw .unreadable(reason: status < 0 ? "not a regular file" : Errno(rawValue: status).description)
        }
        let sink = logger.flatMap { $0.logLevel <= .debug ? LogSink(logger: $0) : nil }
        let context = sink.map { Unmanaged.passUnretained($0).toOpaque() }
        guard let raw = nr_session_open(descriptor, size, sink == nil ? nil : LogSink.write, context) else {
            throw .outOfMemory
        }
        self.init(raw: raw, fileSize: size, sink: sink)
        guard size > 0 else { throw .notMedia }
        restartDeadline(timeout)
    }

    private init(raw: OpaquePointer, fileSize: Int64, sink: LogSink?) {
        self.raw = raw
        self.fileSize = fileSize
        self.sink = sink
    }

    deinit { nr_session_close(raw) }

    /// Runs `body` with the log lines of this thread going to this session.
    func run<Result>(_ body: () throws(MediaError) -> Result) throws(MediaError) -> Result {
        let before = nr_session_enter(raw)
        defer { nr_session_enter(before) }
        return try body()
    }

    /// The operation now has `seconds` until its next sign of progress.
    func restartDeadline(_ seconds: Double) {
        timeout = seconds
        nr_session_set_deadline(raw, seconds)
    }

    /// Something was decoded: the full time again for what follows.
    func progressed() {
        nr_session_set_deadline(raw, timeout)
    }

    func checkDeadline() throws(MediaError) {
        if nr_session_expired(raw) { throw .timedOut(seconds: timeout) }
    }

    /// What a failed FFmpeg call means: the deadline, or `otherwise`.
    func failure(_ status: CInt, otherwise error: MediaError) -> MediaError {
        if status == nr_error_exit || nr_session_expired(raw) { return .timedOut(seconds: timeout) }
        if status == nr_error_no_memory { return .outOfMemory }
        return error
    }

    /// Up to `count` bytes from `offset`; fewer at the end of the file.
    func bytes(at offset: Int64, count: Int) throws(MediaError) -> [UInt8] {
        var status: Int64 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                status = nr_session_read(
                    raw, buffer.baseAddress! + filled, Int64(count - filled), offset + Int64(filled))
                guard status > 0 else { break }
                filled += Int(status)
            }
        }
        if status < 0 {
            throw failure(CInt(status), otherwise: .unreadable(reason: ffmpegMessage(CInt(status))))
        }
        return bytes
    }
}

extension MediaError {
    static let outOfMemory = MediaError.undecodable(reason: "not enough memory")
}

/// FFmpeg's words for a negative status, e.g. "Invalid data found when processing input".
func ffmpegMessage(_ status: CInt) -> String {
    var text = [CChar](repeating: 0, count: 128)
    av_strerror(status, &text, text.count)
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
}

/// Hands FFmpeg's lines to a logger at debug level; called from decoder threads as well.
private final class LogSink: Sendable {
    let logger: Logger

    init(logger: Logger) { self.logger = logger }

    static let write: nr_log_function = { context, _, line in
        guard let context, let line else { return }
        let sink = Unmanaged<LogSink>.fromOpaque(context).takeUnretainedValue()
        let text = String(cString: line)
        sink.logger.debug("FFmpeg: \(text.last == "\n" ? String(text.dropLast()) : text)")
    }
}
