import Foundation

/// The child processes of a process's first thread.
func childProcesses(of pid: Int32) -> [Int32] {
    let file = "/proc/\(pid)/task/\(pid)/children"
    return (try? String(contentsOfFile: file, encoding: .utf8))?
        .split(whereSeparator: \.isWhitespace).compactMap { Int32($0) } ?? []
}
