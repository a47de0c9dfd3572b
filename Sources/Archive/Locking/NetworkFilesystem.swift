import Foundation
import SystemPackage

/// Whether `path` (or, if it does not exist yet, its directory) lies on a file system of another machine.
func isNetworkFilesystem(at path: FilePath) -> Bool {
    var status = stat()
    let directory = path.removingLastComponent()
    let parent = directory.isEmpty ? FilePath(".") : directory
    guard
        path.withPlatformString({ stat($0, &status) }) == 0
            || parent.withPlatformString({ stat($0, &status) }) == 0,
        let table = FileManager.default.contents(atPath: "/proc/self/mountinfo"),
        let type = filesystemType(device: status.st_dev, mountinfo: String(decoding: table, as: UTF8.self))
    else { return false }
    return networkFilesystems.contains(type)
}

/// `statfs` would know the first ones by number, but calls every FUSE file system just FUSE.
private let networkFilesystems: Set<String> = [
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "fuse.sshfs", "fuse.glusterfs",
    "fuse.ceph", "fuse.rclone", "fuse.s3fs", "fuse.gcsfuse", "fuse.davfs", "davfs", "fuse.smbnetfs",
]

/// Type of the mounted file system with this device number, as proc_pid_mountinfo(5) lists them:
/// "36 35 98:0 /root /mnt rw,noatime shared:1 - ext4 /dev/sda1 rw".
func filesystemType(device: dev_t, mountinfo: String) -> String? {
    let number = "\(major(device)):\(minor(device))"
    for line in mountinfo.split(separator: "\n") {
        let fields = line.split(separator: " ")
        guard fields.count > 2, fields[2] == number, let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count
        else { continue }
        return String(fields[dash + 1])
    }
    return nil
}

/// glibc's macros, which Swift does not import.
private func major(_ device: dev_t) -> UInt64 {
    (UInt64(device) >> 8) & 0xfff | (UInt64(device) >> 32) & 0xffff_f000
}

private func minor(_ device: dev_t) -> UInt64 {
    UInt64(device) & 0xff | (UInt64(device) >> 12) & 0xffff_ff00
}
