internal import GuestVCPU

/// Reads one domain's agent through libvirt.
struct LibvirtGuest: GuestReader {
    let uuid: String
    let lanes: HostLanes
    var boots = BootCounter(isWatching: false)

    func read(timeout: Duration) async throws(AgentError) -> AgentReading {
        try await read(.reading(uuid), timeout: timeout)
    }

    fileprivate func read(
        _ purpose: LaneCall, timeout: Duration
    ) async throws(AgentError) -> AgentReading {
        let uuid = uuid
        // Read the boot first: the next reading then notices a reboot during this one.
        let boot = boots.boot(of: uuid)
        let lists: GuestVCPULists
        do throws(LaneError) {
            lists = try await lanes.call(purpose, timeout: timeout) {
                connection throws(LibvirtError) in
                try connection.guestVCPUs(of: uuid)
            }
        } catch {
            throw AgentError(error, asked: .read)
        }
        var vcpus = try lists.maps(readAt: .now)
        vcpus.boot = boot
        return AgentReading(vcpus: vcpus, version: nil, setSupport: .unknown)
    }
}

/// Changes one domain's vCPUs.
struct LibvirtGuestWriter: GuestWriter {
    let guest: LibvirtGuest

    /// There is nothing to open: libvirt keeps one agent connection for all of its clients.
    func open(timeout: Duration) async throws(AgentError) -> any AgentChannel {
        try await guest.lanes.check(guest.uuid)
        return LibvirtGuestChannel(guest: guest)
    }
}

/// Sends changes to one domain's agent, each to one state.
private struct LibvirtGuestChannel: AgentChannel {
    let guest: LibvirtGuest
    let setForm = SetForm.oneState

    func read(timeout: Duration) async throws(AgentError) -> AgentReading {
        try await guest.read(.change(guest.uuid), timeout: timeout)
    }

    func set(_ changes: [VCPUChange], timeout: Duration) async throws(AgentError) -> Int64 {
        guard let online = changes.first?.online, changes.allSatisfy({ $0.online == online }) else {
            preconditionFailure("libvirt takes changes of one state alone")
        }
        let uuid = guest.uuid
        let list = CPUMap(changes.map(\.id)).list
        do throws(LaneError) {
            try await guest.lanes.call(.change(uuid), timeout: timeout) {
                connection throws(LibvirtError) in
                try connection.setGuestVCPUs(of: uuid, list, online: online)
            }
        } catch {
            throw AgentError(error, asked: .set)
        }
        return Int64(changes.count)
    }

    func close() async {}
}
