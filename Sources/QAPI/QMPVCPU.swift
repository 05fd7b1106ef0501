internal import SafeText

/// One vCPU of a QEMU process, and the thread that runs it.
///
/// - Source: qemu/qapi/machine.json, `CpuInfoFast` (since 2.12).
public struct QMPVCPU: Hashable, Sendable {
    /// The hypervisor's index, 0 to 4095; not the guest kernel's number.
    public var index: Int
    /// The host's thread id; the same for all where one thread serves all.
    public var threadID: Int32

    /// Creates a vCPU.
    public init(index: Int, threadID: Int32) {
        self.index = index
        self.threadID = threadID
    }
}
