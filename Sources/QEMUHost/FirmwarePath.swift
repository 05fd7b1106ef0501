internal import GuestVCPU

/// The path in a guest's sysfs that names the hypervisor's index of a vCPU.
///
/// QEMU names the ACPI device of a vCPU after its index, `C005`, and Linux gives the device's
/// path in the namespace.
///
/// - Source: qemu/hw/acpi/cpu.c, `CPU_NAME_FMT`.
enum FirmwarePath {
    /// The most bytes to read of a path.
    static let maximumSize = 256

    /// The file that holds the path.
    static func file(ofProcessor id: Int) -> String {
        "/sys/devices/system/cpu/cpu\(id)/firmware_node/path"
    }

    /// The index in a path such as `\_SB_.CPUS.C00A`.
    ///
    /// - Returns: Nil when the path does not have exactly this form.
    static func index(_ bytes: [UInt8]) -> HostIndex? {
        var bytes = bytes[...]
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.hasPrefix("\\_SB_."),
            let device = text.split(separator: ".", omittingEmptySubsequences: false).last
        else { return nil }
        let digits = device.utf8.dropFirst()
        guard device.utf8.first == UInt8(ascii: "C"), digits.count == 3,
            digits.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x46).contains($0) })
        else { return nil }
        return Int(device.dropFirst(), radix: 16).flatMap(HostIndex.init(validating:))
    }
}
