internal import GuestVCPU

extension Fleet {
    /// A guest and what was worked out of it once, when the snapshot came.
    ///
    /// Immutable, and a class: with all that is in it, it would be costly to copy.
    final class Member: Sendable {
        let state: GuestState
        /// What the screen calls it.
        let label: GuestLabel
        /// How many physical CPUs it uses; nil where that is not known.
        let cores: Double?
        /// The share of its vCPUs that the guest as a whole used of late.
        let recentShares: RecentShares
        /// The load that the cell of each vCPU shows, by the guest's number.
        ///
        /// Negative where none is known. It follows what is measured only when that moves by more
        /// than a little, so that a cell between two signs does not flicker.
        private let shownLoads: [Double]
        /// Whether no source lists it any more; it stays while marks or a change hold it.
        let isGone: Bool
        /// Its place in the snapshot.
        let place: Int
        /// When the guest was first read to be in the state that it is in.
        let stateSince: ContinuousClock.Instant?
        /// Offline vCPUs of which the host says that they use a physical CPU.
        private let busyOffline: CPUMap
        /// Those of these that the guest still called offline when it was read after that.
        ///
        /// Without that reading somebody may just have brought them online.
        let contradicted: CPUMap
        /// Whether its source does not answer, so that nothing newer is heard of it.
        let isSourceDown: Bool
        /// The vCPUs of which the host's last interval is not of the state that they are in; nil
        /// where there are none.
        private let settling: Settling?
        /// What tells the machine from another of the same name, as it was known last.
        private let identity: Identity

        /// Creates a guest.
        ///
        /// - Parameters:
        ///   - earlier: The same guest as it was known before.
        ///   - interval: How often the host is read.
        init(
            _ state: GuestState, label: GuestLabel, place: Int, after earlier: Member?,
            isGone: Bool = false, isSourceDown: Bool = false, interval: Duration
        ) {
            self.state = state
            self.label = label
            self.place = place
            self.isGone = isGone
            self.isSourceDown = isSourceDown
            identity = Identity(state, after: earlier?.identity)
            settling = Settling(state, after: earlier)
            let used = Self.use(
                state, except: settling?.ids ?? [], after: earlier?.shownLoads ?? [])
            cores = used.cores
            recentShares = Self.recentShares(state, cores: cores, after: earlier)
            shownLoads = used.loads
            if let new = state.vcpus, let old = earlier?.state.vcpus, new.hasSameState(as: old) {
                stateSince = earlier?.stateSince
            } else {
                stateSince = state.vcpus?.readAt
            }
            busyOffline = Self.busyOffline(state, since: stateSince, interval: interval)
            let isReadAgain =
                state.vcpus.map { $0.readAt > (earlier?.state.vcpus?.readAt ?? $0.readAt) } ?? false
            let before = earlier.map {
                isReadAgain ? $0.contradicted.union($0.busyOffline) : $0.contradicted
            }
            contradicted = (before ?? []).intersection(busyOffline)
        }

        private static func busyOffline(
            _ state: GuestState, since: ContinuousClock.Instant?, interval: Duration
        ) -> CPUMap {
            guard let host = state.host, let since, let offline = state.vcpus?.offline,
                // A share is of an interval that ends with the host's reading: the vCPU must have
                // been offline for all of it, or what it did before is held against it.
                host.reading.readAt - since >= interval * 2
            else { return [] }
            return CPUMap(
                offline.filter { (host.share(guestID: $0) ?? 0) >= Standstill.idleShare })
        }

        /// The share of a physical CPU that a vCPU used; nil where none is known of the state that
        /// it is in.
        func share(guestID id: Int) -> Double? {
            settling?.ids.contains(id) == true ? nil : state.host?.share(guestID: id)
        }

        /// The share of a physical CPU that the cell of a vCPU shows; nil where none is known.
        func shownLoad(guestID id: Int) -> Double? {
            guard shownLoads.indices.contains(id), shownLoads[id] >= 0 else { return nil }
            return shownLoads[id]
        }

        /// Half of what one digit stands for.
        private static let leastMove: Double = 0.05

        private static func recentShares(
            _ state: GuestState, cores: Double?, after earlier: Member?
        ) -> RecentShares {
            var recent = earlier?.recentShares ?? RecentShares()
            // Every snapshot has a reading of the host, but not each a new one.
            if let host = state.host, let cores,
                earlier?.state.host?.reading.readAt != host.reading.readAt
            {
                recent.append(
                    cores / Double(host.shares.count), at: host.reading.readAt)
            }
            return recent
        }

        /// What the host says that the vCPUs use: all together, and each as its cell shows it.
        private static func use(
            _ state: GuestState, except settling: CPUMap, after earlier: [Double]
        ) -> (cores: Double?, loads: [Double]) {
            guard let host = state.host else { return (nil, []) }
            let vcpus = state.vcpus?.vcpus
            var loads = [Double](repeating: -1, count: (vcpus?.max ?? -1) + 1)
            var cores: Double?
            for vcpu in host.reading.vcpus {
                guard let new = host.shares[vcpu.id] else { continue }
                cores = (cores ?? 0) + new
                guard let id = host.pairing.guestID(of: vcpu.id), new >= 0,
                    vcpus?.contains(id) == true, !settling.contains(id)
                else { continue }
                let old = id < earlier.count ? earlier[id] : -1
                // What does nothing is shown so, and not as the little that it did before.
                let isLittle = old >= 0 && new >= 0.01 && abs(new - old) < leastMove
                loads[id] = isLittle ? old : new
            }
            return (cores, loads)
        }

        /// Whether the guest would be worked out to the same again.
        ///
        /// Most snapshots have news of a few guests alone, and share what they have of the others:
        /// that is found to be equal without a look into it.
        func stands(
            for state: GuestState, place: Int, isSourceDown: Bool, label: GuestLabel
        ) -> Bool {
            !isGone && self.place == place && self.isSourceDown == isSourceDown
                && self.label == label && self.state == state
        }
    }
}

extension Fleet.Member {
    /// The vCPUs whose state changed within, or after, what the host measured last: what they
    /// used is of the state before.
    fileprivate struct Settling {
        let ids: CPUMap
        /// When the guest was read to have changed.
        let since: ContinuousClock.Instant
        /// When the host was first read after that.
        let measuredFrom: ContinuousClock.Instant?

        /// Creates those of a guest; nil where there are none.
        init?(_ state: GuestState, after earlier: Fleet.Member?) {
            guard let earlier, let old = earlier.state.vcpus, let new = state.vcpus else {
                return nil
            }
            var first = earlier.settling?.measuredFrom
            if new.online == old.online {
                guard let before = earlier.settling else { return nil }
                (ids, since) = (before.ids, before.since)
            } else {
                let changed = old.online.subtracting(new.online)
                    .union(new.online.subtracting(old.online))
                ids = changed.union(earlier.settling?.ids ?? [])
                since = new.readAt
                first = nil
            }
            guard let readAt = state.host?.reading.readAt, readAt >= since else {
                measuredFrom = first
                return
            }
            // An interval can reach back over several readings, but no further than this.
            if let first, readAt - first >= Standstill.leastInterval { return nil }
            measuredFrom = first ?? readAt
        }
    }

    /// What tells a machine, and a boot of it, from another of the same name.
    private struct Identity {
        let incarnation: UInt64?
        /// The thread of its first vCPU.
        let thread: Int?
        /// The boot that its agent answered from.
        let boot: GuestBoot

        /// What a state tells; what it does not tell stays as before, so that a machine which
        /// restarts while no source sees it is noticed when one sees it again.
        init(_ state: GuestState, after earlier: Identity?) {
            let host = state.host?.reading
            let answering = state.vcpus?.boot
            incarnation = host?.incarnation ?? earlier?.incarnation
            thread = host?.vcpus.first?.thread ?? earlier?.thread
            boot = GuestBoot(
                id: answering?.id ?? earlier?.boot.id,
                incarnation: answering?.incarnation ?? earlier?.boot.incarnation)
        }

        func differs(from other: Identity) -> Bool {
            func differ<Value: Equatable>(_ one: Value?, _ two: Value?) -> Bool {
                one != nil && two != nil && one != two
            }
            return differ(incarnation, other.incarnation) || differ(thread, other.thread)
                || boot.differs(from: other.boot)
        }
    }

    /// Whether the ids of the one mean the same vCPUs in the other: false when the machine ended
    /// or was rebooted, or when its first vCPU has another thread and so is another process.
    func isSameMachine(as other: Fleet.Member) -> Bool {
        guard !isGone else { return false }
        switch other.state.runState {
        case .shutdown, .crashed: return false
        case .running, .paused, .suspended, .unknown: break
        }
        return !identity.differs(from: other.identity)
    }
}
