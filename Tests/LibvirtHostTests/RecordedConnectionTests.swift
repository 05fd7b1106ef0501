import CLibvirt
import Foundation
import GuestVCPU
import Synchronization
import Testing

@testable import LibvirtHost

@Suite("The record of libvirt's calls")
struct RecordedConnectionTests {
    private final class Record: Sendable {
        private let all = Mutex<[String]>([])

        var lines: [String] { all.withLock { $0 } }

        var recorder: WireRecorder {
            WireRecorder(source: .libvirt(uri: "test:///")) { [self] recorder, event in
                let words =
                    switch event {
                    case .callBegan(let call): "begin \(call)"
                    case .callReturned(let call, _, let answer): "\(call) -> \(answer)"
                    case .callFailed(let call, _, let code, let message):
                        "\(call) fails \(code) \(message)"
                    case .closed: "closed"
                    case .event(let words): "event \(words)"
                    case .connected, .notConnected, .sent, .received, .failed: "no call"
                    }
                let place = [recorder.source?.name, recorder.guest].compactMap(\.self)
                all.withLock { $0.append("\(place.joined(separator: " ")): \(words)") }
            }
        }
    }

    @Test("each call is recorded when it begins and when it ends, with the domain's name")
    func calls() throws {
        let host = ScriptedHost("web")
        let record = Record()
        let connection = try RecordedDriver(host, record.recorder).open("", isReadOnly: false)
        _ = try connection.activeDomains()
        _ = try connection.guestVCPUs(of: "uuid-web")
        connection.close()
        #expect(
            record.lines == [
                "test:///: begin virConnectOpenAuth",
                "test:///: virConnectOpenAuth -> a connection",
                "test:///: begin virConnectListAllDomains",
                "test:///: virConnectListAllDomains -> 1 domains",
                "test:/// web: begin virDomainGetGuestVcpus",
                "test:/// web: virDomainGetGuestVcpus -> vcpus=0-1 online=0-1 offlinable=1",
                "test:///: closed",
            ])
    }

    @Test("a call that fails is recorded with libvirt's code")
    func failures() throws {
        let host = ScriptedHost("web")
        host.state.withLock {
            $0.setError = LibvirtError(number: VIR_ERR_AGENT_UNRESPONSIVE, message: "agent is gone")
        }
        let record = Record()
        let connection = try RecordedDriver(host, record.recorder).open("", isReadOnly: true)
        #expect(throws: LibvirtError.self) {
            try connection.setGuestVCPUs(of: "uuid-web", "2-3", online: false)
        }
        #expect(record.lines.first == "test:///: begin virConnectOpenAuth read-only")
        #expect(
            record.lines.last
                == "test:/// uuid-web: virDomainSetGuestVcpus 2-3 offline fails 86 agent is gone")
        host.state.withLock {
            $0.openError = LibvirtError(number: VIR_ERR_SYSTEM_ERROR, message: "no daemon")
        }
        #expect(throws: LibvirtError.self) {
            try RecordedDriver(host, record.recorder).open("", isReadOnly: true)
        }
        #expect(record.lines.last == "test:///: virConnectOpenAuth read-only fails 38 no daemon")
    }
}
