import LabSupport
import Testing

/// `set` against the real agent on staged trees: what the program says, what its exit status
/// says, what the agent was sent, and what the tree holds then.
@Suite actor StagedSetTests {
    private nonisolated let thread = LabThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    struct Change: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var tree: [Int: StagedCPU] = [
            0: .fixed, 1: .online, 2: .online, 5: .offline, 7: .readOnly(online: false), 9: .full,
        ]
        let options: [String]
        let outcome: String
        let status: Int32
        /// The staged files that say 1 afterwards.
        let files: Set<Int>
        /// How many `guest-set-vcpus` the agent gets.
        let sets: Int
        var failing: Int?
        var reasons: [String] = []
    }

    static let changes = [
        Change(
            testDescription: "a mixed change is one call",
            options: ["--offline", "1-2", "--online", "5"],
            outcome: "committed", status: 0, files: [5], sets: 1),
        Change(
            testDescription: "what is so already is not sent",
            options: ["--offline", "5", "--online", "0-2"],
            outcome: "unchanged", status: 0, files: [1, 2], sets: 0),
        Change(
            testDescription: "every reason for refusal is given at once",
            options: ["--offline", "0,3", "--online", "4"],
            outcome: "refused", status: 1, files: [1, 2], sets: 0,
            reasons: ["0 notOfflinable", "3 missing", "4 missing"]),
        Change(
            testDescription: "the last vCPU stays online",
            tree: [0: .online, 1: .online, 2: .offline],
            options: ["--offline", "0-1"],
            outcome: "refused", status: 1, files: [0, 1], sets: 0,
            reasons: ["0 lastOnline", "1 lastOnline"]),
        Change(
            testDescription: "a dry run sends nothing",
            options: ["--offline", "1", "--dry-run"],
            outcome: "planned", status: 0, files: [1, 2], sets: 0),
        // The change, the rest of it to learn the reason, and the undoing.
        Change(
            testDescription: "a failure half-way is undone",
            options: ["--offline", "1,9", "--online", "5"],
            outcome: "rolledBack", status: 1, files: [1, 2], sets: 3, failing: 9),
        Change(
            testDescription: "a failure at the first entry has nothing to undo",
            options: ["--online", "7", "--offline", "1"],
            outcome: "failed", status: 1, files: [1, 2], sets: 1, failing: 7),
        // The change up to 2, 2 for the reason, and what is behind it.
        Change(
            testDescription: "keep going passes over the failing vCPU",
            tree: [0: .fixed, 1: .online, 2: .full, 3: .online],
            options: ["--offline", "1-3", "--keep-going"],
            outcome: "partial", status: 3, files: [], sets: 3, failing: 2),
        Change(
            testDescription: "half of 1,024 go offline in one call",
            tree: Dictionary(
                (0..<1024).map { ($0, $0 == 0 ? .fixed : .online) },
                uniquingKeysWith: { first, _ in first }),
            options: ["--offline", "512-1023"],
            outcome: "committed", status: 0, files: Set(1..<512), sets: 1),
    ]

    @Test("the outcome is what the tree holds", arguments: changes)
    func set(_ change: Change) throws {
        let agent = try StagedAgent(change.tree)
        defer { try? agent.stop() }
        let relay = try Relay(in: agent.folder, to: agent.socket)
        let before = try IndependentClient.processors(ofAgentAt: agent.socket)
        let finished = try Program.run(
            ["set", "web", "--agent", "web=\(relay.socket)", "--json"] + change.options)
        try relay.stop()
        let report = try finished.report(SetReport.self)
        let after = try IndependentClient.processors(ofAgentAt: agent.socket)

        #expect(report.outcome == change.outcome)
        #expect(finished.status == change.status)
        #expect(try agent.onlineFiles() == change.files)
        #expect(relay.sets.count == change.sets)
        #expect(report.failure?.vcpu == change.failing)
        #expect(report.before?.online == list(before.filter(\.online).map(\.id)))
        #expect(report.after?.online == list(after.filter(\.online).map(\.id)))
        let reasons = report.reasons.map {
            "\($0.vcpu.map { "\($0)" } ?? "nil") \($0.code)"
        }
        #expect(reasons.sorted() == change.reasons)
    }

    @Test("the failing vCPU's own reason reaches the reader, in both forms of output")
    func reason() throws {
        for form in [[], ["--json"]] {
            let agent = try StagedAgent([0: .fixed, 1: .online, 2: .full])
            defer { try? agent.stop() }
            let finished = try Program.run(
                ["set", "web", "--agent", "web=\(agent.socket)", "--offline", "1-2"] + form)
            #expect(finished.status == 1)
            let text = finished.output + finished.errors
            #expect(text.contains("No space left on device"))
            #expect(!text.contains("\u{1B}"))
            #expect(try agent.onlineFiles() == [1])
        }
    }

    @Test("a mixed list goes out onlines first, ascending, no id twice")
    func order() throws {
        let agent = try StagedAgent([
            0: .fixed, 1: .online, 2: .offline, 3: .online, 4: .offline,
        ])
        defer { try? agent.stop() }
        let relay = try Relay(in: agent.folder, to: agent.socket)
        let finished = try Program.run([
            "set", "web", "--agent", "web=\(relay.socket)", "--offline", "3,1", "--online", "4,2,4",
        ])
        try relay.stop()
        #expect(finished.status == 0)
        let entries = try sentEntries(try #require(relay.sets.first))
        #expect(entries == ["2 on", "4 on", "1 off", "3 off"])
    }
}
