import Foundation

/// `virsh`, libvirt's own client, on one connection: the peer that results are held against.
public struct Virsh: Sendable {
    let uri: String

    /// A `virsh` that connects to a URI.
    public init(uri: String) { self.uri = uri }

    /// The command line that runs a command.
    public func commandLine(_ arguments: [String]) -> [String] {
        ["virsh", "--quiet", "--connect", uri] + arguments
    }

    /// Starts a command.
    public func start(_ arguments: String...) throws -> Child { try start(arguments) }

    private func start(_ arguments: [String]) throws -> Child {
        let child = try Child(commandLine(arguments), environment: ["LC_ALL": "C.UTF-8"])
        child.closeInput()
        return child
    }

    /// Runs a command to its end, and says how it ended.
    public func attempt(_ arguments: String...) throws -> Finished {
        try start(arguments).finish(within: .seconds(60))
    }

    /// Runs a command that must succeed, and returns what it wrote.
    @discardableResult
    public func run(_ arguments: String...) throws -> String {
        let finished = try start(arguments).finish(within: .seconds(60))
        guard finished.status == 0 else {
            throw LabError.unexpected("virsh \(arguments): \(finished.errors)")
        }
        return finished.output
    }

    /// `guestvcpus`: the lists `vcpus`, `online` and `offlinable` as the guest's agent tells them.
    public func guestVCPUs(of guest: String) throws -> [String: String] {
        try Self.pairs(in: run("guestvcpus", guest), around: ":")
    }

    /// `domstats --vcpu`: the figures of a guest by their names, such as `vcpu.0.time`.
    public func statistics(of guest: String) throws -> [String: UInt64] {
        try Self.pairs(in: run("domstats", "--vcpu", guest), around: "=").compactMapValues {
            UInt64($0)
        }
    }

    /// `dominfo`: what the daemon says of a guest, such as `UUID` and `Messages`.
    public func information(on guest: String) throws -> [String: String] {
        try Self.pairs(in: run("dominfo", guest), around: ":")
    }

    /// Lines of a name and a value.
    private static func pairs(in text: String, around separator: Character) -> [String: String] {
        var pairs: [String: String] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: separator, maxSplits: 1).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            if parts.count == 2 { pairs[parts[0]] = parts[1] }
        }
        return pairs
    }
}
