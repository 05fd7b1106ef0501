import Foundation
import Glibc
import Synchronization

/// The children's `XDG_RUNTIME_DIR` and `XDG_STATE_HOME`, unless a test names others: no program
/// under test reads or writes this machine's own.
///
/// They last as long as this process.
enum ChildFolders {
    private static let folder = Result {
        let path = try makeLabFolder()
        atexit { ChildFolders.remove() }
        return path
    }
    private static let states = Atomic(0)

    /// The folder for sockets, which all children share.
    static func runtime() throws -> String { try folder.get() }

    /// A place for the state of one child; the child makes the folder when it needs it.
    ///
    /// Each child has its own: the journal of one test says nothing to another.
    static func newState() throws -> String {
        let number = states.add(1, ordering: .relaxed).newValue
        return "\(try folder.get())/state-\(number)"
    }

    private static func remove() {
        if let path = try? folder.get() { try? FileManager.default.removeItem(atPath: path) }
    }
}
