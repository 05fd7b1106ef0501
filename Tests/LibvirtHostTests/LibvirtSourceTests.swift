import CLibvirt
import GuestVCPU
import Synchronization
import TestSupport
import Testing

@testable import LibvirtHost

@Suite("The guests of a libvirt connection", .timeLimit(.minutes(5)))
struct LibvirtSourceTests {
    private let host = ScriptedHost("web", "db")
    private let pauses = Pauses()

    private func source(isReadOnly: Bool = false) -> LibvirtSource {
        LibvirtSource(uri: "test:host", isReadOnly: isReadOnly, driver: host, pause: pauses.pause)
    }

    @Test("the source lists active domains by name, now and when one starts, ends or is renamed")
    func listing() async throws {
        var listings = source().listings().makeAsyncIterator()
        let first = try #require(await listings.next())
        #expect(first.status == .ok)
        #expect(first.guests.map(\.id.name) == ["db", "web"])
        #expect(
            first.guests.first?.id
                == GuestID(source: .libvirt(uri: "test:host"), name: "db", uuid: "uuid-db"))
        #expect(first.guests.allSatisfy { $0.writer != nil })

        host.state.withLock { $0.domains = [Domain(uuid: "uuid-web", name: "www")] }
        host.send(.domain(uuid: "uuid-db", .ended))
        let second = await listings.next { $0.guests.count == 1 }
        #expect(second?.guests.map(\.id.name) == ["www"])
        #expect(second?.status == .ok)
    }

    @Test("guests whose agents connect or disconnect, or that resume, need a refresh")
    func stirring() async {
        var listings = source().listings().makeAsyncIterator()
        #expect(await listings.next()?.guests.count == 2)
        for event in [DomainEvent.agentChanged, .resumed, .rebooted, .suspended] {
            host.send(.domain(uuid: "uuid-web", event))
            let listing = await listings.next { !$0.needingRefresh.isEmpty }
            #expect(listing?.needingRefresh.map(\.name) == ["web"])
            #expect(listing?.guests.count == 2)
        }
    }

    @Test("a guest whose late call returns needs a refresh")
    func lateReturn() async throws {
        var listings = source().listings().makeAsyncIterator()
        let guest = try #require(await listings.next()?.guests.first)
        host.state.withLock { $0.hung = ["uuid-db"] }
        while host.state.withLock(\.asked).isEmpty {
            await #expect(throws: AgentError.self) {
                try await guest.reader.read(timeout: .milliseconds(100))
            }
        }
        host.state.withLock { $0.hung = [] }
        #expect(await listings.next { !$0.needingRefresh.isEmpty }?.needingRefresh == [guest.id])
    }

    @Test("guests outlive a lost connection, and the next one reports events once")
    func reconnecting() async {
        var listings = source().listings().makeAsyncIterator()
        #expect(await listings.next()?.status == .ok)
        host.state.withLock {
            $0.openError = LibvirtError(number: VIR_ERR_SYSTEM_ERROR, message: "no daemon")
        }
        host.cut()
        let failed = await listings.next { $0.status != .ok }
        #expect(failed?.status == .failed("cut"))
        #expect(failed?.guests.count == 2)
        #expect(await listings.next()?.status == .failed("no daemon"))
        #expect(await listings.next()?.guests.count == 2)

        host.state.withLock { $0.openError = nil }
        let back = await listings.next { $0.status == .ok }
        #expect(back?.guests.count == 2)
        // Guests that could not be asked are asked at once.
        #expect(back?.needingRefresh.count == 2)
        #expect(host.open.filter(\.isWatched).count == 1)
        #expect(host.open.count == 1)
        host.send(.domain(uuid: "uuid-web", .agentChanged))
        #expect(await listings.next()?.needingRefresh.count == 1)
    }

    @Test("a silent host is reported as failed until it answers again")
    func silence() async {
        host.state.withLock { $0.isSilent = true }
        let source = LibvirtSource(
            uri: "test:host", isReadOnly: false, driver: host, patience: .milliseconds(100),
            pause: pauses.pause)
        var listings = source.listings().makeAsyncIterator()
        let silent = SourceStatus.failed("no answer within 0.1 s")
        #expect(await listings.next()?.status == silent)
        #expect(await source.readHost(timeout: .seconds(30)).isEmpty)
        host.state.withLock { $0.isSilent = false }
        #expect(await listings.next { $0.status == .ok }?.guests.count == 2)

        host.state.withLock { $0.isSilent = true }
        host.send(.domain(uuid: "uuid-web", .other))
        #expect(await listings.next { $0.status != .ok }?.status == silent)
        host.state.withLock { state in
            state.isSilent = false
            state.domains = [Domain(uuid: "uuid-web", name: "web")]
        }
        #expect(await listings.next { $0.status == .ok }?.guests.count == 1)
    }

    @Test("pauses between tries double from half a second to half a minute")
    func backoff() async {
        host.state.withLock {
            $0.openError = LibvirtError(number: VIR_ERR_SYSTEM_ERROR, message: "no daemon")
        }
        var listings = source().listings().makeAsyncIterator()
        for _ in 1...9 { #expect(await listings.next()?.status == .failed("no daemon")) }
        let seconds = pauses.all.prefix(8).map { $0 / .seconds(1) }
        #expect(seconds == [0.5, 1, 2, 4, 8, 16, 30, 30])
    }

    @Test("where only reading is allowed, the host's side is shown and agents are denied")
    func readOnlyConnection() async throws {
        host.state.withLock { state in
            state.isReadOnly = true
            state.statistics = [DomainStatistics("uuid-db", [("state.state", 1)])]
        }
        let source = source()
        var listings = source.listings().makeAsyncIterator()
        let listing = try #require(await listings.next())
        #expect(listing.status == .ok)
        #expect(listing.guests.allSatisfy { $0.writer == nil })
        let error = await #expect(throws: AgentError.self) {
            try await listing.guests[0].reader.read(timeout: .seconds(30))
        }
        #expect(error?.kind == .denied)
        #expect(error?.message.hasSuffix("not you") == true)
        let observations = await source.readHost(timeout: .seconds(30))
        #expect(observations[listing.guests[0].id]?.state == .running)
        #expect(observations.count == 1)
    }

    @Test("over ssh a read-only socket shows the host's side too")
    func readOnlyOverSSH() async throws {
        host.state.withLock { state in
            state.usesSSH = true
            state.isReadOnly = true
            state.refusal = LibvirtError(
                number: VIR_ERR_SYSTEM_ERROR, systemError: 104,
                message: "Cannot recv data: nc: /run/libvirt/libvirt-sock: Permission denied")
            state.statistics = [DomainStatistics("uuid-db", [("state.state", 1)])]
        }
        let source = source()
        var listings = source.listings().makeAsyncIterator()
        let listing = try #require(await listings.next())
        #expect(listing.status == .ok)
        #expect(listing.guests.count == 2 && listing.guests.allSatisfy { $0.writer == nil })
        #expect(await source.readHost(timeout: .seconds(30)).count == 1)
        let error = await #expect(throws: AgentError.self) {
            try await listing.guests[0].reader.read(timeout: .seconds(30))
        }
        #expect(error?.kind == .denied)
        // A refusal is final: a retry would cost the user a login and a second.
        #expect(host.state.withLock(\.opening.begun) == 2)
    }

    @Test("statistics that fail end a dead connection and keep a live one")
    func deadLine() async throws {
        host.state.withLock { $0.statistics = [DomainStatistics("uuid-db", [("state.state", 1)])] }
        let source = source()
        var listings = source.listings().makeAsyncIterator()
        #expect(await listings.next()?.status == .ok)
        host.state.withLock {
            $0.statisticsError = LibvirtError(number: VIR_ERR_INTERNAL_ERROR, message: "not now")
        }
        #expect(await source.readHost(timeout: .seconds(30)).isEmpty)
        host.state.withLock { $0.statisticsError = nil }
        #expect(await source.readHost(timeout: .seconds(30)).count == 1)
        #expect(host.state.withLock(\.opened) == 1)

        for connection in host.open { connection.die() }
        #expect(await source.readHost(timeout: .seconds(30)).isEmpty)
        let failed = await listings.next { $0.status != .ok }
        #expect(failed?.status == .failed("the connection was lost"))
        #expect(await listings.next { $0.status == .ok }?.guests.count == 2)
        // The statistics can have opened a connection of their own meanwhile.
        #expect(host.state.withLock(\.opened) >= 2)
    }

    @Test("a list that fails on a dead connection ends the connection")
    func deadList() async throws {
        var listings = source().listings().makeAsyncIterator()
        #expect(await listings.next()?.status == .ok)
        for connection in host.open {
            connection.die()
            connection.send(.domain(uuid: "uuid-web", .other))
        }
        #expect(await listings.next { $0.status != .ok } != nil)
        #expect(await listings.next { $0.status == .ok }?.guests.count == 2)
    }

    @Test("a read-only source reads guests and has no writers")
    func readOnlySource() async throws {
        var listings = source(isReadOnly: true).listings().makeAsyncIterator()
        let guest = try #require(await listings.next()?.guests.first)
        #expect(guest.writer == nil)
        #expect(try await guest.reader.read(timeout: .seconds(30)).vcpus.online == [0, 1])
    }

    @Test("without a listener the connection is closed, and guests can still be asked")
    func ending() async throws {
        let guest = try await {
            var listings = source().listings().makeAsyncIterator()
            return try #require(await listings.next()?.guests.first)
        }()
        let host = host
        #expect(await eventually { host.open.isEmpty })
        #expect(try await guest.reader.read(timeout: .seconds(30)).vcpus.online == [0, 1])
    }

    @Test("reading the host waits for the first connection, but not for a missing one")
    func earlyQuestion() async {
        host.state.withLock { $0.statistics = [DomainStatistics("uuid-db", [("state.state", 1)])] }
        let source = source()
        async let early = source.readHost(timeout: .seconds(30))
        var listings = source.listings().makeAsyncIterator()
        #expect(await listings.next()?.guests.count == 2)
        #expect(await early.count == 1)
        let idle = LibvirtSource(
            uri: "test:idle", isReadOnly: true, driver: host, pause: pauses.pause)
        #expect(await idle.readHost(timeout: .milliseconds(10)).isEmpty)
    }

    @Test("the plug order is read once for each guest, and only on request")
    func plugOrder() async throws {
        let domains = ["uuid-db", "uuid-web"]
        host.state.withLock { state in
            state.statistics = domains.map {
                DomainStatistics($0, [("state.state", 1), ("vcpu.0.time", 7), ("vcpu.1.time", 7)])
            }
        }
        for isWanted in [false, true] {
            let source = LibvirtSource(
                uri: "test:host", isReadOnly: true, readsPlugOrder: isWanted, driver: host,
                pause: pauses.pause)
            var listings = source.listings().makeAsyncIterator()
            let guest = try #require(await listings.next()?.guests.first)
            for _ in 1...2 {
                let reading = await source.readHost(timeout: .seconds(30))[guest.id]?.reading
                #expect(reading?.vcpus.map(\.timeNanoseconds) == [7, 7])
                #expect(reading?.vcpus.map(\.plugOrder) == (isWanted ? [1, 2] : [nil, nil]))
            }
            #expect(host.state.withLock(\.described) == (isWanted ? domains : []))
        }
    }

    @Test("a domain that only the statistics show causes a new list")
    func missedEvent() async {
        let source = source()
        var listings = source.listings().makeAsyncIterator()
        #expect(await listings.next()?.guests.count == 2)
        host.state.withLock { state in
            state.domains.append(Domain(uuid: "uuid-new", name: "new"))
            state.statistics = state.domains.map { DomainStatistics($0.uuid, []) }
        }
        #expect(await source.readHost(timeout: .seconds(30)).count == 2)
        #expect(await listings.next { $0.guests.count == 3 } != nil)
        #expect(await source.readHost(timeout: .seconds(30)).count == 3)
    }
}

/// Records pauses, which take no time.
private final class Pauses: Sendable {
    private let durations = Mutex<[Duration]>([])

    var all: [Duration] { durations.withLock(\.self) }

    @Sendable func pause(_ duration: Duration) async throws {
        durations.withLock { $0.append(duration) }
        await Task.yield()
    }
}

extension AsyncStream<SourceListing>.Iterator {
    fileprivate mutating func next(
        where isWanted: (SourceListing) -> Bool
    ) async -> SourceListing? {
        while let listing = await next() {
            if isWanted(listing) { return listing }
        }
        return nil
    }
}
