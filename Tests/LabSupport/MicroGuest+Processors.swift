import Foundation

/// A processor as the guest kernel's own files show it.
public enum KernelCPU: Equatable, Sendable {
    case online, offline
    /// There is no `online` file: the kernel does not let it go offline.
    case fixed
}

extension MicroGuest {
    /// The guest kernel's processors, read from its files and not through the agent.
    public func processors() throws -> [Int: KernelCPU] {
        var processors: [Int: KernelCPU] = [:]
        for entry in try run("cpus").split(separator: " ") {
            let parts = entry.split(separator: "=")
            guard parts.count == 2, let id = Int(parts[0]) else {
                throw LabError.unexpected("cpus said \(entry)")
            }
            processors[id] = parts[1] == "-" ? .fixed : parts[1] == "1" ? .online : .offline
        }
        return processors
    }

    /// The processors that the guest's kernel schedules on.
    public func onlineProcessors() throws -> Set<Int> {
        Set(try processors().filter { $0.value != .offline }.keys)
    }

    /// Brings every processor online, past the agent: how the suites hand the guest on.
    public func bringAllOnline() throws {
        try run("all_online")
    }

    /// Keeps a processor busy.
    public func burn(_ id: Int) throws { try run("burn \(id)") }

    /// Ends what `burn` began.
    public func rest() throws { try run("rest") }

    /// Stops the agent's process as it is, with its channel open.
    public func stallAgent() throws { try run("kill -STOP $(pidof qemu-ga)") }

    /// Lets a stalled agent go on.
    public func resumeAgent() throws { try run("kill -CONT $(pidof qemu-ga)") }

    /// Plugs one more processor in, and waits until the guest's kernel has it.
    ///
    /// - Parameter last: Whether to take the last free slot, and not the first.
    /// - Returns: The guest's id of it.
    public func plugProcessor(intoLastSlot last: Bool = false) throws -> Int {
        let free = try freeSlots()
        guard let slot = last ? free.last : free.first else {
            throw LabError.unexpected("no free slot")
        }
        return try plug(slot)
    }

    /// Plugs a processor into this slot, and waits until the guest's kernel has it.
    ///
    /// - Returns: The guest's id of it.
    public func plugProcessor(intoSlot number: Int) throws -> Int {
        guard let slot = try freeSlots().first(where: { core(of: $0) == number }) else {
            throw LabError.unexpected("slot \(number) is not free")
        }
        return try plug(slot)
    }

    private func freeSlots() throws -> [[String: Any]] {
        let slots = try JSONSerialization.jsonObject(with: try qmp("query-hotpluggable-cpus"))
        return (slots as? [[String: Any]] ?? []).filter { $0["qom-path"] == nil }
            .sorted { core(of: $0) < core(of: $1) }
    }

    private func plug(_ slot: [String: Any]) throws -> Int {
        let before = Set(try processors().keys)
        guard let type = slot["type"] as? String, var arguments = slot["props"] as? [String: Any]
        else { throw LabError.unexpected("a slot is \(slot)") }
        arguments["driver"] = type
        let text = try JSONSerialization.data(withJSONObject: arguments)
        try qmp("device_add", arguments: String(decoding: text, as: UTF8.self))

        var arrived: Set<Int> = []
        try wait(for: "the guest to see its new processor") {
            arrived = Set(try processors().keys).subtracting(before)
            return !arrived.isEmpty
        }
        guard let id = arrived.first else { throw LabError.unexpected("nothing arrived") }
        return id
    }

    private func core(of slot: [String: Any]) -> Int {
        (slot["props"] as? [String: Any])?["core-id"] as? Int ?? .max
    }

    /// QEMU's number of one of the guest's processors, as the firmware told the guest.
    public func slot(ofProcessor id: Int) throws -> Int {
        let path = try run("cat /sys/devices/system/cpu/cpu\(id)/firmware_node/path")
        // The slot is in hexadecimal, as in \_SB_.CPUS.C00A.
        guard let slot = path.split(separator: ".").last.flatMap({ Int($0.dropFirst(), radix: 16) })
        else { throw LabError.unexpected("processor \(id) is \(path) to the firmware") }
        return slot
    }

    /// The host's thread of each vCPU, by QEMU's numbers of the vCPUs.
    ///
    /// These are the guest's numbers for the vCPUs that were there at boot.
    public func threads() throws -> [Int: Int] {
        let reply = try JSONSerialization.jsonObject(with: try qmp("query-cpus-fast"))
        var threads: [Int: Int] = [:]
        for vcpu in reply as? [[String: Any]] ?? [] {
            guard let index = vcpu["cpu-index"] as? Int, let thread = vcpu["thread-id"] as? Int
            else { throw LabError.unexpected("query-cpus-fast returned \(vcpu)") }
            threads[index] = thread
        }
        return threads
    }

    /// CPU time that each vCPU's thread has consumed, in nanoseconds, as Linux accounts for it.
    public func threadTimes() throws -> [Int: UInt64] {
        try threads().compactMapValues {
            try String(contentsOfFile: "/proc/\(pid)/task/\($0)/schedstat", encoding: .utf8)
                .split(separator: " ").first.flatMap { UInt64($0) }
        }
    }
}
