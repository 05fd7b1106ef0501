internal import GuestVCPU

/// Where a guest's sysfs says which of the hypervisor's vCPUs one of its own is.
///
/// QEMU names the ACPI device of a vCPU after its index, `C005`, and Linux gives the device's
/// path in the namespace.
///
/// - Source: qemu/hw/acpi/cpu.c, `CPU_NAME_FMT`; FIELD-NOTES 5.
enum FirmwarePath {
    /// The most bytes of a path that are read.
    static let maximumSize = 256

    /// The file that has the path.
    static func file(ofProcessor id: Int) -> String {
        "/sys/devices/system/cpu/cpu\(id)/firmware_node/path"
    }

    /// The index in a path such as `\_SB_.CPUS.C00A`.
    ///
    /// - Returns: Nil when it is not exactly of this form.
    static func index(_ bytes: [UInt8]) -> HostIndex? {
        var bytes = bytes[...]
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.hasPrefix("\\_SB_."), let device = text.split(separator: ".").last else {
            return nil
        }
        let digits = device.utf8.dropFirst()
        guard device.utf8.first == UInt8(ascii: "C"), digits.count == 3,
            digits.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x46).contains($0) })
        else { return nil }
        return Int(device.dropFirst(), radix: 16).flatMap(HostIndex.init(validating:))
    }
}
