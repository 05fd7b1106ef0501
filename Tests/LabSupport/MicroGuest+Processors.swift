import Foundation

extension MicroGuest {
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
        try expectingAnswer(of: name) {
            try wait(for: "the guest to see its new processor") {
                arrived = Set(try processors().keys).subtracting(before)
                return !arrived.isEmpty
            }
        }
        guard let id = arrived.first else { throw LabError.unexpected("nothing arrived") }
        return id
    }

    private func core(of slot: [String: Any]) -> Int {
        (slot["props"] as? [String: Any])?["core-id"] as? Int ?? .max
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
