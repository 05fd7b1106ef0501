internal import GuestVCPU

/// What `virDomainGetGuestVcpus` returns: three lists in libvirt's syntax, unchecked.
///
/// - Source: libvirt, `src/libvirt-domain.c`, `virDomainGetGuestVcpus`.
struct GuestVCPULists: Hashable, Sendable {
    /// The vCPUs that the guest has.
    var vcpus: String?
    /// Those that it schedules on.
    var online: String?
    /// Those that it can take offline.
    var offlinable: String?

    /// The longest list that can mean anything: 4,096 numbers, none beside its neighbour.
    static let longest = 32_768

    /// The maps.
    ///
    /// - Throws: `AgentError.malformed` naming the list that is none.
    func maps(readAt: ContinuousClock.Instant) throws(AgentError) -> GuestVCPUs {
        let all = try map(vcpus, "vcpus")
        guard !all.isEmpty else {
            throw AgentError(.malformed, "the guest is said to have no vCPU")
        }
        return GuestVCPUs(
            vcpus: all, online: try map(online, "online"),
            offlinable: try map(offlinable, "offlinable"), readAt: readAt)
    }

    private func map(_ list: String?, _ name: String) throws(AgentError) -> CPUMap {
        guard let list else { throw AgentError(.malformed, "there is no list '\(name)'") }
        guard !list.isEmpty else { return [] }
        do throws(CPUListError) {
            return try CPUMap(list: list)
        } catch {
            throw AgentError(
                .malformed,
                "the list '\(name)' is '\(list.prefix(60))': \(error.problem.summary) "
                    + "at column \(error.column)")
        }
    }
}
