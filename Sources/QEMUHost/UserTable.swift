internal import Glibc
internal import GuestVCPU
internal import SafeText

/// The users of this host by their numbers.
///
/// Read from `/etc/passwd` alone: asking the system for a user can wait for a directory service.
struct UserTable: Hashable, Sendable {
    /// The users as which QEMU runs where an administrator or libvirt has started it.
    private static let trustedNames: Set<String> = ["root", "libvirt-qemu", "qemu", "kvm"]
    /// The most bytes of the file that are read.
    static let maximumSize = 1 << 20

    private var names: [UInt32: String] = [:]
    private let ownUser: UInt32

    /// - Parameters:
    ///   - passwd: What is in the file.
    ///   - ownUser: The user of this program.
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
