import CLibvirt
import GuestVCPU
import Synchronization
import Testing

@testable import LibvirtHost

@Suite("Reboots that a host reports", .timeLimit(.minutes(1)))
struct BootCounterTests {
    private let host = ScriptedHost("web")

    private func source(followsEvents: Bool, countsBoots: Bool) -> LibvirtSource {
        LibvirtSource(
            uri: "test:host", isReadOnly: false, followsEvents: followsEvents,
            countsBoots: countsBoots, driver: host
        ) { _ in }
    }

    /// Takes vCPUs 1 and 2 offline, of which the call does one; something happens before it.
    private func set(
        countsBoots: Bool = true, _ happening: @escaping @Sendable (ScriptedHost) -> Void
    ) async throws -> TransactionResult {
        host.state.withLock { state in
            state.maps = GuestVCPULists(vcpus: "0-3", online: "0-3", offlinable: "1-3")
            state.setError = LibvirtError(
                number: VIR_ERR_INTERNAL_ERROR, message: "unable to execute QEMU agent command")
        }
        // As `set` does: the list is read once, and the change comes when it is not followed.
        var guests: [Guest] = []
        for await listing in source(followsEvents: false, countsBoots: countsBoots).listings() {
            guests = listing.guests
            break
        }
        let writer = try #require(guests.first?.writer)
        let host = host
        return await TransactionRunner(writer: writer, timeout: .seconds(5))
            .run(try ChangeRequest([1, 2], online: false)) { step in
                guard case .sending = step else { return }
                host.state.withLock { state in
                    state.maps = GuestVCPULists(vcpus: "0-3", online: "0,2-3", offlinable: "1-3")
                }
                happening(host)
            }
    }

    private func sets() -> [String] {
        host.state.withLock(\.asked).filter { !$0.hasSuffix("read") }
    }

    @Test(
        "a domain that was reset, restarted or migrated during a change gets no undo",
        arguments: [DomainEvent.rebooted, .resumedAsAnother, .ended])
    func reported(event: DomainEvent) async throws {
        let result = try await set { $0.send(.domain(uuid: "uuid-web", event)) }
        #expect(result.outcome == .partial && result.failure?.cause == .rebooted)
        #expect(sets() == ["uuid-web: offline 1-2"])
    }

    @Test("a partial change is undone unless this domain's reboot was reported")
    func notReported() async throws {
        let result = try await set { host in
            host.send(.domain(uuid: "uuid-db", .rebooted))
            host.send(.domain(uuid: "uuid-web", .agentChanged))
            host.send(.domain(uuid: "uuid-web", .suspended))
        }
        #expect(result.outcome == .partial && result.failure?.cause != .rebooted)
        #expect(sets() == ["uuid-web: offline 1-2", "uuid-web: online 1"])
    }

    @Test("boots are compared only within one connection with events")
    func watches() {
        let counter = BootCounter(isWatching: true)
        #expect(counter.boot(of: "web") == .unknown)
        counter.begin()
        let first = counter.boot(of: "web")
        counter.record(.domain(uuid: "web", .rebooted))
        #expect(counter.boot(of: "web").differs(from: first))
        #expect(!counter.boot(of: "db").differs(from: first))
        counter.record(.closed("cut"))
        #expect(counter.boot(of: "web") == .unknown)
        counter.begin()
        #expect(!counter.boot(of: "web").differs(from: first))

        let without = BootCounter(isWatching: false)
        without.begin()
        #expect(without.boot(of: "web") == .unknown)
    }
}
