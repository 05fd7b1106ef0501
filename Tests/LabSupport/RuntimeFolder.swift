import Foundation
import Glibc

/// The children's `XDG_RUNTIME_DIR`, unless a test names another.
///
/// No program under test reads or writes this machine's own. It lasts as long as this process.
enum RuntimeFolder {
    private static let folder = Result {
        let path = try makeLabFolder()
        atexit { RuntimeFolder.remove() }
        return path
    }

    /// Where it is; it is made when first asked for.
    static func path() throws -> String { try folder.get() }

    private static func remove() {
        if let path = try? folder.get() { try? FileManager.default.removeItem(atPath: path) }
    }
}
