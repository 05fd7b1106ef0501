import Foundation

@testable import QEMUHost

/// A tree that looks like `/proc`.
struct ProcessTree {
    let root: String
    private let files = FileManager.default

    init(in directory: String) throws {
        root = "\(directory)/proc"
        try files.createDirectory(atPath: root, withIntermediateDirectories: true)
    }

    var reader: ProcessReader { ProcessReader(root: root) }

    /// Writes a process, or changes it.
    func write(
        process: Int32, name: String = "qemu-system-x86", state: String = "S", start: UInt64 = 1000,
        arguments: [String]? = nil
    ) throws {
        try write(Self.stat(process, name, state, 0, start, 0), to: "\(process)/stat")
        if let arguments {
            try write(arguments.map { $0 + "\0" }.joined(), to: "\(process)/cmdline")
        }
    }

    /// Writes a thread, or changes it.
    func write(
        thread: Int32, of process: Int32, name: String, state: String = "S", ticks: UInt64 = 0,
        start: UInt64 = 1000, physicalCPU: Int = 0, schedule: String? = "0 0 0"
    ) throws {
        let folder = "\(process)/task/\(thread)"
        try write(Self.stat(thread, name, state, ticks, start, physicalCPU), to: "\(folder)/stat")
        if let schedule { try write("\(schedule)\n", to: "\(folder)/schedstat") }
    }

    /// Adds a process whose command line can never be read; returns its file, which releases its
    /// readers when it is opened for writing.
    func write(hungProcess process: Int32) throws -> String {
        try write(process: process)
        let file = "\(root)/\(process)/cmdline"
        guard mkfifo(file, 0o600) == 0 else { throw CocoaError(.fileWriteUnknown) }
        return file
    }

    /// Sets the user of a process.
    func write(users: String, of process: Int32) throws {
        try write("Name:\tqemu\nUid:\t\(users)\nGid:\t0\t0\t0\t0\n", to: "\(process)/status")
    }

    /// Sets the folder in which a process was started.
    func write(startFolder: String, of process: Int32) throws {
        try write("TERM=dumb\0PWD=\(startFolder)\0LANG=C\0", to: "\(process)/environ")
    }

    /// Creates a symbolic link in the tree.
    func link(_ path: String, to target: String) throws {
        let path = "\(root)/\(path)"
        try files.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent,
            withIntermediateDirectories: true)
        try files.createSymbolicLink(atPath: path, withDestinationPath: target)
    }

    /// Creates a folder in the tree; returns its path.
    func makeFolder(_ path: String) throws -> String {
        let path = "\(root)/\(path)"
        try files.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    func remove(_ path: String) throws { try files.removeItem(atPath: "\(root)/\(path)") }

    private func write(_ text: String, to path: String) throws {
        let path = "\(root)/\(path)"
        try files.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent,
            withIntermediateDirectories: true)
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    /// A `stat` line as the kernel writes it; a third of the ticks is in kernel mode.
    static func stat(
        _ number: Int32, _ name: String, _ state: String, _ ticks: UInt64, _ start: UInt64,
        _ physicalCPU: Int
    ) -> String {
        "\(number) (\(name)) \(state) 1 4711 4711 0 -1 4194624 1527 0 0 0 \(ticks - ticks / 3) "
            + "\(ticks / 3) 0 0 20 0 8 0 \(start) 1395052544 21502 18446744073709551615 1 1 0 0 0 0 "
            + "0 4096 17474 0 0 0 -1 \(physicalCPU) 0 0 0 0 0 0 0 0 0 0 0 0 0\n"
    }
}
