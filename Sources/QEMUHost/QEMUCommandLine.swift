/// What a QEMU process was told when it was started, as far as it matters here.
///
/// Any process can say all this of itself; see `DiscoveredGuests` for how far it is believed.
struct QEMUCommandLine: Hashable, Sendable {
    /// The guest's name; nil where it was given none.
    private(set) var name: String?
    /// The guest's UUID, as it was written, of the right form.
    private(set) var uuid: String?
    /// Where the other end of the agent's channel is.
    private(set) var agent = AgentChannelEnd.none
    /// A QMP socket; nil where there is none with a path.
    private(set) var qmpPath: String?
    /// How many vCPUs there may be.
    private(set) var maximumVCPUs: Int?
    /// Whether it began as a saved or migrated machine; see `HostReading.isRestored`.
    private(set) var isRestored = false
    /// Whether options are also in a file, which is not read here.
    private(set) var hasOptionsFile = false
    /// Whether it runs no machine: libvirt starts such a one to learn what QEMU can do.
    private(set) var isWithoutMachine = false
    /// The libvirt that started it, so that its channels are libvirt's; nil where none did.
    private(set) var libvirt: LibvirtKind?

    /// The port's name by which an agent in the guest finds its channel.
    private static let agentPort = "org.qemu.guest_agent.0"
    /// The most bytes of a name that are kept.
    private static let maximumName = 255

    /// Whether a process that calls itself so may be a QEMU that runs a machine.
    static func isProgram(_ name: String) -> Bool {
        let file = name.split(separator: "/").last ?? ""
        return ["kvm", "kvm-spice", "qemu", "qemu-kvm"].contains(file)
            || file.contains("qemu-system-")
    }

    /// - Parameter arguments: The program's name first.
    /// - Returns: Nil when that is not QEMU's.
    init?(_ arguments: [String]) {
        guard let program = arguments.first, Self.isProgram(program) else { return nil }
        self.init(ofAnyProgram: arguments)
    }

    /// Reads the arguments of a process that serves a guest's socket, whatever it calls itself.
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

    /// The socket of the agent's channel; nil where QEMU does not listen at a path for it.
    var agentPath: String? {
        guard case .socket(let path) = agent else { return nil }
        return path
    }

    /// The name of an option, with one dash or two; nil where it is none.
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
        // Each at most 4,096, so that seven of them could overflow.
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
