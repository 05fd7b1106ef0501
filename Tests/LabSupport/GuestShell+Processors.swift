import Foundation

/// A processor as the guest kernel's own files show it.
public enum KernelCPU: Equatable, Sendable {
    case online, offline
    /// There is no `online` file: the kernel does not let it go offline.
    case fixed
}

extension GuestShell {
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

    /// Restarts the agent with commands that it does not carry out.
    public func restartAgent(blocking commands: [String] = []) throws {
        try run("killall qemu-ga; while pidof qemu-ga; do usleep 50000; done; true")
        try run("start_agent \(commands.isEmpty ? "" : "-b " + commands.joined(separator: ","))")
    }

    /// Stops the agent's process as it is, with its channel open.
    public func stallAgent() throws { try run("kill -STOP $(pidof qemu-ga)") }

    /// Lets a stalled agent go on.
    public func resumeAgent() throws { try run("kill -CONT $(pidof qemu-ga)") }

    /// Stops the agent's process as soon as any processor has gone online or offline: of a list of
    /// several, in the middle.
    public func stallAgentAtNextChange() throws {
        let online = "/sys/devices/system/cpu/online"
        try run(
            """
            agent=$(pidof qemu-ga); read before <\(online); \
            (now=$before; while [ "$now" = "$before" ]; do usleep 5000; read now <\(online); done; \
            kill -STOP $agent) &
            """)
    }

    /// Waits until the agent's process has been stopped.
    public func waitForStalledAgent() throws {
        try wait(for: "the agent to be stopped", within: .seconds(60)) {
            try run("grep State /proc/$(pidof qemu-ga)/status").contains("T (stopped)")
        }
    }

    /// Makes a processor's `online` file one that reads as online and cannot be written, which
    /// stands for a processor that the kernel keeps.
    public func fill(_ id: Int) throws {
        try run("mount -o bind /dev/full /sys/devices/system/cpu/cpu\(id)/online")
    }

    /// Takes back what `fill` did, and brings every processor online.
    public func unfill(_ id: Int) throws {
        try run("umount /sys/devices/system/cpu/cpu\(id)/online")
        try bringAllOnline()
    }

    /// QEMU's number of one of the guest's processors, as the firmware told the guest.
    public func slot(ofProcessor id: Int) throws -> Int {
        let path = try run("cat /sys/devices/system/cpu/cpu\(id)/firmware_node/path")
        // The slot is in hexadecimal, as in \_SB_.CPUS.C00A.
        guard let slot = path.split(separator: ".").last.flatMap({ Int($0.dropFirst(), radix: 16) })
        else { throw LabError.unexpected("processor \(id) is \(path) to the firmware") }
        return slot
    }
}
