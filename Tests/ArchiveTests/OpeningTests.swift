import Foundation
import GRDB
import SystemPackage
import Testing

@testable import Archive

@Suite struct OpeningTests {
    let place: Workplace
    init() throws { place = try Workplace() }

    @Test("a new database carries Nightreel's application id, the schema's number and WAL mode")
    func marks() throws {
        let archive = try place.open()
        let marks = try archive.pool.read { db in
            try [
                Int.fetchOne(db, sql: "PRAGMA application_id"), Int.fetchOne(db, sql: "PRAGMA user_version"),
                Int.fetchOne(db, sql: "PRAGMA foreign_keys"),
            ]
        }
        #expect(marks == [0x4E52_656C, 1, 1])
        #expect(try archive.pool.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "wal")
    }

    @Test("a database is opened again with everything in it")
    func reopen() throws {
        do {
            let archive = try place.open()
            let run = try archive.beginRun(runRecord())
            try archive.add("a.mp3", audio("m1"), [PlannedUnit(start: 0, end: 4.5)], transcribe, run: run)
            try archive.endRun(run, outcome: "finished")
        }
        let archive = try Archive(place.database, create: false)
        #expect(try archive.listing() == ["a.mp3 0.0 transcribe waiting -"])
    }

    @Test("a missing database is created only when asked for")
    func missing() throws {
        #expect(throws: ArchiveError.notFound(path: place.database.string)) {
            try Archive(place.database, create: false)
        }
        #expect(try place.names().isEmpty)
    }

    @Test("an empty file, as a crash leaves it, becomes a database when one is to be created")
    func emptyFile() throws {
        try place.write("", to: "night.sqlite")
        #expect(throws: ArchiveError.self) { try Archive(place.database, create: false) }
        #expect(try place.open().status() == nil)
    }

    @Test("another application's database is refused and not changed")
    func foreign() throws {
        do {
            let queue = try DatabaseQueue(path: place.database.string)
            try queue.write { try $0.execute(sql: "CREATE TABLE bookmarks (url TEXT)") }
        }
        let before = try Data(contentsOf: URL(filePath: place.database.string))
        #expect(throws: ArchiveError.notAnArchive(path: place.database.string)) { try place.open() }
        #expect(try Data(contentsOf: URL(filePath: place.database.string)) == before)
        #expect(try place.names() == ["night.sqlite"])
    }

    @Test("a file that is no database, and a directory, are refused", arguments: [true, false])
    func notADatabase(create: Bool) throws {
        try place.write(String(repeating: "no database at all\n", count: 100), to: "night.sqlite")
        #expect(throws: ArchiveError.notAnArchive(path: place.database.string)) {
            try Archive(place.database, create: create)
        }
        #expect(throws: ArchiveError.notAnArchive(path: place.directory.string)) {
            try Archive(place.directory, create: create)
        }
    }

    @Test("a database of a newer version is refused")
    func newer() throws {
        do {
            let archive = try place.open()
            try archive.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA user_version = 99") }
        }
        #expect(throws: ArchiveError.newerVersion(path: place.database.string)) { try place.open() }
    }

    @Test("a directory that does not exist is named as the reason")
    func noDirectory() throws {
        let path = place.directory.appending("no/such/night.sqlite")
        let error = #expect(throws: ArchiveError.self) { try Archive(path, create: true) }
        #expect(
            error?.description == "\(path): cannot be opened; its directory must exist and be writable.")
    }

    @Test("names that SQLite gives a meaning are plain file names here")
    func specialNames() throws {
        let archive = try Archive(place.directory.appending("file:x?mode=memory"), create: true)
        #expect(try archive.status() == nil)
        #expect(try place.names().contains("file:x?mode=memory"))
    }

    @Test("a mount table tells network file systems by name, FUSE ones too")
    func mountTable() throws {
        let table = """
            22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
            95 22 0:52 / /mnt/archive rw,relatime shared:50 - nfs4 nas:/archive rw,vers=4.2
            96 22 0:53 / /mnt/away rw,nosuid master:1 shared:51 - fuse.sshfs away:/ rw
            97 22 259:1048577 / /big rw - xfs /dev/nvme0n1 rw
            """
        #expect(filesystemType(device: 0x801, mountinfo: table) == "ext4")
        #expect(filesystemType(device: 52, mountinfo: table) == "nfs4")
        #expect(filesystemType(device: 53, mountinfo: table) == "fuse.sshfs")
        #expect(filesystemType(device: 0x1000_0001_0301, mountinfo: table) == nil)
        #expect(filesystemType(device: 54, mountinfo: table) == nil)
        #expect(try !place.open().isOnNetworkFilesystem)
    }
}
