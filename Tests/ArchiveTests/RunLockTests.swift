import Foundation
import SystemPackage
import Testing

@testable import Archive

@Suite struct RunLockTests {
    let place: Workplace
    init() throws { place = try Workplace() }

    @Test("a second run learns who holds the database")
    func secondRun() throws {
        let first = try place.open()
        let run = try first.beginRun(runRecord())
        let second = try place.open()
        let error = #expect(throws: ArchiveError.self) { try second.beginRun(runRecord()) }
        guard case .inUse(let path, let holder) = error else { throw try #require(error) }
        #expect(path == place.database.string)
        let pattern = #/run 1 \(pid (\d+) on \S+, since \d\d:\d\d:\d\d\)/#
        let match = try #require(holder.wholeMatch(of: pattern))
        #expect(match.1 == "\(ProcessInfo.processInfo.processIdentifier)")

        try first.endRun(run, outcome: "finished")
        #expect(try second.beginRun(runRecord()) == 2)
    }

    @Test("a lock held by another process is respected, and free again when that process is killed")
    func otherProcess() throws {
        let archive = try place.open()
        let file = place.directory.appending("night.sqlite.lock")
        let child = Process()
        child.executableURL = URL(filePath: "/usr/bin/flock")
        let script = "echo 'run 7 (pid 1 on elsewhere)' > \(file); exec sleep 60"
        child.arguments = ["--no-fork", file.string, "sh", "-c", script]
        try child.run()
        while (try? place.contents(file))?.contains("elsewhere") != true { usleep(10_000) }

        #expect(throws: ArchiveError.inUse(path: place.database.string, holder: "run 7 (pid 1 on elsewhere)")) {
            try archive.beginRun(runRecord())
        }
        kill(child.processIdentifier, SIGKILL)
        child.waitUntilExit()
        #expect(try place.names().contains("night.sqlite.lock"), "what a kill leaves")
        #expect(try archive.beginRun(runRecord()) == 1)
    }

    @Test("an ended run leaves no lock file")
    func cleanEnd() throws {
        let archive = try place.open()
        try archive.endRun(try archive.beginRun(runRecord()), outcome: "interrupted")
        #expect(try !place.names().contains("night.sqlite.lock"))
    }

    @Test("a lock on a file that its holder has removed counts for nothing")
    func removedFile() throws {
        let old = try RunLock.take(for: place.database)
        old.remove()
        let new = try RunLock.take(for: place.database)
        new.describe("the new one")
        #expect(throws: ArchiveError.inUse(path: place.database.string, holder: "the new one")) {
            try RunLock.take(for: place.database)
        }
        withExtendedLifetime((old, new)) {}
    }

    @Test("whoever opened the lock file before a run's end does not take what that run has removed")
    func openedBeforeTheEnd() throws {
        var first: RunLock? = try RunLock.take(for: place.database)
        let file = place.directory.appending("night.sqlite.lock")
        let late = try RunLock.open(file, for: place.database)
        #expect(late.attempt() == .busy)
        first?.remove()
        first = nil
        #expect(late.attempt() == .outdated)
        #expect(try RunLock.open(file, for: place.database).attempt() == .held)
    }

    @Test("a symbolic link to a database shares its lock")
    func symbolicLink() throws {
        let archive = try place.open()
        let link = place.directory.appending("link.sqlite")
        try FileManager.default.createSymbolicLink(
            atPath: link.string, withDestinationPath: place.database.string)
        _ = try archive.beginRun(runRecord())
        #expect(throws: ArchiveError.self) { try Archive(link, create: false).beginRun(runRecord()) }
    }

    @Test("looking whether a run is alive does not keep another from starting")
    func statusBesideStart() throws {
        let archive = try place.open()
        try place.write("stale text of a killed run\n", to: "night.sqlite.lock")
        #expect(RunLock.holder(of: place.database) == nil)
        #expect(try archive.beginRun(runRecord()) == 1)
        #expect(RunLock.holder(of: place.database)?.hasPrefix("run 1 (pid ") == true)
    }
}
