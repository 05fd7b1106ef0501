import Foundation

/// A guest in which the lab runs commands past the agent, on a channel of its own (see
/// `Tests/Lab/guest-init`).
public protocol GuestShell {
    /// The guest's name.
    var name: String { get }

    /// Runs a shell command in the guest, and returns what it wrote.
    @discardableResult
    func run(_ command: String, within duration: Duration) throws -> String
}

extension GuestShell {
    /// Runs a shell command in the guest, and returns what it wrote.
    @discardableResult
    public func run(_ command: String) throws -> String {
        try run(command, within: .seconds(20))
    }
}

/// The lab's channel: a command a line, the answer's lines numbered like it.
struct Control: ~Copyable {
    private var line: UnixLine
    private var number = 0

    /// Waits for the port to be there, and connects to it before the guest has booted.
    init(_ path: String, isRunning: () -> Bool = { true }) throws {
        // Making the guest's image comes first, and may have to fetch its kernel.
        try wait(for: "QEMU to start", within: .seconds(300)) {
            guard isRunning() else {
                throw LabError.unexpected("the guest ended before it began")
            }
            return FileManager.default.fileExists(atPath: path)
        }
        line = try UnixLine(path: path, within: .seconds(30))
    }

    /// Waits until the guest has booted, again where it had before.
    mutating func waitForBoot(within duration: Duration = .seconds(60)) throws {
        while let text = try line.line(within: duration) {
            if text == Array("ready".utf8) { return }
        }
        throw LabError.late("the guest ended while it booted")
    }

    mutating func run(_ command: String, within duration: Duration) throws -> String {
        number += 1
        try line.send(Array("\(number) \(command)\n".utf8))
        var output: [String] = []
        while let bytes = try line.line(within: duration) {
            let text = String(decoding: bytes, as: UTF8.self)
            guard text.hasPrefix("\(number) ") else { continue }
            let answer = text.dropFirst("\(number) ".count)
            guard answer.hasPrefix("= ") else {
                output.append(String(answer))
                continue
            }
            guard answer == "= 0" else {
                throw LabError.unexpected("\(command) in the guest: \(output) \(answer)")
            }
            return output.joined(separator: "\n")
        }
        throw LabError.late("the guest ended during \(command)")
    }
}
