/// The parts of a QEMU command line that vcputop uses.
///
/// Any process can have any command line; see `DiscoveredGuests` for the checks.
struct QEMUCommandLine: Hashable, Sendable {
    /// The guest's name; nil where it has none.
    private(set) var name: String?
    /// The guest's UUID in lower case; nil where it has none of the right form.
    private(set) var uuid: String?
    /// The host's end of the agent's channel.
    private(set) var agent = AgentChannelEnd.none
    /// The path of a QMP socket; nil where there is none.
    private(set) var qmpPath: String?
    /// How many vCPUs the machine can have.
    private(set) var maximumVCPUs: Int?
    /// Whether the machine began as a saved or migrated one; see `HostReading.isRestored`.
    private(set) var isRestored = false
    /// Whether more options are in a file, which vcputop does not read.
    private(set) var hasOptionsFile = false
    /// Whether QEMU runs no machine: libvirt starts it so to query its capabilities.
    private(set) var isWithoutMachine = false
    /// The libvirt daemon that started QEMU and uses its channels; nil where none did.
    private(set) var libvirt: LibvirtKind?

    /// The name of the port by which an agent in the guest finds its channel.
    private static let agentPort = "org.qemu.guest_agent.0"
    /// The longest name, in bytes.
    private static let maximumName = 255

    /// Whether a program of this name may be a QEMU that runs a machine.
    static func isProgram(_ name: String) -> Bool {
        let file = name.split(separator: "/").last ?? ""
        return ["kvm", "kvm-spice", "qemu", "qemu-kvm"].contains(file)
            || file.contains("qemu-system-")
    }

    /// - Parameter arguments: The arguments, the program's name first.
    /// - Returns: Nil when the program is not QEMU.
    init?(_ arguments: [String]) {
        guard let program = arguments.first, Self.isProgram(program) else { return nil }
        self.init(ofAnyProgram: arguments)
    }

    /// Reads the arguments of a process that serves a guest's socket, whatever its program's name.
    init(ofAnyProgram arguments: [String]) {
        var chardevs: [String: QEMUOption] = [:]
        var agentChardev: String?
        var controlChardevs: [String] = []
        for (option, value) in zip(arguments.dropFirst(), arguments.dropFirst(2) + [""]) {
            switch Self.name(of: option) {
            case "name": parseName(value)
            case "uuid": parseUUID(value)
            case "smbios": parseUUID(QEMUOption(value)["uuid"] ?? "")
            case "smp": parseSMP(value)
            case "chardev":
                let chardev = QEMUOption(value, implied: "backend")
                if let id = chardev["id"] { chardevs[id] = chardev }
            case "device":
                let device = QEMUOption(value, implied: "driver")
                if device["driver"] == "virtserialport", device["name"] == Self.agentPort {
                    agentChardev = agentChardev ?? device["chardev"]
                }
            case "mon":
                let monitor = QEMUOption(value, implied: "chardev")
                if monitor["mode"] == "control", let chardev = monitor["chardev"] {
                    controlChardevs.append(chardev)
                }
            case "qmp", "qmp-pretty":
                qmpPath = qmpPath ?? Self.path(ofAddress: value)
                if value.utf8.starts(with: "chardev:".utf8) {
                    controlChardevs.append(String(value.unicodeScalars.dropFirst(8)))
                }
            case "incoming", "loadvm": isRestored = true
            case "readconfig": hasOptionsFile = true
            case "machine", "M":
                isWithoutMachine = QEMUOption(value, implied: "type")["type"] == "none"
            default: break
            }
        }
        if let agentChardev { agent = AgentChannelEnd(chardevs[agentChardev]) }
        let control = controlChardevs.lazy.compactMap { chardevs[$0]?.listeningPath }
        qmpPath = qmpPath ?? control.first
        libvirt = LibvirtKind(arguments, chardevs: chardevs)
    }

    /// The path of the agent's socket; nil where QEMU does not listen at one.
    var agentPath: String? {
        guard case .socket(let path) = agent else { return nil }
        return path
    }

    /// The name of an option, which begins with one dash or two; nil for anything else.
    private static func name(of argument: String) -> Substring? {
        guard argument.hasPrefix("-") else { return nil }
        return argument.hasPrefix("--") ? argument.dropFirst(2) : argument.dropFirst()
    }

    private mutating func parseName(_ value: String) {
        guard let text = QEMUOption(value, implied: "guest")["guest"], !text.isEmpty,
            text.utf8.count <= Self.maximumName
        else { return }
        name = text
    }

    private mutating func parseUUID(_ text: String) {
        let groups = text.split(separator: "-", omittingEmptySubsequences: false)
        guard groups.map(\.count) == [8, 4, 4, 4, 12],
            groups.allSatisfy({ $0.allSatisfy { $0.isASCII && $0.isHexDigit } })
        else { return }
        uuid = text.lowercased()
    }

    private mutating func parseSMP(_ value: String) {
        let option = QEMUOption(value, implied: "cpus")
        func number(_ name: String) -> Int? {
            option[name].flatMap { Int($0) }.flatMap { (1...4096).contains($0) ? $0 : nil }
        }
        if let maximum = number("maxcpus") {
            maximumVCPUs = maximum
            return
        }
        let levels = ["drawers", "books", "sockets", "dies", "clusters", "cores", "threads"]
        // Seven factors of up to 4,096 each could overflow, so the product is clamped at each step.
        let product = levels.compactMap(number).reduce(1) { min($0 * $1, 4096) }
        maximumVCPUs = max(number("cpus") ?? 1, product)
    }

    /// The path in `unix:/run/a.qmp,server=on,wait=off`; nil where QEMU does not listen there.
    private static func path(ofAddress address: String) -> String? {
        guard address.utf8.starts(with: "unix:".utf8) else { return nil }
        let option = QEMUOption(String(address.unicodeScalars.dropFirst(5)), implied: "path")
        guard option.flag("server") == true else { return nil }
        return option["path"].flatMap { $0.isEmpty ? nil : $0 }
    }
}
