internal import GuestVCPU

/// A member of the simulated fleet: its guest, its agent and its faults.
package struct GuestProfile: Sendable {
    /// The guest's name: letters, digits and dashes.
    package let name: String
    /// What the guest demonstrates, for the user of the demo; nil for an ordinary guest.
    package let story: String?
    var guest: SimulatedGuest
    var traits: AgentTraits
    var faults: [ScriptedFault]
    /// The host's reason why the agent cannot answer, which a real host learns from QMP.
    var obstacle: AgentError.Kind?
    /// How many CPUs of the host its vCPUs are pinned to; nil where they are free to move.
    var pin: Int?
    /// The machine's run state.
    var runState = RunState.running

    init(
        _ name: String, story: String? = nil, _ guest: SimulatedGuest,
        faults: [ScriptedFault] = [], obstacle: AgentError.Kind? = nil,
        pin: Int? = nil, runState: RunState = .running,
        _ adjust: (inout AgentTraits) -> Void = { _ in }
    ) {
        self.name = name
        self.story = story
        self.guest = guest
        // The obstacle holds for every client, also for one that connects to the socket.
        self.faults =
            obstacle == nil ? faults : [ScriptedFault(.hang, at: .sync, isRepeated: true)]
        self.obstacle = obstacle
        self.pin = pin
        self.runState = runState
        traits = AgentTraits()
        traits.latency = .milliseconds(100)
        traits.changeDuration = .milliseconds(20)
        adjust(&traits)
    }

    /// The fleet: ordinary guests, and among them special ones, which are at most five eighths.
    ///
    /// - Parameters:
    ///   - count: How many guests, at least 1.
    ///   - vcpus: How many vCPUs an ordinary guest has, clamped to 1 to 4096.
    ///   - seed: Determines their load and their idle vCPUs.
    package static func fleet(of count: Int, vcpus: Int, seed: UInt64) -> [GuestProfile] {
        let hash = SeededHash(seed: seed)
        let count = max(1, count)
        let vcpus = min(max(1, vcpus), CPUMap.idRange.count)
        // The first guests are ordinary ones, since the cursor starts there.
        let leading = min(3, count)
        let specials = SpecialGuest.allCases.filter { count >= $0.smallestFleet }
            .prefix(min(count - leading, max(count * 5 / 8, 1)))
            .map { $0.profile(vcpus: max(vcpus, 4), seed: hash.part(-$0.number - 1).seed) }
        var names = GuestNames()
        var ordinary = (0..<max(0, count - specials.count)).map { number in
            Self.ordinary(names.next(), number, vcpus: vcpus, hash.part(number))
        }
        ordinary.insert(contentsOf: specials, at: min(leading, ordinary.count))
        return ordinary
    }

    private static func ordinary(
        _ name: (text: String, busyness: Double), _ number: Int, vcpus: Int, _ hash: SeededHash
    ) -> GuestProfile {
        // Every fifth guest has its last quarter offline, as after a quiet night.
        let online = number % 5 == 4 ? max(1, vcpus - vcpus / 4) : vcpus
        let guest = SimulatedGuest(
            vcpus: (0..<vcpus).map {
                SimulatedVCPU(id: $0, isOnline: $0 < online, isOfflinable: $0 > 0)
            },
            busyness: name.busyness * (0.6 + 0.8 * hash.fraction(0)), seed: hash.seed)
        return GuestProfile(name.text, guest)
    }
}

/// Realistic names of machines, without a duplicate.
struct GuestNames {
    private static let roles: [(name: String, busyness: Double)] = [
        ("web", 0.30), ("web", 0.30), ("db", 0.45), ("web", 0.30), ("app", 0.25),
        ("ci-runner", 0.85), ("cache", 0.15), ("web", 0.30), ("build", 0.75), ("queue", 0.10),
        ("mail", 0.06), ("git", 0.12), ("proxy", 0.20), ("metrics", 0.35), ("auth", 0.05),
        ("backup", 0.03), ("render", 0.95),
    ]
    private var numbers: [String: Int] = [:]
    private var given = 0

    mutating func next() -> (text: String, busyness: Double) {
        let role = Self.roles[given % Self.roles.count]
        given += 1
        let number = numbers[role.name, default: 0] + 1
        numbers[role.name] = number
        return ("\(role.name)-\(number < 10 ? "0" : "")\(number)", role.busyness)
    }
}
