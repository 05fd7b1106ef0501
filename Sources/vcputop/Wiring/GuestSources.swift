internal import GuestVCPU
internal import QEMUHost

/// Makes sources of what the command line names.
enum GuestSources {
    /// Whether the guests may be changed.
    ///
    /// What may only read is made without the part that can send a change.
    enum Access { case readOnly, readWrite }

    /// Whether the guests are asked once or followed.
    enum Stay { case once, watching }

    /// - Throws: A usage error when no source is named and none is to be found.
    static func make(
        _ options: SourceOptions, access: Access, stay: Stay
    ) throws(CommandFailure) -> [any GuestSource] {
        let isNoneNamed = options.connect.isEmpty && options.agent.isEmpty
        let uris = isNoneNamed ? LibvirtSources.defaultURIs : options.connect
        let sources =
            LibvirtSources.make(uris, access: access, stay: stay)
            + options.agent.map { agent in
                AgentSocketSource(
                    guestName: agent.name, agentPath: agent.path,
                    qmpPath: options.qmp.first { $0.name == agent.name }?.path,
                    isReadOnly: access == .readOnly)
            }
        guard !sources.isEmpty else {
            throw CommandFailure(
                .usage, "no guest is named, and no libvirt daemon listens on this host",
                help: "name a libvirt connection with --connect URI or an agent's socket with "
                    + "--agent NAME=PATH, or try 'vcputop demo'")
        }
        return sources
    }
}
