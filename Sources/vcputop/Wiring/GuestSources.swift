internal import GuestVCPU
internal import QEMUHost

/// Makes sources of what the command line names.
enum GuestSources {
    /// Whether the guests may be changed.
    ///
    /// What may only read is made without the part that can send a change.
    enum Access { case readOnly, readWrite }

    /// - Throws: A usage error when no source is named.
    static func make(
        _ options: SourceOptions, access: Access
    ) throws(CommandFailure) -> [any GuestSource] {
        guard !options.agent.isEmpty else {
            throw CommandFailure(
                .usage, "no guest is named",
                help: "name an agent's socket with --agent NAME=PATH, or try 'vcputop demo'")
        }
        return options.agent.map { agent in
            AgentSocketSource(
                guestName: agent.name, agentPath: agent.path,
                qmpPath: options.qmp.first { $0.name == agent.name }?.path,
                isReadOnly: access == .readOnly)
        }
    }
}
