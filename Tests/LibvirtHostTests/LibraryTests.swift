import Foundation
import GuestVCPU
import Testing

@testable import LibvirtHost

@Suite("The library of this machine", .timeLimit(.minutes(5)))
struct LibraryTests {
    @Test("a missing library is an error that says so")
    func notInstalled() {
        let error = #expect(throws: LibvirtError.self) {
            try LibvirtLibrary(named: "libvirt-that-is-not.so.0")
        }
        #expect(
            error?.message.hasPrefix(
                "libvirt is not installed on this machine: "
                    + "libvirt-that-is-not.so.0 cannot be loaded") == true)
    }

    @Test("a library that lacks a call is an error that names it")
    func tooOld() {
        let error = #expect(throws: LibvirtError.self) { try LibvirtLibrary(named: "libc.so.6") }
        #expect(
            error?.message == "libvirt is too old on this machine: it has no virSetErrorFunc")
    }

    @Test("the test driver's domains are listed, and have no agents")
    func testDriver() async throws {
        let source = LibvirtSource(uri: "test:///default")
        var listings = source.listings().makeAsyncIterator()
        let listing = try #require(await listings.next())
        #expect(listing.status == .ok)
        #expect(listing.guests.map(\.id.name) == ["test"])
        let error = await #expect(throws: AgentError.self) {
            try await listing.guests[0].reader.read(timeout: .seconds(30))
        }
        #expect(error?.kind == .unsupported)
        let state = await source.readHost(timeout: .seconds(30))[listing.guests[0].id]?.state
        #expect(state == .running)
    }

    @Test("without a connection the source fails with libvirt's reason")
    func nowhere() async {
        let source = LibvirtSource(uri: "qemu+unix:///system?socket=/nowhere/libvirt-sock")
        var listings = source.listings().makeAsyncIterator()
        let status = await listings.next()?.status
        guard case .failed(let reason) = status else {
            Issue.record("the status is \(String(describing: status))")
            return
        }
        #expect(reason.contains("/nowhere/libvirt-sock"))
    }

    @Test("the ssh of a connection runs in a session of its own")
    func ownSession() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // It writes its process, group and session, and never connects.
        let script = folder.appending(path: "ssh")
        let text =
            "#!/bin/sh\nread pid _ _ _ group session _ </proc/self/stat\n"
            + "echo $$ $group $session >\(folder.path)/ids\nexit 1\n"
        try Data(text.utf8).write(to: script)
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: script.path)

        let uri = "qemu+ssh://nowhere.invalid/system?command=\(script.path)"
        await withCheckedContinuation { done in
            // Opening blocks.
            Thread.detachNewThread {
                #expect(throws: LibvirtError.self) {
                    try LibraryDriver(hasEvents: false).open(uri, isReadOnly: true)
                }
                done.resume()
            }
        }
        let ids = try String(contentsOf: folder.appending(path: "ids"), encoding: .utf8)
            .split(whereSeparator: \.isWhitespace)
        #expect(ids.count == 3 && Set(ids).count == 1, "\(ids)")
    }
}
