import SystemPackage
import Testing

@testable import Manifest

@Suite("A glob")
struct GlobTests {
    @Test(
        "matches names as a shell does",
        arguments: [
            ("*.mp4", "a.mp4", true), ("*.mp4", "a.MP4", false), ("*.mp4", ".mp4", false), (".*", ".a", true),
            ("*", "a", true), ("*", ".a", false), ("?", "é", true), ("?", "ab", false), ("a*b*c", "a1b2b3c", true),
            ("a*b*c", "a1b2b3", false), ("[abc]", "b", true), ("[a-c]x", "cx", true), ("[!a-c]x", "cx", false),
            ("[^a-c]x", "dx", true), ("[]a]", "]", true), ("[a-]", "-", true), ("[a", "[a", true), ("a[", "a[", true),
            ("[z-a]", "b", false), ("[!.]x", ".x", false), ("?x", ".x", false), ("20??", "2024", true),
            ("***", "abc", true),
            ("*a", "aab", false), ("", "", true), ("[ä-ü]", "ö", true),
        ])
    func names(pattern: String, name: String, matches: Bool) {
        #expect(NamePattern(pattern).matches(name.utf8) == matches)
    }

    @Test("takes a byte that is no text for one character")
    func rawBytes() {
        #expect(NamePattern("a?b.*").matches([0x61, 0xFF, 0x62, 0x2E, 0xC3]))
        #expect(!NamePattern("a?b").matches([0x61, 0xFF, 0xFE, 0x62]))
        #expect(NamePattern("?").matches([0xF0, 0x9F, 0x8C, 0x89]))
        #expect(!NamePattern("?").matches([0xF0, 0x9F, 0x8C]))
    }

    @Test("with a hostile pattern stays quick")
    func backtracking() {
        let pattern = NamePattern(String(repeating: "*a", count: 60) + "b")
        #expect(!pattern.matches(repeatElement(UInt8(ascii: "a"), count: 255)))
    }

    @Test("starts at its first wildcard and joins neighbouring **")
    func components() {
        let glob = GlobPattern("/mnt/[x/films/**/**/20*/**")
        #expect(glob.root == "/mnt")
        #expect(
            glob.components == [
                .name(NamePattern("[x")), .name(NamePattern("films")), .anyDepth, .name(NamePattern("20*")), .anyDepth,
                .name(NamePattern("*")),
            ])
        #expect(GlobPattern("*.jpg").root == "")
        #expect(GlobPattern("./a//b/c.jpg") == GlobPattern("./a/b/c.jpg"))
    }

    @Test(
        "finds files at any depth, hidden ones only by name",
        arguments: [
            ("**/*.mp4", ["a.mp4", "x/b.mp4", "x/y/c.mp4", "x/y/z/d.mp4"]),
            ("x/**/*.mp4", ["x/b.mp4", "x/y/c.mp4", "x/y/z/d.mp4"]),
            ("x/**", ["x/b.mp4", "x/y/c.mp4", "x/y/z/d.mp4"]),
            ("**/y/**/*.mp4", ["x/y/c.mp4", "x/y/z/d.mp4"]),
            ("*/?.mp4", ["x/b.mp4"]),
            ("x/y/c.mp4", ["x/y/c.mp4"]),
            ("[x]/y/../?.mp4", []),
            (".hidden/*.mp4", [".hidden/e.mp4"]),
            ("**/.f.mp4", ["x/.f.mp4"]),
            ("x/*", ["x/b.mp4"]),
            ("**/*.txt", []),
            ("gone/*.mp4", []),
        ])
    func search(pattern: String, found: [String]) throws {
        let workspace = try Workspace()
        for name in ["a.mp4", "x/b.mp4", "x/y/c.mp4", "x/y/z/d.mp4", ".hidden/e.mp4", "x/.f.mp4", "x/n.txt"] {
            try workspace.write(FilePath(name))
        }
        let job = Job(
            manifest: workspace.directory.appending("job.yaml"), name: "j", model: nil, database: "/d",
            inputs: [.glob(pattern)], tasks: [])
        #expect(workspace.names(.expand(job)) == found)
    }
}
