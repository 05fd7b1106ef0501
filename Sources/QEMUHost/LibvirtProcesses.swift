internal import Glibc
internal import GuestVCPU
internal import UnixSockets

/// The QEMU processes of this host's libvirt guests, found by libvirt's PID files.
///
/// Only the daemon can write to the folder of these files. A command line that names a guest proves
/// nothing, since any process can have it.
actor LibvirtProcesses {
    nonisolated var unownedExecutor: UnownedSerialExecutor { reader.unownedExecutor }

    private let folder: String
    private let reader: ProcessReader
    private var known: [String: ProcessIdentity] = [:]
    /// Whether each process began as a saved or migrated machine; nil while its command line is
    /// being read.
    private var restored: [ProcessIdentity: Bool?] = [:]

    /// How long to wait for a command line; the next call uses a result that comes later.
    private static let patience = Duration.milliseconds(200)

    /// - Parameter folder: The folder of the `NAME.pid` files.
    init(folder: String, reader: ProcessReader) {
        self.folder = folder
        self.reader = reader
    }

    /// Reads the threads that run a guest's vCPUs.
    ///
    /// - Returns: The threads by index; empty where they are not known.
    func threads(of guest: String) async -> [HostIndex: HostVCPU] {
        guard let process = await process(of: guest) else { return [:] }
        let sample: ProcessSample?
        do throws(Shortage) {
            sample = try await reader.sampleNamedThreads(of: process)
        } catch {
            return [:]
        }
        guard let sample, let reading = HostReading(namedThreads: sample.threads, readAt: .now)
        else {
            // The process has ended, and its number may be reused: the next call reads the file.
            known[guest] = nil
            return [:]
        }
        var threads: [HostIndex: HostVCPU] = [:]
        for vcpu in reading.vcpus { threads[vcpu.index] = vcpu }
        return threads
    }

    /// Whether a guest's QEMU was started for an incoming migration or a restore; nil where that is
    /// not known.
    func isRestored(_ guest: String) async -> Bool? {
        guard let process = await process(of: guest) else { return nil }
        if let known = restored[process] { return known }
        restored[process] = .some(nil)
        let (done, end) = AsyncStream<Void>.makeStream()
        // Reading from a process that hangs takes seconds.
        Task {
            record(try? await reader.arguments(of: process), of: process)
            end.finish()
        }
        let timer = Task {
            try? await Task.sleep(for: Self.patience, clock: .continuous)
            end.finish()
        }
        for await _ in done {}
        timer.cancel()
        return restored[process] ?? nil
    }

    /// Records the arguments of a process; the next call reads them again if that failed.
    private func record(_ arguments: ProcessReader.Arguments?, of process: ProcessIdentity) {
        // The process may have been forgotten meanwhile.
        guard restored[process] != nil else { return }
        if case .known(let arguments) = arguments {
            restored[process] = .some(QEMUCommandLine(ofAnyProgram: arguments).isRestored)
        } else {
            restored.removeValue(forKey: process)
        }
    }

    /// Forgets the guests that are not among these.
    func forgetAll(but guests: Set<String>) {
        known = known.filter { guests.contains($0.key) }
        let processes = Set(known.values)
        restored = restored.filter { processes.contains($0.key) }
    }

    private func process(of guest: String) async -> ProcessIdentity? {
        if let process = known[guest] { return process }
        guard let processID = pidFile(of: guest) else { return nil }
        known[guest] = try? await reader.identity(of: processID)
        return known[guest]
    }

    private func pidFile(of guest: String) -> Int32? {
        // Bytes are compared, since a `/` with a combining mark separates folders, too.
        guard !guest.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 == 0 }) else {
            return nil
        }
        let descriptor = open(
            "\(folder)/\(guest).pid", O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = read(descriptor, &bytes, bytes.count)
        let digits = bytes.prefix(max(count, 0)).prefix { (48...57).contains($0) }
        guard let processID = Int32(String(decoding: digits, as: UTF8.self)), processID > 0 else {
            return nil
        }
        return processID
    }
}
