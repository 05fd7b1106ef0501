import Foundation
import Testing

@Suite("Inputs of the fuzzer")
struct FuzzTests {
    private static let corpora = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(component: "Corpora")

    @Test("what must always hold holds for every input kept", arguments: FuzzTarget.all)
    func corpus(of target: FuzzTarget) async throws {
        let folder = Self.corpora.appending(component: target.name)
        let files = try FileManager.default.contentsOfDirectory(
            at: folder, includingPropertiesForKeys: nil)
        #expect(files.count >= 3)
        for file in files {
            do {
                try await target.check([UInt8](try Data(contentsOf: file)))
            } catch let violation as Violation {
                Issue.record("\(file.lastPathComponent): \(violation)")
            }
        }
    }
}
