internal import GuestVCPU

/// The result of `virDomainGetGuestVcpus`: three lists in libvirt's syntax, not yet parsed.
///
/// - Source: libvirt, `src/libvirt-domain.c`, `virDomainGetGuestVcpus`.
struct GuestVCPULists: Hashable, Sendable {
    /// The vCPUs that the guest has.
    var vcpus: String?
    /// The vCPUs that the guest schedules on.
    var online: String?
    /// The vCPUs that the guest can take offline.
    var offlinable: String?

    /// The length of the longest useful list, in bytes: 4,096 ids written one by one.
    static let longest = 32_768

    /// Parses the lists.
    ///
    /// - Throws: `AgentError.malformed`, which names the list with the syntax error.
    func maps(readAt: ContinuousClock.Instant) throws(AgentError) -> GuestVCPUs {
        let all = try map(vcpus, "vcpus")
        guard !all.isEmpty else {
            throw AgentError(.malformed, "the guest reports no vCPU")
        }
        return GuestVCPUs(
            vcpus: all, online: try map(online, "online"),
            offlinable: try map(offlinable, "offlinable"), readAt: readAt)
    }

    private func map(_ list: String?, _ name: String) throws(AgentError) -> CPUMap {
        guard let list else { throw AgentError(.malformed, "the list '\(name)' is missing") }
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
