internal import GuestVCPU

extension GuestState {
    /// How many vCPUs the hypervisor has plugged and the guest does not schedule on, as after a
    /// hot-plug that was not followed by a change inside the guest.
    var leftOffline: Int {
        guard let current = host?.reading.current, let online = reading?.vcpus.online else {
            return 0
        }
        return max(0, Self.plausible(current) - online.count)
    }

    /// How many of these the guest does not list at all.
    var unseen: Int {
        guard let current = host?.reading.current, let present = reading?.vcpus.vcpus else {
            return 0
        }
        return max(0, Self.plausible(current) - present.count)
    }

    /// How many vCPUs the hypervisor could plug; nil where that is not known.
    var slots: Int? {
        host?.reading.maximum.map(Self.plausible)
    }

    /// How many vCPUs the hypervisor has plugged; nil where that is not known.
    var plugged: Int? {
        guard let reading = host?.reading else { return nil }
        return Self.plausible(reading.current ?? reading.vcpus.count)
    }

    /// A number that comes from a hypervisor, brought into what there can be.
    private static func plausible(_ count: Int) -> Int {
        min(max(count, 0), CPUMap.idRange.count)
    }
}
