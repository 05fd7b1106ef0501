import Foundation
import Glibc
import Synchronization

/// The micro guest as a guest of libvirt's, with room for processors to be plugged.
public final class LibvirtGuest: GuestShell, Sendable {
    /// Its name.
    public let name: String
    /// Its daemon's `virsh`.
    public let virsh: Virsh

    private let daemon: LibvirtDaemon
    /// Nil while the guest is not running.
    private let control = Mutex<Control?>(nil)

    /// Defines a guest, which is not started yet.
    ///
    /// - Parameters:
    ///   - processors: How many of its six processors are plugged when it starts.
    ///   - hasChannel: Whether there is a channel for an agent.
    ///   - memory: Its memory in MiB.
    public init(
        _ name: String, of daemon: LibvirtDaemon, processors: Int = 4, hasChannel: Bool = true,
        memory: Int = 192
    ) throws {
        self.name = name
        self.daemon = daemon
        virsh = daemon.virsh
        let file = "\(daemon.guestFolder)/\(name).xml"
        let description = try Self.description(
            of: name, in: daemon.emulator, processors: processors, hasChannel: hasChannel,
            memory: memory)
        try Data(description.utf8).write(to: URL(filePath: file))
        try virsh.run("define", file)
    }

    /// Starts guests together, and returns when the agents of those that have one answer.
    public static func start(_ guests: LibvirtGuest...) throws {
        for guest in guests { try guest.start() }
        for guest in guests { try guest.waitForBoot() }
    }

    /// Starts the guest, and does not wait until it has booted.
    public func start() throws {
        try virsh.run("start", name)
        let path = "\(daemon.guestFolder)/\(name).control"
        try control.withLock { $0 = try Control(path) }
    }

    /// Ends the agent, and returns when libvirt knows it.
    public func killAgent() throws {
        try run("killall qemu-ga")
        try wait(for: "libvirt to hear of it") {
            try virsh.run("dumpxml", name).contains("state='disconnected'")
        }
    }

    /// Starts the agent again, and returns when it answers.
    public func startAgent() throws {
        try run("start_agent")
        try waitForAgent()
    }

    /// Does something after which the guest goes on in another QEMU, as it does when it is restored.
    ///
    /// - Parameter waitsForAgent: Whether to return only when its agent answers.
    public func reconnect(waitsForAgent: Bool = true, _ change: () throws -> Void) throws {
        control.withLock { $0 = nil }
        try change()
        let path = "\(daemon.guestFolder)/\(name).control"
        try control.withLock { $0 = try Control(path) }
        if waitsForAgent { try waitForAgent() }
    }

    /// The guest after it has moved to another daemon.
    public func moved(to daemon: LibvirtDaemon) throws -> LibvirtGuest {
        try LibvirtGuest(moved: name, to: daemon)
    }

    private init(moved name: String, to daemon: LibvirtDaemon) throws {
        self.name = name
        self.daemon = daemon
        virsh = daemon.virsh
        let path = "\(daemon.guestFolder)/\(name).control"
        try control.withLock { $0 = try Control(path) }
    }

    /// Waits until the guest has booted, also after a reset, and its agent answers.
    public func waitForBoot() throws {
        try expectingAnswer(of: name, log: daemon.log + console) {
            try control.withLock { control in
                guard control != nil else { throw LabError.unexpected("\(name) is not started") }
                try control?.waitForBoot()
            }
        }
        guard try virsh.run("dumpxml", name).contains("org.qemu.guest_agent.0") else { return }
        try waitForAgent()
    }

    /// Waits until the guest's agent answers.
    public func waitForAgent() throws {
        try expectingAnswer(of: name, log: daemon.log + console) {
            try wait(for: "its agent", within: .seconds(30)) {
                try virsh.attempt("guestvcpus", name).status == 0
            }
        }
    }

    /// Ends the guest at once; it stays defined.
    public func destroy() throws {
        try virsh.run("destroy", name)
        control.withLock { $0 = nil }
    }

    /// Starts the guest as it was at first, whether it runs or not, and waits until it has booted.
    public func startAnew() throws {
        if try virsh.run("list", "--name").split(separator: "\n").contains(name[...]) {
            try destroy()
        }
        do {
            try LibvirtGuest.start(self)
        } catch {
            // Where that is the end of a test, the next one gets another guest.
            SharedLabs.discard()
            throw error
        }
    }

    /// Ends the guest, should it run, and forgets it.
    public func undefine() throws {
        _ = try virsh.attempt("destroy", name)
        try virsh.run("undefine", name)
    }

    /// Runs a shell command in the guest, past libvirt, and returns what it wrote.
    @discardableResult
    public func run(_ command: String, within duration: Duration) throws -> String {
        try expectingAnswer(of: name, log: "\(command)\n\(console)") {
            try control.withLock { control in
                guard let answer = try control?.run(command, within: duration) else {
                    throw LabError.unexpected("\(name) is not started")
                }
                return answer
            }
        }
    }

    /// Its QEMU process.
    public func pid() throws -> Int32 {
        guard let pid = try daemon.pid(ofGuest: name) else {
            throw LabError.unexpected("\(name) has no process")
        }
        return pid
    }

    /// CPU time that each vCPU's thread has consumed, by libvirt's numbers and in nanoseconds, as
    /// Linux accounts for it.
    public func threadTimes() throws -> [Int: UInt64] {
        let tasks = "/proc/\(try pid())/task"
        var times: [Int: UInt64] = [:]
        for thread in try FileManager.default.contentsOfDirectory(atPath: tasks) {
            // QEMU names them as in "CPU 3/TCG".
            let name = try String(contentsOfFile: "\(tasks)/\(thread)/comm", encoding: .utf8)
            guard name.hasPrefix("CPU "), let id = Int(name.dropFirst(4).prefix { $0 != "/" })
            else { continue }
            times[id] = try String(contentsOfFile: "\(tasks)/\(thread)/schedstat", encoding: .utf8)
                .split(separator: " ").first.flatMap { UInt64($0) }
        }
        return times
    }

    /// What QEMU and the guest's kernel have written.
    private var console: String {
        ["qemu/\(name).log", "\(name).console"].map { file in
            (try? String(contentsOfFile: "\(daemon.guestFolder)/\(file)", encoding: .utf8)) ?? ""
        }.joined()
    }

    private static func description(
        of name: String, in emulator: String?, processors: Int, hasChannel: Bool, memory: Int
    ) throws -> String {
        let child = try Child([script("guest-image")])
        child.closeInput()
        // The first time it may have to fetch the kernel.
        let made = try child.finish(within: .seconds(300))
        guard made.status == 0 else {
            throw LabError.ended(program: "guest-image", log: made.errors)
        }
        let image = made.output.trimmingCharacters(in: .newlines)
        let channel =
            "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>"
        // See Tests/Lab/guest, which is the same guest without libvirt.
        return """
            <domain type='qemu'>
              <name>\(name)</name>
              <memory unit='MiB'>\(memory)</memory>
              <vcpu current='\(processors)'>6</vcpu>
              <os>
                <type arch='x86_64' machine='pc'>hvm</type>
                <kernel>\(image)/kernel</kernel>
                <initrd>\(image)/initramfs</initrd>
                <cmdline>console=ttyS0 quiet panic=-1 mitigations=off no_timer_check</cmdline>
              </os>
              <features><acpi/></features>
              <devices>
                \(emulator.map { "<emulator>\($0)</emulator>" } ?? "")
                <controller type='usb' model='none'/>
                <controller type='virtio-serial'/>
                <serial type='file'><source path='/run/lab/\(name).console'/></serial>
                <channel type='unix'>
                  <source mode='bind' path='/run/lab/\(name).control'/>
                  <target type='virtio' name='lab.control'/>
                </channel>
                \(hasChannel ? channel : "")
                <memballoon model='none'/>
              </devices>
            </domain>
            """
    }
}

extension LibvirtGuest {
    /// Plugs processors into free slots, one by one, and waits until the guest's kernel has each.
    ///
    /// Only a new start brings the guest back to what it was.
    public func plug(slots: [Int]) throws {
        for slot in slots {
            let before = try processors().count
            try virsh.run("setvcpu", name, "--vcpulist", "\(slot)", "--enable", "--live")
            try expectingAnswer(of: name) {
                try wait(for: "a processor to arrive in slot \(slot)", within: .seconds(20)) {
                    try processors().count == before + 1
                }
            }
        }
    }
}
