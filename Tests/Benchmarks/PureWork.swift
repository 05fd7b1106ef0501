import CanvasKit
import Dashboard
import GuestVCPU
import LabSupport
import QAPI

/// Work without a socket, a file or a terminal, whose instructions are counted.
struct PureWork {
    let name: String
    /// How often it is done for one measurement.
    let count: Int
    let body: () -> Void

    /// How the process is called that does it all, or what has a text in its name: `Benchmarks work
    /// [TEXT]`.
    static let role = "work"

    /// Does it twice: the second time counts, when nothing is done for the first time.
    ///
    /// - Parameter text: What the names of the work have; all that there is where it is empty.
    static func run(_ text: String) throws {
        for work in try all() where text.isEmpty || work.name.contains(text) {
            measured = work
            for _ in 0..<2 { vcputopMeasuredWork() }
            print(work.name, work.count, separator: "\t")
        }
    }

    private static func all() throws -> [PureWork] {
        try [
            decoding("guest-get-vcpus of 16: reply to vCPUs", 20, vcpus: 16),
            decoding("guest-get-vcpus of 1024: reply to vCPUs", 2, vcpus: 1_024),
            decoding("guest-info: reply to commands", 20),
            planning(16), planning(1_024),
        ] + fleet() + detail()
    }

    private static func decoding(
        _ name: String, _ count: Int, vcpus: Int? = nil
    ) throws -> PureWork {
        let isInfo = vcpus == nil
        let agent = CannedAgent(
            returning: vcpus.map(CannedAgent.vcpus) ?? CannedAgent.info)
        let session = AgentSession(over: agent)
        let executor = InlineExecutor()
        let deadline = ContinuousClock.now + .seconds(3_600)
        try executor.run { try await session.open(until: deadline) }
        let isRead = try executor.run {
            isInfo
                ? try await session.info(until: deadline).commands.count == 43
                : try await session.vcpus(until: deadline).count == vcpus
        }
        guard isRead else { throw LabError.unexpected("\(name): the reply is not read") }
        return PureWork(name: name, count: count) {
            if isInfo {
                _ = try? executor.run { try await session.info(until: deadline) }
            } else {
                _ = try? executor.run { try await session.vcpus(until: deadline) }
            }
        }
    }

    private static func planning(_ vcpus: Int) throws -> PureWork {
        let reading = AgentReading(
            vcpus: LargeFleet.maps(vcpus), version: nil, setSupport: .available)
        let request = try ChangeRequest(
            online: CPUMap(vcpus - vcpus / 8..<vcpus), offline: CPUMap(1..<vcpus / 2))
        guard case .plan = request.check(against: reading) else {
            throw LabError.unexpected("the request is refused")
        }
        return PureWork(name: "plan for \(vcpus) vCPUs", count: 20) {
            _ = request.check(against: reading, reviewed: reading.vcpus)
        }
    }

    /// With 1,000 guests of 16 at 160x50.
    private static func fleet() -> [PureWork] {
        let (guests, vcpus) = (1_000, 16)
        let subject = Subject(
            LargeFleet.model(guests: guests, vcpus: vcpus, Size(columns: 160, rows: 50)))
        let updates = (0..<2).map { second in
            let snapshot = LargeFleet.snapshot(guests: guests, vcpus: vcpus, at: second)
            return FleetUpdate(
                takenAt: snapshot.takenAt, sources: nil, order: nil, guests: snapshot.guests)
        }
        let ofOne = updates.map {
            FleetUpdate(takenAt: $0.takenAt, sources: nil, order: nil, guests: [$0.guests[5]])
        }
        return [
            PureWork(name: "1000 x 16: draw", count: 5) { subject.draw() },
            PureWork(name: "1000 x 16: a key", count: 20) { subject.press() },
            PureWork(name: "1000 x 16: an update of all guests", count: 2) {
                subject.show(updates)
            },
            PureWork(name: "1000 x 16: an update of one guest", count: 20) {
                subject.show(ofOne)
            },
            PureWork(name: "1000 x 16: draw as tiles", count: 5) {
                subject.update(.key(.character("t")))
                subject.draw()
                subject.update(.key(.character("t")))
            },
        ]
    }

    /// With one guest of 4,096 at 300x100.
    private static func detail() -> [PureWork] {
        let subject = Subject(
            LargeFleet.model(guests: 1, vcpus: 4_096, Size(columns: 300, rows: 100)))
        subject.update(.key(.enter))
        return [
            PureWork(name: "1 x 4096: draw the detail", count: 2) { subject.draw() },
            PureWork(name: "1 x 4096: a key in the detail", count: 10) { subject.press() },
        ]
    }

    /// A dashboard that several pieces of work share.
    private final class Subject {
        private var model: Model
        private var turns = 0

        init(_ model: Model) { self.model = model }

        func update(_ event: Event) { _ = model.update(event, at: LargeFleet.now) }

        func draw() { _ = model.render(at: LargeFleet.now) }

        /// Shows one of them, and the next time the next.
        func show(_ updates: [FleetUpdate]) {
            turns += 1
            update(.fleet(updates[turns % updates.count]))
        }

        /// Goes down and up in turn.
        func press() {
            turns += 1
            update(.key(turns % 2 == 0 ? .down : .up))
        }
    }
}

/// What is done next.
nonisolated(unsafe) private var measured: PureWork?

/// Does it; callgrind counts from its begin to its end, by its name in C.
@inline(never)
@c(vcputop_measured_work)
public func vcputopMeasuredWork() {
    guard let measured else { return }
    for _ in 0..<measured.count { measured.body() }
}
