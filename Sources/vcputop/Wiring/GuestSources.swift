internal import GuestVCPU
internal import QEMUHost

/// Makes sources of what the command line names.
enum GuestSources {
    /// Whether the guests may be changed.
    ///
    /// What may only read is made without the part that can send a change.
    enum Access { case readOnly, readWrite }

    /// Whether the guests are asked once, asked for the time of one change, or followed.
    enum Stay { case once, changing, watching }

    /// The sources that the options name, or where they name none, every guest of this host.
    ///
    /// - Parameter pairing: Whether to find out which of the guest's vCPUs is which of the host's,
    ///   and what the agents say of themselves; without it an agent is asked for its vCPUs alone.
    /// - Parameter recorder: Records the exchanges; nil where there is no log.
    /// - Parameter readsHostCPUs: Whether to read the CPUs of other machines, also where guests are
    ///   not followed.
    static func make(
        _ options: ChosenSources, access: Access, stay: Stay, pairing: Bool = true,
        readsHostCPUs: Bool = false, recorder: WireRecorder? = nil
    ) -> [any GuestSource] {
        let readsHostCPUs = readsHostCPUs || stay == .watching
        guard !options.isEveryGuestHere else {
            return LibvirtSources.make(
                LibvirtSources.defaultURIs, access: access, stay: stay, pairing: pairing,
                readsHostCPUs: readsHostCPUs, openingPatience: options.openingPatience,
                recorder: recorder)
                + [
                    DiscoveredGuests(
                        isReadOnly: access == .readOnly, isReadOnce: stay == .once,
                        questions: pairing ? .all : .vcpus, recorder: recorder)
                ]
        }
        let agents: [any GuestSource] = options.agent.map { agent in
            AgentSocketSource(
                guestName: agent.name, agentPath: agent.path,
                qmpPath: options.qmp.first { $0.name == agent.name }?.path,
                isReadOnly: access == .readOnly, isReadOnce: stay == .once,
                questions: pairing ? .all : .vcpus, recorder: recorder)
        }
        return LibvirtSources.make(
            options.connect, access: access, stay: stay, pairing: pairing,
            readsHostCPUs: readsHostCPUs, openingPatience: options.openingPatience,
            recorder: recorder) + agents
    }
}
