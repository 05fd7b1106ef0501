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

/// The files of this repository.
public enum Repository {
    /// The path of a file.
    public static func path(of file: String) -> String {
        URL(filePath: script("")).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: file).path
    }

    /// The text of a file.
    public static func text(of file: String) throws -> String {
        try String(contentsOfFile: path(of: file), encoding: .utf8)
    }
}

/// Writes a shell script that can be run.
public func writeProgram(_ body: String, to file: String) throws {
    try Data("#!/bin/sh\n\(body)\n".utf8).write(to: URL(filePath: file))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
}
