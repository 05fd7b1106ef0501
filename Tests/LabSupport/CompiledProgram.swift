import Foundation
import Glibc
import Synchronization

/// The programs of `Tests/Lab` that are written in C, built beside the program under test when
/// first asked for.
public enum CompiledProgram {
    private static let built = Mutex<[String: String]>([:])

    /// Where the program of `NAME.c` is.
    public static func path(of name: String) throws -> String {
        try built.withLock { built in
            if let path = built[name] { return path }
            let path = "\(Program.path)-\(name)"
            // Other tests may be running the one that is there.
            let new = "\(path).\(getpid())"
            let compiler = try Child(["clang", "-static", "-O2", "-o", new, script("\(name).c")])
            let result = try compiler.finish(within: .seconds(120))
            guard result.status == 0, rename(new, path) == 0 else {
                throw LabError.ended(program: "clang", log: result.errors)
            }
            built[name] = path
            return path
        }
    }
}
