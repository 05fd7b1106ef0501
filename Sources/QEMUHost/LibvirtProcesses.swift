internal import Glibc
internal import GuestVCPU
internal import UnixSockets

/// The QEMU processes of this host's libvirt guests, by the files in which libvirt says which
/// process each is.
///
/// The folder is the daemon's own, so no other user can have put a file there; the command lines
/// that name a guest could be anybody's.
actor LibvirtProcesses {
    nonisolated var unownedExecutor: UnownedSerialExecutor { reader.unownedExecutor }

    private let folder: String
    private let reader: ProcessReader
    private var known: [String: ProcessIdentity] = [:]
    /// Whether each process began as a saved or migrated machine; nil while that is being read.
    private var restored: [ProcessIdentity: Bool?] = [:]

    /// How long to wait for a command line; one that comes later is used from then on.
    private static let patience = Duration.milliseconds(200)

    /// - Parameter folder: Where `NAME.pid` files are.
    init(folder: String, reader: ProcessReader) {
        self.folder = folder
        self.reader = reader
    }

    /// Reads the threads that run a guest's vCPUs.
    ///
    /// - Returns: By the hypervisor's index; empty where they cannot be told.
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
            // Ended, or its number is another's: the file is read again the next time.
            known[guest] = nil
            return [:]
        }
        var threads: [HostIndex: HostVCPU] = [:]
        for vcpu in reading.vcpus { threads[vcpu.index] = vcpu }
        return threads
    }

    /// Tells whether a guest's QEMU was started for an incoming migration or a restore; nil where
    /// that cannot be told.
    func isRestored(_ guest: String) async -> Bool? {
        guard let process = await process(of: guest) else { return nil }
        if let told = restored[process] { return told }
        restored[process] = .some(nil)
        let (done, end) = AsyncStream<Void>.makeStream()
        // A process that hangs holds this up for seconds.
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

    /// Takes over what was read of a process; what could not be read is read again at the next
    /// look.
    private func record(_ arguments: ProcessReader.Arguments?, of process: ProcessIdentity) {
        // It may have been forgotten meanwhile.
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
        // By bytes: `/` with a combining mark parts folders all the same.
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
