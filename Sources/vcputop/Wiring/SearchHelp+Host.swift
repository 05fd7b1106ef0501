internal import Dashboard
internal import Glibc
internal import GuestVCPU
internal import QEMUHost

extension SearchHelp {
    /// What to say where the sources that the options name list no guest.
    init(_ options: ChosenSources) {
        let namesSources = !options.connect.isEmpty || !options.agent.isEmpty
        let uris = namesSources ? options.connect : LibvirtSources.defaultURIs
        let system = "qemu:///system"
        var commands: [Command] = []
        if uris.contains(system), let group = Self.groupOfClosedSocket {
            commands.append(
                Command("sudo usermod -aG \(group) $USER", "may use libvirt at the next login"))
        }
        if !namesSources, geteuid() != 0 {
            commands.append(Command("sudo vcputop", "as root: the guests of all users"))
        }
        if namesSources { commands.append(Command("vcputop", "every guest of this host")) }
        commands.append(
            Command("vcputop --agent web1=/path/to/socket", "one guest, by its agent's socket"))
        if !uris.contains(system) {
            commands.append(Command("vcputop -c \(system)", "the guests of libvirt here"))
        }
        commands.append(
            Command("vcputop -c qemu+ssh://root@HOST/system", "the guests of another host"))
        commands.append(Command("vcputop demo", "simulated guests, to look around"))
        let isLibvirtAsked = !uris.isEmpty
        self.init(
            notes: isLibvirtAsked
                ? [] : ["libvirt was not asked: none of its daemons has a socket in /run/libvirt"],
            commands: commands)
    }

    /// The group that may use the system's libvirt daemon, where this user may not; nil also where
    /// only root may.
    private static var groupOfClosedSocket: String? {
        for path in LibvirtSources.daemonSockets(of: "qemu:///system") {
            if case .denied(let gate) = SocketAccess.lookNow(at: path).state, gate.isOpenToGroup {
                return gate.group
            }
        }
        return nil
    }
}
