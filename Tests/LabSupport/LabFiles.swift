import Foundation
import Glibc

/// Where the lab's scripts are.
func script(_ name: String) -> String {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(components: "Lab", name).path
}

/// Makes a private folder with a name short enough for sockets in it.
public func makeLabFolder() throws -> String {
    guard let name = strdup("/tmp/vcputop-lab.XXXXXX") else {
        throw LabError.system(call: "strdup", errno: errno)
    }
    defer { free(name) }
    guard mkdtemp(name) != nil else { throw LabError.system(call: "mkdtemp", errno: errno) }
    return String(cString: name)
}
