import Engine

/// Mean natural log-probability below which a text is flagged `low_confidence`: on average, each token was given less
/// than 1/e = 37 %. WhisperX and faster-whisper use the same limit.
let lowConfidence = -1.0

/// Peak of sound that counts as silence: -60 dBFS.
let silentPeak: Float = 0.001

/// Flags of a finished unit, sorted: what was noticed while decoding, and what the answer itself shows.
func unitFlags(media: Set<String>, answer: UnitAnswer, text: String) -> [String] {
    var flags = media
    switch answer.finishReason {
    case .stop: break
    case .length: flags.insert("cut_off")
    case .looped: flags.insert("looped")
    }
    if text.isEmpty { flags.insert("empty") }
    if answer.meanLogProbability < lowConfidence { flags.insert("low_confidence") }
    return flags.sorted()
}
