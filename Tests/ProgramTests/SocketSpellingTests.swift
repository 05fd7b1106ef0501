import Dispatch
import Foundation
import Testing
import UnixSockets

@testable import vcputop

@Suite("Which paths are one socket") struct SocketSpellingTests {
    @Test("two spellings of one file are one socket, and of a missing one by the path alone")
    func spellings() throws {
        let folder = FileManager.default.temporaryDirectory.path
        let name = "vcputop-spelling-\(UUID())"
        let file = "\(folder)/\(name)"
        try Data().write(to: URL(filePath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        try FileManager.default.createSymbolicLink(
            atPath: "\(file).link", withDestinationPath: file)
        defer { try? FileManager.default.removeItem(atPath: "\(file).link") }
        let there = SocketSpelling.all([file, "\(file).link", "\(folder)/./\(name)", folder])
        #expect(there[0] == there[1] && there[0] == there[2] && there[0] != there[3])

        let gone = SocketSpelling.all(["/none/a", "/none//./a", "/none/b/../a", "/none/b"])
        #expect(gone[0] == gone[1] && gone[0] == gone[2] && gone[0] != gone[3])
    }

    @Test("a path that never answers is told by its spelling, and holds nothing up")
    func hangs() {
        let isOver = DispatchSemaphore(value: 0)
        defer { isOver.signal() }
        let paths = ["/", "/hung/a", "/hung/./a", "/tmp"]
        let spellings = SocketSpelling.all(paths, within: .milliseconds(100)) { path in
            if path == "/hung/a" { isOver.wait() }
            return FileIdentity(atPath: path)
        }
        #expect(
            spellings.map { if case .file = $0 { true } else { false } } == [
                true, false, false, false,
            ])
        #expect(spellings[1] == spellings[2] && spellings[1] != spellings[3])
    }
}
