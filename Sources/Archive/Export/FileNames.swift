import SystemPackage

/// Names for files made from media files, each once even where a file system ignores case.
struct FileNames {
    private var taken: Set<String> = []

    /// "talk" for clips/talk.mp3, "talk-2" for the next file called talk: the order of the calls decides.
    mutating func claimStem(for path: FilePath) -> String {
        let stem = FileNames.safe(path.stem ?? "media")
        var name = stem
        var number = 1
        while !taken.insert(name.lowercased()).inserted {
            number += 1
            name = "\(stem)-\(number)"
        }
        return name
    }

    /// A part of a name that every common file system takes: no separators, control or reserved characters, not hidden,
    /// no option for a command, at most 100 bytes.
    static func safe(_ text: String) -> String {
        var name = ""
        for scalar in text.unicodeScalars {
            let isUnsafe =
                scalar.properties.generalCategory == .control || "/\\:*?\"<>|\u{FFFD}".unicodeScalars.contains(scalar)
            name.unicodeScalars.append(isUnsafe ? "_" : scalar)
        }
        while name.utf8.count > 100 { name.removeLast() }
        if name.hasPrefix(".") || name.hasPrefix("-") { name = "_" + name.dropFirst() }
        return name.isEmpty ? "media" : name
    }
}
