import LabSupport
import Testing

/// Runs a test again, twice at the most, where an emulated guest hung or ended by itself.
///
/// That is the emulator's doing and says nothing of the program. A wrong answer of the program is
/// never tried again: what a test expected and did not get is recorded at once, and no other error
/// counts as a hang.
///
/// After any error, guests that tests share are replaced: the next test finds them as they were.
struct GuestMayHang: SuiteTrait, TestTrait, TestScoping {
    var isRecursive: Bool { true }

    func provideScope(
        for test: Test, testCase: Test.Case?,
        performing attempt: @Sendable () async throws -> Void
    ) async throws {
        for _ in 0..<2 {
            do {
                return try await attempt()
            } catch LabError.hung(let guest, let log) {
                print("\(guest) hung, so the test is tried again: \(log)")
                SharedLabs.discard()
            } catch {
                SharedLabs.discard()
                throw error
            }
        }
        try await attempt()
    }
}

extension Trait where Self == GuestMayHang {
    static var guestMayHang: Self { Self() }
}
