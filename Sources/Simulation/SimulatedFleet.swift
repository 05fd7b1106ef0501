internal import Glibc
package import GuestVCPU
package import UnixSockets

/// The reason why the simulated fleet did not start.
package enum SimulationError: Error, Hashable, Sendable {
    /// There are more guests than the process can open sockets.
    case tooManyGuests(count: Int, limit: Int)
    /// There is no directory for the sockets.
    case noDirectory(UnixSocketError)
    /// A socket could not be created.
    case noSocket(path: String, UnixSocketError)
}

/// Simulated guests behind real sockets, with a host that knows their CPU time.
package actor SimulatedFleet: GuestSource {
    /// Makes the reader and the writer of an agent's socket, as for a real guest.
    package typealias Endpoint =
        @Sendable (_ name: String, _ path: String) -> (
            reader: any GuestReader, writer: (any GuestWriter)?
        )

    /// A guest of the fleet.
    package struct Member: Sendable {
        /// The guest's name.
        package let name: String
        /// The path of its agent's socket.
        package let path: String
        /// Whether the agent can be reached through its socket; the others have obstacles that only a
        /// host sees.
        package let hasChannel: Bool
        /// The guest's id; its source is the agent's socket where that can be used, else the fleet.
        package var id: GuestID {
            GuestID(source: hasChannel ? .agentSocket(path: path) : .simulation, name: name)
        }
        /// What the guest demonstrates; nil for an ordinary guest.
        package let story: String?
        /// The agent, for readings of the host's side.
        package let agent: SimulatedAgent
    }

    package nonisolated let id = SourceID.simulation
    /// The guests, in the order to show them.
    package nonisolated let members: [Member]
    package nonisolated let unownedExecutor = SimulatedAgent.loop.asUnownedSerialExecutor()

    private nonisolated let guests: [Guest]
    private let runStates: [RunState]
    /// The thread of each guest's first vCPU.
    private let firstThreads: [Int]
    private let elapsed: @Sendable () -> Duration
    private var host: SimulatedHost
    private var physicalReading: PhysicalHostReading?
    private let directory: PrivateDirectory
    private var listeners: [AsyncStream<SourceListing>.Continuation] = []
    private var isStopped = false

    /// Starts a fleet.
    ///
    /// - Parameters:
    ///   - guests: How many guests, at least 1.
    ///   - vcpus: How many vCPUs an ordinary guest has, clamped to 1 to 4096.
    ///   - seed: Determines their load.
    ///   - places: Possible parents of the directory of sockets, in order of preference.
    ///   - elapsed: The time since the start, which never decreases; nil for real time.
    ///   - endpoint: Makes the reader and the writer of each guest.
    package static func start(
        guests: Int, vcpus: Int, seed: UInt64 = 1,
        places: [String] = PrivateDirectory.runtimePlaces,
        elapsed: (@Sendable () -> Duration)? = nil, endpoint: Endpoint
    ) async throws(SimulationError) -> SimulatedFleet {
        try makeRoom(for: guests)
        let profiles = GuestProfile.fleet(of: guests, vcpus: vcpus, seed: seed)
        let directory: PrivateDirectory
        do {
            directory = try PrivateDirectory(
                prefix: "vcputop-", in: places,
                longestName: (profiles.map(\.name.utf8.count).max() ?? 0) + suffix.utf8.count)
        } catch {
            throw .noDirectory(error)
        }
        let epoch = ContinuousClock.now
        let elapsed = elapsed ?? { epoch.duration(to: .now) }
        var members: [Member] = []
        for profile in profiles {
            let path = directory.path(of: profile.name + suffix)
            do throws(UnixSocketError) {
                let agent = try SimulatedAgent(
                    profile.guest, path: path, traits: profile.traits, faults: profile.faults,
                    elapsed: elapsed)
                members.append(
                    Member(
                        name: profile.name, path: path, hasChannel: profile.obstacle == nil,
                        story: profile.story, agent: agent))
            } catch {
                for member in members { await member.agent.stop() }
                directory.remove()
                throw .noSocket(path: path, error)
            }
        }
        let fleet = SimulatedFleet(profiles, members, directory, seed, elapsed, endpoint)
        await fleet.run()
        return fleet
    }

    private static let suffix = ".sock"
    /// The descriptors that readings and the rest of the program need.
    private static let otherDescriptors = 600

    private static func makeRoom(for guests: Int) throws(SimulationError) {
        let limit = DescriptorLimit.highest
        guard guests <= limit - otherDescriptors else {
            throw .tooManyGuests(count: guests, limit: max(0, limit - otherDescriptors))
        }
        DescriptorLimit.raise(to: guests + otherDescriptors)
    }

    private init(
        _ profiles: [GuestProfile], _ members: [Member], _ directory: PrivateDirectory,
        _ seed: UInt64,
        _ elapsed: @escaping @Sendable () -> Duration, _ endpoint: Endpoint
    ) {
        self.elapsed = elapsed
        host = SimulatedHost(
            load: profiles.reduce(0) { $0 + $1.guest.meanWork },
            vcpus: profiles.map(\.guest.vcpus.count),
            pins: Dictionary(
                profiles.enumerated().compactMap { place, profile in
                    profile.pin.map { (place, $0) }
                }, uniquingKeysWith: { $1 }), seed: seed)
        self.members = members
        self.directory = directory
        runStates = profiles.map(\.runState)
        var threads = [4_000]
        for profile in profiles {
            threads.append(threads[threads.count - 1] + profile.guest.vcpus.count + 7)
        }
        firstThreads = threads
        guests = zip(profiles, members).map { profile, member in
            let ways = endpoint(member.name, member.path)
            let id = member.id
            guard let obstacle = profile.obstacle else {
                return Guest(id: id, reader: ways.reader, writer: ways.writer)
            }
            let obstructed = ObstructedAgent(obstacle: obstacle)
            return Guest(
                id: id, reader: obstructed, writer: ways.writer == nil ? nil : obstructed)
        }
    }

    /// The `NAME=PATH` of each agent that other programs can reach.
    package nonisolated var socketPaths: [String] {
        members.filter(\.hasChannel).map { "\($0.name)=\($0.path)" }
    }

    /// What each special guest demonstrates.
    package nonisolated var stories: [GuestID: String] {
        var stories: [GuestID: String] = [:]
        for member in members { stories[member.id] = member.story }
        return stories
    }

    /// The directory that holds the sockets.
    package nonisolated var directoryPath: String { directory.path }

    /// Stops all agents, and removes the sockets and their directory.
    package func stop() async {
        isStopped = true
        for member in members { await member.agent.stop() }
        directory.remove()
        for listener in listeners { listener.finish() }
        listeners = []
    }

    package nonisolated func listings() -> AsyncStream<SourceListing> {
        AsyncStream { continuation in
            continuation.yield(SourceListing(status: .ok, guests: guests))
            Task { await add(continuation) }
        }
    }

    package func readHost(timeout: Duration) async -> [GuestID: HostObservation] {
        let deadline = ContinuousClock.now + timeout
        var observations: [GuestID: HostObservation] = [:]
        host.begin(at: elapsed())
        for (index, member) in members.enumerated() where ContinuousClock.now < deadline {
            // The agents run on the same loop, so this does not wait for any of them.
            guard var reading = await member.agent.hostReading(firstThread: firstThreads[index])
            else {
                observations[guests[index].id] = HostObservation(state: .unknown, reading: nil)
                continue
            }
            host.place(&reading, guest: index)
            observations[guests[index].id] = HostObservation(
                state: runStates[index], reading: reading)
        }
        physicalReading = host.end(at: .now)
        return observations
    }

    package nonisolated var hostID: HostID? { .source(id) }

    /// The machine as it was at the last reading of the guests.
    package func readPhysicalHost() async -> PhysicalHostReading? { physicalReading }

    private func run() async {
        for member in members { await member.agent.start() }
    }

    private func add(_ listener: AsyncStream<SourceListing>.Continuation) {
        if isStopped { listener.finish() } else { listeners.append(listener) }
    }
}

extension PrivateDirectory {
    /// The directories for sockets of this user's programs: `$XDG_RUNTIME_DIR`, `$TMPDIR`, `/tmp`.
    package static var runtimePlaces: [String] {
        let named = ["XDG_RUNTIME_DIR", "TMPDIR"].compactMap { (name: String) in
            getenv(name).map { String(cString: $0) }
        }
        return named + ["/tmp"]
    }
}
