import GuestVCPU
import Testing

@testable import vcputop

@Suite("which guest a name means")
struct GuestLookupTests {
    private static let root = GuestOwner(uid: 0, name: "root", isTrusted: true)
    private static let mallory = GuestOwner(uid: 1001, name: "mallory", isTrusted: false)

    private func guest(_ name: String, _ path: String, owner: GuestOwner? = nil) -> Guest {
        Guest(
            id: GuestID(source: "agent:\(path)", name: name), owner: owner, reader: NoAgent(),
            writer: nil)
    }

    private func find(
        _ name: String, among guests: [Guest], leftOut: [LeftOutGuest] = []
    ) async -> Result<GuestID, AgentError> {
        do throws(GuestLookupError) {
            let found = try await GuestLookup.find(
                name, in: [FixedSource(guests: guests, leftOut: leftOut)], timeout: .seconds(10))
            return .success(found.id)
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
        #expect(error.message.contains("agent:/home/mallory/2.qga/web (of user mallory)"))
        guard case .failure(let unknown) = await find("db", among: [fake]) else {
            Issue.record("found")
            return
        }
        #expect(unknown.message.contains("agent:/home/mallory/2.qga/web (of user mallory)"))
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
        #expect(error.message.contains("agent:/run/1.qga/web, agent:/run/2.qga/web"))
        #expect(!error.message.contains("mallory"))
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
            takenAt: .now, sources: [SourceState(name: "host", status: .ok)],
            guests: [state(of: own)])
        let failure = try #require(selection.failure(in: snapshot))
        #expect(failure.exitStatus == 2)
        #expect(failure.messages.count == 1)
        #expect(
            failure.messages.first?.contains("agent:/home/mallory/3.qga/db (of user mallory)")
                == true)
    }

    @Test("the table shows the owner of a guest of another user")
    func table() {
        let guests = [
            guest("web", "/run/1.qga", owner: Self.root),
            guest("web", "/home/mallory/2.qga", owner: Self.mallory),
        ]
        let lines = FleetText.lines(
            FleetSnapshot(takenAt: .now, sources: [], guests: guests.map(state(of:))))
        #expect(lines.count == 3)
        #expect(lines[1].hasPrefix("web  ") && lines[2].hasPrefix("web (user mallory)  "))
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

    var name: String { "host" }

    func listings() -> AsyncStream<SourceListing> {
        AsyncStream { continuation in
            continuation.yield(SourceListing(status: .ok, guests: guests, leftOut: leftOut))
            continuation.finish()
        }
    }

    func readHost(timeout: Duration) async -> [GuestID: HostObservation] { [:] }
}
