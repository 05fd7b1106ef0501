import GuestVCPU
import Testing

@testable import vcputop

@Suite("which guest a name means")
struct GuestLookupTests {
    private static let root = GuestOwner(uid: 0, name: "root", isTrusted: true)
    private static let mallory = GuestOwner(uid: 1001, name: "mallory", isTrusted: false)

    private func guest(_ name: String, _ path: String, owner: GuestOwner? = nil) -> Guest {
        Guest(
            id: GuestID(source: .agentSocket(path: path), name: name), owner: owner,
            reader: NoAgent(),
            writer: nil)
    }

    private func find(
        _ name: String, among guests: [Guest], leftOut: [LeftOutGuest] = []
    ) async -> Result<GuestID, AgentError> {
        do throws(GuestLookupError) {
            let sources = [FixedSource(guests: guests, leftOut: leftOut)]
            let directory = await GuestDirectory.read(sources, timeout: .seconds(10))
            return .success(try directory.guest(named: name).id)
        } catch {
            return .failure(error.agentError)
        }
    }

    @Test("a look-alike of another user never makes a plain name ambiguous, nor is it meant")
    func lookalikes() async throws {
        let own = guest("web", "/run/1.qga", owner: Self.root)
        let fake = guest("web", "/home/mallory/2.qga", owner: Self.mallory)
        for guests in [[own, fake], [fake, own]] {
            #expect(await find("web", among: guests) == .success(own.id))
            let full = "agent:/home/mallory/2.qga/web"
            #expect(await find(full, among: guests) == .success(fake.id))
        }
        // So is one of a source that answers for its guests itself.
        let managed = guest("web", "/run/3.qga")
        #expect(await find("web", among: [fake, managed]) == .success(managed.id))
    }

    @Test("alone, a guest of another user needs its full name, and the error says so")
    func foreign() async throws {
        let fake = guest("web", "/home/mallory/2.qga", owner: Self.mallory)
        guard case .failure(let error) = await find("web", among: [fake]) else {
            Issue.record("found")
            return
        }
        #expect(
            error.message == "'web' is a guest of another user, which only its full name means: "
                + "agent:/home/mallory/2.qga/web for web (user mallory)")
        guard case .failure(let unknown) = await find("db", among: [fake]) else {
            Issue.record("found")
            return
        }
        #expect(
            unknown.message == "no guest is called 'db'; there are: "
                + "agent:/home/mallory/2.qga/web for web (user mallory)")
    }

    @Test("two guests of trusted users with one name are ambiguous, without any look-alike")
    func ambiguous() async throws {
        let guests = [
            guest("web", "/run/1.qga", owner: Self.root), guest("web", "/run/2.qga"),
            guest("web", "/home/mallory/2.qga", owner: Self.mallory),
        ]
        guard case .failure(let error) = await find("web", among: guests) else {
            Issue.record("found")
            return
        }
        #expect(
            error.message == "more than one guest is called 'web', so give the full name: "
                + "agent:/run/1.qga/web for web (run/1.qga), "
                + "agent:/run/2.qga/web for web (run/2.qga)")
        // What the table shows is explained, and what the message shows can be typed.
        for (row, guest) in zip(table(guests), guests) {
            #expect(await find("\(guest.id.source.name)/web", among: guests) == .success(guest.id))
            guard case .failure(let label) = await find(row, among: guests) else {
                Issue.record("a label that depends on the other guests was taken for a name")
                continue
            }
            #expect(
                label.message == "no guest is called '\(row)'; its full name is: "
                    + "\(guest.id.source.name)/web for \(row)")
        }
        guard case .failure(let unknown) = await find("db", among: guests) else {
            Issue.record("found")
            return
        }
        #expect(unknown.message.contains("there are: agent:/home/mallory/2.qga/web for web ("))
        #expect(unknown.message.contains(", agent:/run/1.qga/web for web (run/1.qga), "))
    }

    @Test("a name that a shell would take apart is quoted where it is to be typed")
    func quoted() async throws {
        let guests = [guest("my web", "/run/1.qga"), guest("my web", "/run/2.qga")]
        guard case .failure(let error) = await find("my web", among: guests) else {
            Issue.record("found")
            return
        }
        #expect(error.message.contains("'agent:/run/1.qga/my web' for my web (1.qga), "))
    }

    @Test("a guest that is left out is said to be there, with the reason and what to do")
    func leftOut() async throws {
        let guests = [guest("web", "/run/1.qga", owner: Self.root)]
        let leftOut = ["db", "web", "mail"].map {
            LeftOutGuest(name: $0, reason: "it is \($0)'s", help: "start \($0)")
        }
        guard case .failure(let error) = await find("db", among: guests, leftOut: leftOut) else {
            Issue.record("found")
            return
        }
        #expect(error.message == "guest 'db' is left out: it is db's; start db")
        #expect(await find("web", among: guests, leftOut: leftOut) == .success(guests[0].id))
        guard case .failure(let other) = await find("x", among: guests, leftOut: leftOut) else {
            Issue.record("found")
            return
        }
        #expect(other.message == "no guest is called 'x'; there are: web")
    }

    @Test("list picks guests by the same rule, and says why a name means none")
    func selection() async throws {
        let own = guest("web", "/run/1.qga", owner: Self.root)
        let fakes = [
            guest("web", "/home/mallory/2.qga", owner: Self.mallory),
            guest("db", "/home/mallory/3.qga", owner: Self.mallory),
        ]
        let selection = GuestSelection(
            ["web", "db"], of: [FixedSource(guests: fakes + [own])])
        let source = try #require(selection.sources.first)
        var listed: [GuestID] = []
        for await listing in source.listings() { listed = listing.guests.map(\.id) }
        #expect(listed == [own.id])
        let snapshot = FleetSnapshot(
            takenAt: .now, sources: [SourceState(id: .qemuProcesses, status: .ok)],
            guests: [state(of: own)])
        let failure = try #require(selection.failure(in: snapshot, isLeftOutSaid: true))
        #expect(failure.exitStatus == 2)
        #expect(
            failure.messages == [
                "'db' is a guest of another user, which only its full name means: "
                    + "agent:/home/mallory/3.qga/db for db (user mallory)"
            ])
    }

    @Test("of a named guest that is left out the reason is said, once, and the status is 2")
    func leftOutOfSelection() async throws {
        let name = "db\u{7}" + String(repeating: "x", count: 80)
        let leftOut = LeftOutGuest(name: name, reason: "it is stopped", help: "start it")
        let selection = GuestSelection(
            [name, "mail"],
            of: [FixedSource(guests: [], leftOut: [leftOut, LeftOutGuest(name: "x", reason: "")])])
        let source = try #require(selection.sources.first)
        var listed: [LeftOutGuest] = []
        for await listing in source.listings() { listed = listing.leftOut }
        #expect(listed == [leftOut])
        let snapshot = FleetSnapshot(
            takenAt: .now, sources: [SourceState(id: .qemuProcesses, status: .ok, leftOut: listed)],
            guests: [])
        let text = try #require(selection.failure(in: snapshot, isLeftOutSaid: true))
        #expect(text.exitStatus == 2 && text.messages == ["no guest is called 'mail'"])
        let json = try #require(selection.failure(in: snapshot, isLeftOutSaid: false))
        #expect(json.exitStatus == 2 && json.messages.count == 2)
        #expect(json.messages.first == "\(leftOut.summary); start it")
        let alone = try #require(
            GuestSelection([name], of: []).failure(in: snapshot, isLeftOutSaid: true))
        #expect(alone.exitStatus == 2 && alone.messages.isEmpty)
    }

    @Test("the table tells guests of one name apart as the dashboard does")
    func table() {
        let guests = [
            guest("web", "/run/1.qga", owner: Self.root),
            guest("web", "/home/mallory/2.qga", owner: Self.mallory),
            guest("db", "/run/3.qga"), guest("mail", "/run/4.qga", owner: Self.mallory),
        ]
        #expect(
            table(guests) == [
                "web (1.qga)", "web (2.qga, user mallory)", "db", "mail (user mallory)",
            ])
        #expect(table([guests[0], guests[2]]) == ["web", "db"])
        // Names that are too long for a table keep the part that differs.
        let long = String(repeating: "long-", count: 30)
        let cut = table([guest(long + "1", "/a"), guest(long + "2", "/b")])
        #expect(Set(cut).count == 2 && cut.allSatisfy { $0.count == 64 }, "\(cut)")
    }

    @Test("what is wrong with a guest is said of its label")
    func troubles() {
        let states = [guest("web", "/run/1.qga"), guest("web", "/run/2.qga")].map { guest in
            GuestState(
                id: guest.id, owner: nil, runState: .running,
                agent: .failed(AgentError(.unresponsive)), reading: nil, host: nil,
                isWritable: false)
        }
        #expect(
            FleetText.troubles(FleetSnapshot(takenAt: .now, sources: [], guests: states)) == [
                "guest 'web (1.qga)': the agent does not answer",
                "guest 'web (2.qga)': the agent does not answer",
            ])
    }

    /// The names in the table.
    private func table(_ guests: [Guest]) -> [String] {
        FleetText.lines(
            FleetSnapshot(takenAt: .now, sources: [], guests: guests.map(state(of:))),
            isMeasured: false
        ).dropFirst().map { $0.split(separator: "  ").first.map(String.init) ?? "" }
    }

    private func state(of guest: Guest) -> GuestState {
        GuestState(
            id: guest.id, owner: guest.owner, runState: .running, agent: .pending, reading: nil,
            host: nil, isWritable: false)
    }
}

/// A guest that is never asked.
private struct NoAgent: GuestReader {
    func read(timeout: Duration) async throws(AgentError) -> AgentReading {
        throw AgentError(.absent)
    }
}

/// A source that lists its guests once.
private struct FixedSource: GuestSource {
    let guests: [Guest]
    var leftOut: [LeftOutGuest] = []

    var id: SourceID { .qemuProcesses }

    func listings() -> AsyncStream<SourceListing> {
        AsyncStream { continuation in
            continuation.yield(SourceListing(status: .ok, guests: guests, leftOut: leftOut))
            continuation.finish()
        }
    }

    func readHost(timeout: Duration) async -> [GuestID: HostObservation] { [:] }
}
