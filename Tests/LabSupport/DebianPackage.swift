import Foundation
import Glibc
import Synchronization

/// The Debian package of the program under test, as `Assets/package` makes it.
public enum DebianPackage {
    private static let made = Mutex<String?>(nil)

    /// Where it is; it is made when first asked for.
    public static func path() throws -> String {
        try made.withLock { made in
            if let made { return made }
            let path = try make(in: "\(try ChildFolders.runtime())/package")
            made = path
            return path
        }
    }

    /// Makes it.
    ///
    /// - Parameters:
    ///   - program: The program that it is of.
    ///   - start: What starts `Assets/package`, as the words before its path.
    public static func make(
        in folder: String, of program: String = Program.path, by start: [String] = []
    ) throws -> String {
        let child = try Child(
            start + [
                Repository.path(of: "Assets/package"), "--program", program, "--output", folder,
            ])
        child.closeInput()
        let ended = try child.finish(within: .seconds(300))
        guard ended.status == 0, let path = ended.output.split(separator: "\n").last else {
            throw LabError.ended(program: "Assets/package", log: ended.errors)
        }
        return String(path)
    }
}
