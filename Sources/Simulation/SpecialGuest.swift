internal import GuestVCPU

/// The guests of the simulated fleet that demonstrate special cases, the most instructive first.
enum SpecialGuest: Int, CaseIterable {
    case contradicted, starving, idleGiant, hotPlugged, pinned, rebooting, restarting, rollBack
    case conflict, partial, flaky, stuckSet, windows, hung, paused, lockedDown, sparse, slow
    case frozenAtTimes, absent, denied, blocked, unsupported, malformed, ownError, disconnected
    case frozen, nosmt, transient, wide, notRunning, busy, waiting, huge

    var number: Int { rawValue }

    /// The smallest fleet that contains the guest.
    var smallestFleet: Int { self == .huge ? 20 : 2 }

    /// Makes the guest.
    ///
    /// - Parameters:
    ///   - vcpus: How many vCPUs the guest has unless its case determines that, at least 4.
    ///   - seed: Determines its load.
    func profile(vcpus: Int, seed: UInt64) -> GuestProfile {
        /// A guest with this number of vCPUs, of which 0 is not offlinable; `adjust` changes them.
        func guest(
            _ count: Int = vcpus, busyness: Double = 0.3, habits: [SimulatedGuest.Habit] = [],
            _ adjust: (inout SimulatedVCPU) -> Void = { _ in }
        ) -> SimulatedGuest {
            let vcpus = (0..<count).map { id in
                var vcpu = SimulatedVCPU(id: id, isOfflinable: id > 0)
                adjust(&vcpu)
                return vcpu
            }
            return SimulatedGuest(vcpus: vcpus, busyness: busyness, habits: habits, seed: seed)
        }

        switch self {
        case .contradicted:
            return GuestProfile(
                "contradicted", story: "says vCPU 3 is offline, yet it is busy",
                guest {
                    guard $0.id == 3 else { return }
                    $0.isOnline = false
                    $0.spinsOffline = true
                })
        case .starving:
            var starving = guest(busyness: 0.7)
            starving.hostCPUs = 2
            return GuestProfile(
                "starving-app", story: "waits: all its vCPUs share 2 host CPUs", starving, pin: 2)
        case .idleGiant:
            return GuestProfile(
                "idle-giant", story: "wasted: hardly one of its 32 vCPUs is needed",
                guest(32, busyness: 0.02))
        case .pinned:
            return GuestProfile(
                "pinned-db", story: "each vCPU is pinned to a host CPU: see H",
                guest(busyness: 0.55), pin: vcpus)
        case .rebooting:
            return GuestProfile(
                "rebooting-ci", story: "reboots each minute, silent for 8 s",
                guest(busyness: 0.5, habits: [.reboots(every: .seconds(60), for: .seconds(8))]))
        case .restarting:
            return GuestProfile(
                "restarting-vm", story: "its QEMU ends and starts again each minute",
                guest(habits: [.restarts(every: .seconds(60), for: .seconds(6))]))
        case .rollBack:
            return GuestProfile(
                "deadline-db", story: "vCPU 3 stays online: others are rolled back",
                guest { if $0.id == 3 { $0.offlineFailure = SetFailure(.busy) } })
        case .hotPlugged:
            return GuestProfile(
                "hotplug-web", story: "the last 2 vCPUs were plugged, still offline",
                guest(busyness: 0.8) { vcpu in
                    vcpu.plugOrder = max(vcpu.id - vcpus + 3, 0)
                    if vcpu.id >= vcpus - 2 { vcpu.isOnline = false }
                })
        case .conflict:
            return GuestProfile(
                "autoscaler", story: "changes its vCPUs itself: marks conflict",
                guest(habits: [.autoscaler(ids: Array(1..<vcpus), period: .seconds(3))]))
        case .stuckSet:
            return GuestProfile(
                "stuck-set", story: "a change hangs, and is made 30 s later",
                guest(),
                faults: [
                    ScriptedFault(.hang, at: .set, isRepeated: true, lasting: .seconds(30))
                ])
        case .partial:
            return GuestProfile(
                "migrated-app",
                story: "vCPU 1 cannot come back, 2 never goes",
                guest {
                    if $0.id == 1 { $0.onlineFailure = SetFailure(.inputOutput) }
                    if $0.id == 2 { $0.offlineFailure = SetFailure(.busy) }
                })
        case .flaky:
            return GuestProfile(
                "flaky-link", story: "answers for 15 s, is silent for 30 s",
                guest(habits: [.stalls(every: .seconds(45), for: .seconds(30))]))
        case .lockedDown:
            return GuestProfile(
                "locked-down", story: "may be read; changes are disabled in it",
                guest()
            ) { $0.disabled = [.setVCPUs] }
        case .windows:
            return GuestProfile(
                "win-ts-01", story: "Windows: no vCPU can go offline",
                SimulatedGuest(
                    vcpus: (0..<vcpus).map { SimulatedVCPU(id: $0, isOfflinable: false) },
                    busyness: 0.15, seed: seed)
            ) {
                $0.version = "107.0.1"
                $0.absent = [.setVCPUs, .freezeStatus]
                $0.reportsOfflinable = false
                $0.endsLinesWithCarriageReturn = true
            }
        case .sparse:
            let ids = [0, 1, 3, 6, 7, 12] + Array(32..<(32 + max(0, vcpus - 6)))
            return GuestProfile(
                "gap-ids", story: "vCPU ids with gaps, as after unplugging",
                SimulatedGuest(
                    vcpus: ids.map { SimulatedVCPU(id: $0, isOfflinable: $0 > 0) },
                    busyness: 0.4, seed: seed))
        case .slow:
            return GuestProfile(
                "slow-nfs", story: "takes two seconds for every answer", guest(),
                faults: [ScriptedFault(.slow, at: .get, isRepeated: true)])
        case .hung:
            return GuestProfile(
                "hung-batch", story: "its agent never answers", guest(busyness: 0.95),
                faults: [ScriptedFault(.hang, at: .sync, isRepeated: true)])
        case .frozenAtTimes:
            return GuestProfile(
                "backup-hourly", story: "frozen for a backup, 20 s of each minute",
                guest(habits: [.freezes(every: .seconds(60), for: .seconds(20))]))
        case .blocked:
            return GuestProfile(
                "hardened", story: "even reading is disabled in it", guest()
            ) { $0.disabled = [.getVCPUs, .setVCPUs] }
        case .unsupported:
            return GuestProfile(
                "legacy-rhel5", story: "its agent is too old to know vCPUs", guest()
            ) {
                $0.version = "0.12.1"
                $0.absent = [.getVCPUs, .setVCPUs, .syncDelimited]
            }
        case .malformed:
            return GuestProfile(
                "rogue", story: "its agent names the same vCPU twice", guest(),
                faults: [ScriptedFault(.duplicateID, at: .get, isRepeated: true)])
        case .ownError:
            return GuestProfile(
                "broken-sysfs", story: "its agent cannot read its own vCPUs", guest(),
                faults: [ScriptedFault(.error, at: .get, isRepeated: true)])
        case .disconnected:
            return GuestProfile(
                "crash-loop", story: "its agent dies at every question", guest(),
                faults: [ScriptedFault(.dropBefore, at: .sync, isRepeated: true)])
        case .frozen:
            return GuestProfile(
                "backup-now", story: "its file systems are frozen",
                guest(habits: [.freezes(every: .seconds(3600), for: .seconds(3600))]))
        case .nosmt:
            return GuestProfile(
                "nosmt-01", story: "odd vCPUs are SMT siblings: kept offline",
                guest {
                    guard $0.id % 2 == 1 else { return }
                    $0.isOnline = false
                    $0.onlineFailure = SetFailure(.notPermitted)
                })
        case .transient:
            return GuestProfile(
                "second-try", story: "vCPU 2 goes offline only at the second try",
                guest { if $0.id == 2 { $0.offlineFailure = SetFailure(.busy, tries: 1) } })
        case .wide:
            return GuestProfile(
                "olap-64", story: "64 vCPUs, four of them offline",
                guest(64, busyness: 0.5) { if (24..<28).contains($0.id) { $0.isOnline = false } })
        case .paused:
            return GuestProfile(
                "paused-test", story: "is paused", guest().paused, obstacle: .paused,
                runState: .paused)
        case .notRunning:
            return GuestProfile(
                "no-agent", story: "has a channel, but no agent runs", guest(),
                obstacle: .notRunning)
        case .absent:
            return GuestProfile(
                "appliance", story: "has no channel for an agent", guest(), obstacle: .absent)
        case .busy:
            return GuestProfile(
                "held-by-other", story: "another client holds the channel", guest(),
                obstacle: .busy)
        case .denied:
            return GuestProfile(
                "other-tenant", story: "belongs to another user", guest(), obstacle: .denied)
        case .waiting:
            return GuestProfile(
                "behind-hung", story: "hung guests of its host hold every line", guest(),
                obstacle: .waiting)
        case .huge:
            return GuestProfile(
                "hpc-512", story: "512 vCPUs, all busy", guest(512, busyness: 0.93))
        }
    }
}
