import SystemPackage
import Yams

/// The manifest as YAML nodes with their marks. JSON takes the same way, because it is YAML.
struct ManifestTree {
    var root: Node
    /// Keys that stood twice in a mapping: the earlier one's stand-in and what it was.
    var standIns: [String: String] = [:]

    /// nil: reported. Nesting is bounded by libyaml (1000 levels); aliases share their nodes and are never copied out.
    static func read(_ path: FilePath, _ mistakes: Mistakes) -> ManifestTree? {
        guard let text = ManifestText.read(path, mistakes) else { return nil }
        return parse(text, mistakes)
    }

    /// Yams gives up at the first key that stands twice. So that the other mistakes are found too, the earlier of the
    /// two is renamed to a stand-in of the same length and the text is parsed again.
    static func parse(_ text: String, _ mistakes: Mistakes) -> ManifestTree? {
        var text = text
        var standIns: [String: String] = [:]
        while true {
            do {
                guard let root = try Yams.compose(yaml: text, .basic, .default, .utf8) else {
                    mistakes.report("the manifest is empty; it needs at least inputs and tasks.", line: 1, column: 1)
                    return nil
                }
                return ManifestTree(root: root, standIns: standIns)
            } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
                let key = keys.first ?? ""
                guard standIns.count < 20,
                    let renamed = text.replacingKey(key, at: context.mark, number: standIns.count)
                else {
                    mistakes.report("'\(key)' stands twice.", line: context.mark.line, column: context.mark.column)
                    return nil
                }
                standIns[renamed.standIn] = key
                text = renamed.text
            } catch {
                let problem = YAMLSyntax.explain(error, in: text)
                mistakes.report(problem.message, line: problem.line, column: problem.column)
                return nil
            }
        }
    }
}

extension String {
    /// The text with the key at `mark` replaced by as many private-use characters; nil: the key is not written there as
    /// it reads (an escape, an alias).
    fileprivate func replacingKey(_ key: String, at mark: Mark, number: Int) -> (text: String, standIn: String)? {
        guard !key.isEmpty, var start = index(line: mark.line, column: mark.column), start < endIndex,
            let character = Unicode.Scalar(0xE000 + UInt32(number))
        else { return nil }
        if self[start] == "\"" || self[start] == "'" { start = unicodeScalars.index(after: start) }
        guard unicodeScalars[start...].starts(with: key.unicodeScalars) else { return nil }
        let end = unicodeScalars.index(start, offsetBy: key.unicodeScalars.count)
        let standIn = String(String.UnicodeScalarView(repeatElement(character, count: key.unicodeScalars.count)))
        return (self[..<start] + standIn + self[end...], standIn)
    }

    /// The place of a libyaml mark (from 1, columns in scalars), counting line ends as libyaml does.
    func index(line: Int, column: Int) -> Index? {
        let scalars = unicodeScalars
        var (index, current) = (scalars.startIndex, 1)
        while current < line {
            guard index < scalars.endIndex else { return nil }
            let scalar = scalars[index]
            index = scalars.index(after: index)
            switch scalar {
            case "\r" where index < scalars.endIndex && scalars[index] == "\n": continue
            case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": current += 1
            default: continue
            }
        }
        return scalars.index(index, offsetBy: column - 1, limitedBy: scalars.endIndex)
    }
}
