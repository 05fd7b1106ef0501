internal import GuestVCPU

extension GuestState {
    /// How many vCPUs the hypervisor has plugged and the guest does not schedule on, as after a
    /// hot-plug that was not followed by a change inside the guest.
    var leftOffline: Int {
        guard host?.reading.current != nil, let plugged, let guest = vcpus else {
            return 0
        }
        return max(0, plugged - guest.online.count)
    }

    /// How many of these the guest does not list at all.
    var unseen: Int {
        guard leftOffline > 0, let plugged, let guest = vcpus else { return 0 }
        return max(0, plugged - guest.vcpus.count)
    }

    /// How many vCPUs the hypervisor could plug; nil where that is not known.
    var slots: Int? {
        host?.reading.maximum.map { min(max($0, 0), CPUMap.idRange.count) }
    }

    /// How many vCPUs the hypervisor has plugged; nil where that is not known.
    var plugged: Int? {
        guard let reading = host?.reading else { return nil }
        return min(max(reading.current ?? reading.vcpus.count, 0), CPUMap.idRange.count)
    }
}
