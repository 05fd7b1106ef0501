import Foundation
import LabSupport
import Testing

extension LibvirtTests {
    /// `--debug-log` with a real daemon, a real agent and real QMP.
    @Suite(.serialized) actor DebugLogTests {
        private nonisolated let thread = LabThread()
        nonisolated var unownedExecutor: UnownedSerialExecutor {
            thread.asUnownedSerialExecutor()
        }

        /// Runs the program with a log.
        ///
        /// - Returns: The log's lines without their times.
        private func log(_ arguments: [String]) throws -> [String] {
            let path = "/tmp/vcputop-\(UUID().uuidString)"
            defer { try? FileManager.default.removeItem(atPath: path) }
            let finished = try Program.run(arguments + ["--debug-log", path])
            #expect(finished.status == 0)
            return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
                .map { String($0.drop { $0 != " " }.dropFirst()) }
        }

        @Test("a change through libvirt has its calls in the log, with the guest's name")
        func libvirt() throws {
            let lab = try LibvirtLab.shared()
            try lab.web.bringAllOnline()
            defer { try? lab.web.bringAllOnline() }
            let uri = lab.daemon.uri
            let lines = try log(["set", "web", "-c", uri, "--offline", "2-3"])
            let sets = lines.filter { $0.contains("virDomainSetGuestVcpus") }
            #expect(sets.first == "debug \(uri)/web: calling virDomainSetGuestVcpus 2-3 offline")
            #expect(sets.count == 2)
            #expect(sets.last?.contains("returned after") == true)
            #expect(lines.first == "debug \(uri): calling virConnectOpenAuth")
            #expect(
                lines.contains {
                    $0.contains("virDomainGetGuestVcpus returned")
                        && $0.hasSuffix("vcpus=0-3 online=0-1 offlinable=1-3")
                })
        }

        @Test("a real agent and real QMP have their messages in the log")
        func sockets() throws {
            // QMP is asked where QEMU does not name its threads.
            let guest = try MicroGuest(namingThreads: false)
            defer { try? guest.stop() }
            let names = [
                "--agent", "micro=\(guest.agentSocket)", "--qmp", "micro=\(guest.qmpSocket)",
            ]
            let lines = try log(["list", "--json"] + names)
            let place = "debug agent:\(guest.agentSocket)/micro: "
            #expect(lines.contains { $0.hasPrefix("\(place)connected to \(guest.agentSocket)") })
            for text in ["guest-get-vcpus", "qmp_capabilities", "query-cpus-fast"] {
                #expect(lines.contains { $0.hasPrefix("\(place)sent") && $0.contains(text) })
            }
            #expect(lines.contains { $0.contains("received") && $0.contains(#"{"QMP": "#) })
            #expect(lines.count { $0 == "\(place)closed" } >= 2)
        }
    }
}
