import GuestVCPU
import LabSupport
import LibvirtHost
import Testing

extension LibvirtTests {
    /// What becomes of the library's errors, where commands check too much first to meet them.
    @Suite(.serialized) actor ErrorTests {
        private nonisolated let thread = LabThread()
        nonisolated var unownedExecutor: UnownedSerialExecutor {
            thread.asUnownedSerialExecutor()
        }

        @Test("libvirt's own refusals of a set are errors with its words, and change nothing")
        func refusedSets() async throws {
            let lab = try LibvirtLab.shared()
            try lab.web.bringAllOnline()
            let writer = try #require(try await guest("web", of: lab.daemon).writer)
            let channel = try await writer.open(timeout: .seconds(10))
            for (id, words) in [(0, "not offlinable"), (9, "missing vCPUs")] {
                let error = await #expect(throws: AgentError.self) {
                    let changes = [3, id].map { VCPUChange(id: $0, online: false) }
                    _ = try await channel.set(changes, timeout: .seconds(10))
                }
                #expect(error?.kind == .error)
                #expect(error?.message.contains(words) == true, "\(words)")
            }
            #expect(try lab.web.onlineProcessors() == [0, 1, 2, 3])
        }

        @Test("a guest that has ended, and one that is forgotten, have no line")
        func gone() async throws {
            let lab = try LibvirtLab.shared()
            let brief = try LibvirtGuest("brief", of: lab.daemon, processors: 1)
            try brief.start()
            let guest = try await guest("brief", of: lab.daemon)
            try brief.destroy()
            #expect(await error(ofReading: guest)?.kind == .disconnected)
            try brief.undefine()
            #expect(await error(ofReading: guest)?.kind == .disconnected)
        }

        @Test("a connection refused is a source that failed, and says why")
        func refused() async throws {
            let source = LibvirtSource(uri: "qemu+unix:///system?socket=/nowhere/libvirt-sock")
            for await listing in source.listings() where listing.status != .pending {
                guard case .failed(let reason) = listing.status else {
                    Issue.record("\(listing.status)")
                    return
                }
                #expect(reason.contains("/nowhere/libvirt-sock"))
                return
            }
        }

        private func guest(_ name: String, of daemon: LibvirtDaemon) async throws -> Guest {
            let source = LibvirtSource(uri: daemon.uri, followsEvents: false)
            for await listing in source.listings() where listing.status == .ok {
                return try #require(listing.guests.first { $0.id.name == name })
            }
            throw LabError.unexpected("\(daemon.uri) lists nothing")
        }

        private func error(ofReading guest: Guest) async -> AgentError? {
            do throws(AgentError) {
                _ = try await guest.reader.read(timeout: .seconds(10))
                return nil
            } catch {
                return error
            }
        }
    }
}
