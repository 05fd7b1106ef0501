import Testing

@testable import GuestVCPU

/// What `doctor` says of a QMP socket that does not answer.
@Suite("The QMP socket in a diagnosis")
struct MonitorClueTests {
    static let monitorPath = "/run/web1.qmp"

    static func monitor(
        _ state: SocketAccess.State = .allowed, _ answer: MonitorClue.Answer = .notAsked
    ) -> MonitorClue {
        MonitorClue(socket: SocketAccess(path: monitorPath, state: state), answer: answer)
    }

    @Test(
        "host time that QMP does not tell has the reason as its cause, and the guest does not fail",
        arguments: [
            (
                monitor(.missing("/run")),
                "QMP cannot be asked: there is no socket at /run/web1.qmp: /run is missing",
                "give --qmp the path"
            ),
            (
                monitor(.notASocket), "QMP cannot be asked: /run/web1.qmp is not a socket",
                "give --qmp the path"
            ),
            (
                monitor(.noAddress("a path of 120 bytes")),
                "QMP cannot be asked: a path of 120 bytes", "give --qmp the path"
            ),
            (
                monitor(DiagnosisTests.gate(monitorPath).state),
                "user ada may not connect: /run/web1.qmp belongs to root:kvm, mode 0660",
                "sudo usermod -aG kvm ada"
            ),
            (
                monitor(.allowed, .refused),
                "QMP cannot be asked: no process listens at /run/web1.qmp", "give --qmp the path"
            ),
            (
                monitor(.allowed, .stranger(NamedProcess(processID: 7, name: "qemu", user: "bob"))),
                "QMP was not asked: qemu (process 7 of bob) serves /run/web1.qmp", "sudo ss -xlp"
            ),
            (
                monitor(.allowed, .silent), "QMP does not answer at /run/web1.qmp",
                "another client may hold it"
            ),
        ] as [(MonitorClue, String, String)])
    func monitorTrouble(_ clue: MonitorClue, _ message: String, _ help: String) throws {
        let untimed = DiagnosisTests.diagnosis(DiagnosisTests.state(.ok)) { $0.monitor = clue }
        #expect(untimed.verdict == .warn)
        let cause = try #require(untimed.cause)
        #expect(cause.check == .host)
        #expect(
            cause.message.hasPrefix("the CPU time of the vCPUs is not known: "),
            "\(cause.message)")
        #expect(cause.message.contains(message), "\(cause.message)")
        #expect(cause.help.joined(separator: "\n").contains(help), "\(cause.help)")
        #expect(cause.help.last == "or start QEMU with -name web1,debug-threads=on")
        // Where the threads' names tell the time, a path that cannot be right is a warning.
        let timed = DiagnosisTests.diagnosis(DiagnosisTests.state(.ok, plugged: 4)) {
            $0.monitor = clue
        }
        let isWrongPath = help == "give --qmp the path" && clue.answer == .notAsked
        #expect(timed.verdict == (isWrongPath ? .warn : .ok))
        if isWrongPath {
            #expect(timed.cause?.message.contains("is read; \(message)") == true)
        }
    }
}
