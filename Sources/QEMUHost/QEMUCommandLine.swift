/// What a QEMU process was told when it was started, as far as it matters here.
///
/// Any process can say all this of itself; see `DiscoveredGuests` for how far it is believed.
struct QEMUCommandLine: Hashable, Sendable {
    /// The guest's name; nil where it was given none.
    private(set) var name: String?
    /// The guest's UUID, as it was written, of the right form.
    private(set) var uuid: String?
    /// The socket of the agent's channel; nil where there is none with a path.
    private(set) var agentPath: String?
    /// A QMP socket; nil where there is none with a path.
    private(set) var qmpPath: String?
    /// How many vCPUs there may be.
    private(set) var maximumVCPUs: Int?
    /// Whether libvirt started it, so that its channels are libvirt's.
    private(set) var belongsToLibvirt = false

    /// The port's name by which an agent in the guest finds its channel.
    private static let agentPort = "org.qemu.guest_agent.0"
    /// The most bytes of a name that are kept.
    private static let maximumName = 255

    /// Whether a process that calls itself so may be a QEMU that runs a machine.
    static func isProgram(_ name: String) -> Bool {
        let file = name.split(separator: "/").last ?? ""
        return file == "kvm" || file == "qemu-kvm" || file.contains("qemu-system-")
    }

    /// - Parameter arguments: The program's name first.
    /// - Returns: Nil when that is not QEMU's.
    init?(_ arguments: [String]) {
        guard let program = arguments.first, Self.isProgram(program) else { return nil }
        var chardevs: [String: QEMUOption] = [:]
        var agentChardev: String?
        var controlChardevs: [String] = []
        for (option, value) in zip(arguments.dropFirst(), arguments.dropFirst(2) + [""]) {
            switch Self.name(of: option) {
            case "name": takeName(value)
            case "uuid": takeUUID(value)
            case "smbios": takeUUID(QEMUOption(value)["uuid"] ?? "")
            case "smp": takeSMP(value)
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
            default: break
            }
        }
        let paths = chardevs.compactMapValues(Self.listeningPath)
        agentPath = agentChardev.flatMap { paths[$0] }
        qmpPath = qmpPath ?? controlChardevs.lazy.compactMap { paths[$0] }.first
        belongsToLibvirt =
            chardevs["charmonitor"] != nil
            || paths.values.contains { $0.contains("/libvirt/") }
    }

    /// The name of an option, with one dash or two; nil where it is none.
    private static func name(of argument: String) -> Substring? {
        guard argument.hasPrefix("-") else { return nil }
        return argument.hasPrefix("--") ? argument.dropFirst(2) : argument.dropFirst()
    }

    private mutating func takeName(_ value: String) {
        guard let text = QEMUOption(value, implied: "guest")["guest"], !text.isEmpty,
            text.utf8.count <= Self.maximumName
        else { return }
        name = text
    }

    private mutating func takeUUID(_ text: String) {
        let groups = text.split(separator: "-", omittingEmptySubsequences: false)
        guard groups.map(\.count) == [8, 4, 4, 4, 12],
            groups.allSatisfy({ $0.allSatisfy { $0.isASCII && $0.isHexDigit } })
        else { return }
        uuid = text.lowercased()
    }

    private mutating func takeSMP(_ value: String) {
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

    /// The path that a character device of QEMU's listens at.
    private static func listeningPath(_ chardev: QEMUOption) -> String? {
        guard
            chardev["backend"] == "socket" || chardev["type"] == "socket"
                || chardev["type"] == "unix",
            chardev["fd"] == nil, chardev["abstract"] != "on", chardev["server"] != "off",
            chardev["reconnect"] == nil
        else { return nil }
        return chardev["path"].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The path in `unix:/run/a.qmp,server=on,wait=off`.
    private static func path(ofAddress address: String) -> String? {
        guard address.hasPrefix("unix:") else { return nil }
        return QEMUOption(String(address.dropFirst(5)), implied: "path")["path"]
            .flatMap { $0.isEmpty ? nil : $0 }
    }
}
