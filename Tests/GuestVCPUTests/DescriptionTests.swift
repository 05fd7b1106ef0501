import GuestVCPU
import Testing

/// Values as a program that uses the library prints them.
@Suite struct DescriptionTests {
    private func guest(_ online: CPUMap) -> GuestVCPUs {
        GuestVCPUs(vcpus: [0, 1, 2, 3], online: online, offlinable: [1, 2, 3], readAt: .now)
    }

    @Test("a reading prints its three maps, and the agent's version where it is known")
    func readings() {
        #expect("\(guest([0, 2, 3]))" == "online 0,2-3 of 0-3, offlinable 1-3")
        let empty = GuestVCPUs(vcpus: [], online: [], offlinable: [], readAt: .now)
        #expect("\(empty)" == "online none of none, offlinable none")
        for (version, text) in [(nil, ""), ("7.2.22", "; agent 7.2.22")] {
            let reading = AgentReading(
                vcpus: guest([0]), version: version, setSupport: .available)
            #expect("\(reading)" == "online 0 of 0-3, offlinable 1-3\(text)")
        }
    }

    @Test(
        "an error of an agent prints its condition and the details",
        arguments: AgentError.Kind.allCases)
    func agentErrors(kind: AgentError.Kind) {
        #expect("\(AgentError(kind))" == kind.summary)
        let detailed = kind == .error ? "why" : "\(kind.summary): why"
        #expect("\(AgentError(kind, "why"))" == detailed)
    }

    @Test("a reason and a failure name their vCPU where there is one", arguments: [nil, 7])
    func vcpus(id: Int?) {
        let subject = id.map { "vCPU \($0): " } ?? ""
        for code in Refusal.Code.allCases {
            let refusal = Refusal(vcpu: id, code: code)
            #expect("\(refusal)" == subject + refusal.summary)
        }
        let failure = TransactionFailure(vcpu: id, cause: .outOfTime)
        #expect("\(failure)" == "\(subject)the transaction's deadline passed")
    }

    @Test("a result prints its outcome, what is online now, and what went wrong")
    func results() throws {
        let request = try ChangeRequest(online: [3], offline: [0, 1, 2])
        let full = guest([0, 1, 2])
        let committed = TransactionResult(
            request: request, outcome: .committed, before: full, after: guest([0, 3]),
            planned: try VCPUTargets(online: [3], offline: [1, 2]))
        #expect("\(committed)" == "committed: online 3, offline 1-2; online now: 0,3 of 0-3")

        let refused = TransactionResult(
            request: request, outcome: .refused, before: full, after: full,
            reasons: [
                Refusal(vcpu: nil, code: .readOnly), Refusal(vcpu: 0, code: .notOfflinable),
                Refusal(vcpu: 1, code: .notOfflinable),
            ])
        #expect(
            "\(refused)"
                == "refused: as before; nothing was sent; online now: 0-2 of 0-3; "
                + "the connection may only read; vCPU 0-1: the guest says it is not offlinable")

        let unknown = TransactionResult(
            request: request, outcome: .unknown, before: full,
            failures: Array(
                repeating: TransactionFailure(vcpu: nil, cause: .agent(AgentError(.unresponsive))),
                count: 12))
        let silence = Array(repeating: "the agent does not answer", count: 10)
        #expect(
            "\(unknown)"
                == (["unknown: the guest cannot be read; the change may still happen"] + silence
                + ["and 2 more failures"]).joined(separator: "; "))
    }

    @Test("a bad request and a bad list say what is wrong")
    func mistakes() {
        #expect(
            "\(ChangeRequestError.overlap([1, 2]))" == "vCPU 1-2 is to be both online and offline")
        #expect("\(ChangeRequestError.empty)" == "no vCPU is named")
        #expect("\(ChangeRequestError.outOfRange(5000))" == "5000 is no vCPU id: ids are 0 to 4095")
        #expect {
            _ = try CPUMap(list: "0-\u{1B}3")
        } throws: {
            "\($0)" == "invalid CPU list '0-\u{FFFD}3': unexpected '\u{FFFD}' at column 3"
        }
        #expect {
            _ = try CPUMap(list: " ")
        } throws: {
            "\($0)" == "the list is empty"
        }
    }
}
