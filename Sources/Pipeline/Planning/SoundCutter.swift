import Features
import Logging
import Media
import SystemPackage

/// Cuts the sound of a file at quiet places for every length asked for, in one pass over the stream.
///
/// Spans in seconds, tiling the sound; lengths in the order given. nil: stopped in between. Throws `MediaError` of the
/// decoder. Memory is one window.
func cutSound(
    of path: FilePath, lengths: [Double], logger: Logger?, isStopped: () -> Bool
) throws(MediaError) -> [[Span]]? {
    let reader = try AudioReader(path, logger: logger)
    let rate = AudioReader.sampleRate
    var cutters = lengths.map { QuietCutter(length: $0, slack: Segmentation.slack, sampleRate: rate) }
    var position = 0
    while true {
        if isStopped() { return nil }
        let samples = try reader.read(from: position, count: 10 * rate)
        if samples.isEmpty { break }
        for index in cutters.indices { cutters[index].append(samples) }
        position += samples.count
    }
    return cutters.indices.map { index in
        cutters[index].finish().map { range in
            Span(start: Double(range.lowerBound) / Double(rate), end: Double(range.upperBound) / Double(rate))
        }
    }
}
