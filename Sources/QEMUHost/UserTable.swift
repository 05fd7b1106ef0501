internal import Glibc
internal import GuestVCPU
internal import SafeText

/// The names of this host's users.
///
/// They come from `/etc/passwd` alone: a lookup through the system can wait for a directory
/// service.
struct UserTable: Hashable, Sendable {
    /// The users under which QEMU runs when an administrator or libvirt starts it.
    private static let trustedNames: Set<String> = ["root", "libvirt-qemu", "qemu", "kvm"]
    /// The most bytes to read of the file.
    static let maximumSize = 1 << 20

    private var names: [UInt32: String] = [:]
    private let ownUser: UInt32

    /// - Parameters:
    ///   - passwd: The contents of the file.
    ///   - ownUser: The user of this process.
    init(passwd: [UInt8], ownUser: UInt32 = getuid()) {
        self.ownUser = ownUser
        for line in passwd.split(separator: UInt8(ascii: "\n")) {
            let fields = line.split(
                separator: UInt8(ascii: ":"), maxSplits: 3, omittingEmptySubsequences: false)
            guard fields.count == 4, !fields[0].isEmpty,
                let number = UInt32(String(decoding: fields[2], as: UTF8.self)),
                names[number] == nil
            else { continue }
            names[number] = String(decoding: fields[0], as: UTF8.self).printable(limit: 32)
        }
    }

    /// A user as the owner of a guest.
    func owner(_ number: UInt32) -> GuestOwner {
        let name = names[number]
        return GuestOwner(
            uid: number, name: name,
            isTrusted: number == 0 || number == ownUser
                || name.map(Self.trustedNames.contains) == true)
    }
}
