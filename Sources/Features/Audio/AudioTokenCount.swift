/// Audio tokens that `frames` log-mel frames become: three stride-2 convolutions inside every 100-frame chunk, 13 tokens
/// for a full one. Qwen3-Omni technical report, section 2.3; 30 s give 390.
public func audioTokenCount(melFrames frames: Int) -> Int {
    let (chunks, rest) = frames.quotientAndRemainder(dividingBy: 100)
    return chunks * 13 + (rest + 7) / 8
}
