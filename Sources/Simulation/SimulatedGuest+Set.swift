package import GuestVCPU

extension SimulatedGuest {
    /// The result of `guest-set-vcpus`.
    package enum SetReply: Hashable, Sendable {
        /// The number of finished changes.
        case count(Int)
        /// The first change failed.
        case error(String)
    }

    /// Changes states as the agent does: in order, up to the first failure.
    ///
    /// - Parameter changes: The changes; an id may be any number.
    /// - Source: qemu/qga/commands-posix.c, `qmp_guest_set_vcpus`, `transfer_vcpu`; the texts are
    ///   those of qemu-ga 7.2.
    package mutating func set(_ changes: [(id: Int64, online: Bool)]) -> SetReply {
        for (done, change) in changes.enumerated() {
            guard let error = set(change.id, online: change.online) else { continue }
            return done > 0 ? .count(done) : .error(error)
        }
        return .count(changes.count)
    }

    /// Changes states, in order, up to the first failure.
    package mutating func set(_ changes: [VCPUChange]) -> SetReply {
        set(changes.map { (Int64($0.id), $0.online) })
    }

    /// Changes one state; returns the error, or nil on success.
    private mutating func set(_ id: Int64, online: Bool) -> String? {
        let folder = "/sys/devices/system/cpu/cpu\(id)/"
        guard let index = vcpus.firstIndex(where: { $0.id == id }) else {
            return "open(\"\(folder)\"): No such file or directory"
        }
        guard vcpus[index].isOfflinable else {
            return online ? nil : "logical processor #\(id) can't be offlined"
        }
        if let failure = readOnlyFailure(at: index) {
            return "open(\"\(folder)/online\"): \(failure.reason.rawValue)"
        }
        guard vcpus[index].isOnline != online else { return nil }
        if let reason = refusal(at: index, online: online) {
            return "pwrite(\"\(folder)/online\"): \(reason.rawValue)"
        }
        vcpus[index].isOnline = online
        return nil
    }

    /// The failure to open the file for writing, which occurs even when the state would not change.
    private func readOnlyFailure(at index: Int) -> SetFailure? {
        [vcpus[index].offlineFailure, vcpus[index].onlineFailure]
            .compactMap { $0 }.first { $0.reason == .readOnly }
    }

    private mutating func refusal(at index: Int, online: Bool) -> SetFailure.Reason? {
        if !online, !vcpus.contains(where: { $0.isOnline && $0.id != vcpus[index].id }) {
            return .busy
        }
        let place = online ? \SimulatedVCPU.onlineFailure : \SimulatedVCPU.offlineFailure
        guard let failure = vcpus[index][keyPath: place] else { return nil }
        if let tries = failure.triesLeft {
            vcpus[index][keyPath: place]?.triesLeft = tries - 1
            if tries <= 1 { vcpus[index][keyPath: place] = nil }
            if tries <= 0 { return nil }
        }
        return failure.reason
    }
}
