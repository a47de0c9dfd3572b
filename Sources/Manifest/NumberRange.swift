/// What values a number of the manifest may have. `Schemas/job.schema.json` states the same bounds; the tests hold
/// the two together.
struct NumberRange: Sendable {
    enum Grain: String {
        case any = "a number"
        case whole = "a whole number"
        case even = "an even number"
    }

    var grain = Grain.any
    var lower: Double
    var excludesLower = false
    var upper: Double

    func contains(_ value: Double) -> Bool {
        guard value <= upper, excludesLower ? value > lower : value >= lower else { return false }
        switch grain {
        case .any: return true
        case .whole: return value == value.rounded()
        case .even: return value.truncatingRemainder(dividingBy: 2) == 0
        }
    }

    /// "above 0 and at most 30", "a whole number from 1 to 16384".
    var description: String {
        let bounds =
            excludesLower
            ? "above \(lower.plain) and at most \(upper.plain)" : "from \(lower.plain) to \(upper.plain)"
        return grain == .any ? bounds : "\(grain.rawValue) \(bounds)"
    }
}

extension Double {
    /// Without a fraction where there is none: 30 and not 30.0.
    var plain: String {
        Int64(exactly: self).map(String.init) ?? String(describing: self)
    }
}
