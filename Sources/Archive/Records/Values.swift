import Foundation
import SystemPackage

/// Seconds as stored: whole microseconds. What is no number or beyond thirty years, which only a broken container
/// claims, is clamped, so that sums stay exact.
func microseconds(_ seconds: Double) -> Int64 {
    guard !seconds.isNaN else { return 0 }
    return Int64((min(max(seconds, -1e9), 1e9) * 1e6).rounded())
}

func seconds(_ microseconds: Int64) -> Double { Double(microseconds) / 1e6 }

/// Text as SQLite can hold it: it would end at the first NUL, silently.
func storable(_ text: String) -> String { text.replacing("\0", with: "\u{FFFD}") }

extension FilePath {
    /// The name's bytes as the file system has them, whether or not they are UTF-8.
    var bytes: Data { withPlatformString { Data(bytes: $0, count: strlen($0)) } }

    init(bytes: Data) {
        self = (bytes + [0]).withUnsafeBytes { FilePath(platformString: $0.bindMemory(to: CChar.self).baseAddress!) }
    }
}

/// Flags as stored: sorted, joined by commas, so that `flags LIKE '%silent%'` works in the shell.
func joined(flags: [String]) -> String { flags.sorted().joined(separator: ",") }

func split(flags: String) -> [String] { flags.split(separator: ",").map(String.init) }
