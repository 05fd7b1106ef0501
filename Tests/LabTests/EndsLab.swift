import LabSupport
import Testing

/// Ends a part of the lab that the tests of one suite share, once all of them are over.
struct EndsLab: SuiteTrait, TestScoping {
    /// Once for the suite, and not for each of its tests.
    var isRecursive: Bool { false }

    let discard: @Sendable () -> Void

    func provideScope(
        for test: Test, testCase: Test.Case?, performing tests: @Sendable () async throws -> Void
    ) async throws {
        defer { discard() }
        try await tests()
    }
}

extension Trait where Self == EndsLab {
    static func ending(_ lab: SharedLab<some Sendable>) -> Self {
        Self { lab.discard() }
    }
}
