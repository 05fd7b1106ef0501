package import FoundationEssentials
package import GuestVCPU

/// A change as the journal has it.
package struct RecordedChange: Hashable, Sendable {
    /// The change's id.
    package let id: ChangeID
    /// When it was begun.
    package let time: Date
    /// The user that the program ran as.
    package let user: String
    /// The user that logged in, where that is another one; nil where it is not known.
    package let login: String?
    /// The process.
    package let pid: Int32
    /// The guest's name within its source.
    package let guest: String
    /// The source's name.
    package let source: String
    /// The guest's UUID, where it is known.
    package let uuid: String?
    /// The change that this one takes back; nil where it takes none back.
    package let reverts: ChangeID?
    /// What was asked for.
    package let requested: VCPUTargets
    /// The vCPUs that were to be changed.
    package let planned: VCPUTargets
    /// The guest before.
    package let before: RecordedMaps
    /// The id that the guest's kernel chose at its boot; nil where it is not known.
    package let boot: String?
    /// What came of it; nil where that is not recorded.
    package var end: End?
    /// What a later reading found, where the end is not known; nil where there was none.
    package var found: Finding?
    /// Whether its program is still at work on it, where it has no end.
    package var isUnderWay = false

    /// What came of a change.
    package struct End: Hashable, Sendable {
        /// When it was over.
        package let time: Date
        /// The outcome.
        package let outcome: Outcome
        /// The guest after; nil where it could not be read.
        package let after: RecordedMaps?
        /// What went wrong first; nil where nothing did.
        package let failure: Failure?

        /// Creates one.
        package init(time: Date, outcome: Outcome, after: RecordedMaps?, failure: Failure?) {
            self.time = time
            self.outcome = outcome
            self.after = after
            self.failure = failure
        }
    }

    /// What went wrong.
    package struct Failure: Hashable, Sendable {
        /// The vCPU to blame; nil where no single one is.
        package let vcpu: Int?
        /// What it was, in words.
        package let message: String

        /// Creates one.
        package init(vcpu: Int?, message: String) {
            self.vcpu = vcpu
            self.message = message
        }
    }

    /// A reading of the guest, after a change whose end is not known.
    package struct Finding: Hashable, Sendable {
        /// When the guest was read.
        package let time: Date
        /// The guest then.
        package let after: RecordedMaps

        /// Creates one.
        package init(time: Date, after: RecordedMaps) {
            self.time = time
            self.after = after
        }
    }

    /// Creates a change that has no end yet.
    package init(
        id: ChangeID, time: Date, user: String, login: String?, pid: Int32, guest: String,
        source: String, uuid: String?, reverts: ChangeID?, requested: VCPUTargets,
        planned: VCPUTargets, before: RecordedMaps, boot: String?
    ) {
        self.id = id
        self.time = time
        self.user = user
        self.login = login
        self.pid = pid
        self.guest = guest
        self.source = source
        self.uuid = uuid
        self.reverts = reverts
        self.requested = requested
        self.planned = planned
        self.before = before
        self.boot = boot
    }

    /// Whether its program ended before it could say what came of the change.
    package var hasDied: Bool { end == nil && !isUnderWay }

    /// Whether it is open, or its program died and the guest was not read since.
    package var isUnsettled: Bool { end == nil && (isUnderWay || found == nil) }

    /// Whether only a reading can tell what it did: its program died, or could not read the guest
    /// at its end, and nothing was read since.
    package var awaitsReading: Bool {
        guard found == nil, !isUnderWay else { return false }
        guard let end else { return true }
        return end.outcome == .unknown && end.after == nil
    }

    /// The outcome as the log writes it: also `open` and `died`.
    package var outcome: String { end?.outcome.rawValue ?? (isUnderWay ? "open" : "died") }

    /// The guest after, as far as it is known.
    package var after: RecordedMaps? { end?.after ?? found?.after }

    /// The guest after as a reading that a later change can be compared with; nil where nothing is
    /// known.
    package var reviewed: GuestVCPUs? {
        after.map { $0.reading(boot: GuestBoot(id: boot.flatMap { BootID(Array($0.utf8)) })) }
    }

    /// What takes back what the change did and had not been undone; empty where that is nothing.
    package var reversal: VCPUTargets {
        reviewed.map { planned.fulfilled(by: $0).reversed } ?? VCPUTargets()
    }
}

/// The three maps of a reading that was recorded.
package struct RecordedMaps: Hashable, Sendable {
    /// The vCPUs that the guest had.
    package let vcpus: CPUMap
    /// Those that it scheduled on.
    package let online: CPUMap
    /// Those that it could take offline.
    package let offlinable: CPUMap

    /// Creates the maps; ids that `vcpus` lacks are dropped from the others.
    package init(vcpus: CPUMap, online: CPUMap, offlinable: CPUMap) {
        self.vcpus = vcpus
        self.online = online.intersection(vcpus)
        self.offlinable = offlinable.intersection(vcpus)
    }

    /// The maps of a reading.
    package init(_ guest: GuestVCPUs) {
        self.init(vcpus: guest.vcpus, online: guest.online, offlinable: guest.offlinable)
    }

    /// The vCPUs that the guest had and did not schedule on.
    package var offline: CPUMap { vcpus.subtracting(online) }

    /// The maps as a reading, which is as old as it needs to be: it is only compared.
    func reading(boot: GuestBoot) -> GuestVCPUs {
        GuestVCPUs(
            vcpus: vcpus, online: online, offlinable: offlinable, readAt: .now, boot: boot)
    }
}
