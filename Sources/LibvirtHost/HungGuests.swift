internal import Dispatch
internal import Glibc
internal import Synchronization

/// Remembers across runs which of one host's guests left a call unanswered.
///
/// Every method may block on a file. Asynchronous methods do that on a queue of their own, in the
/// order in which one caller calls them: they start on the caller's executor
/// (`nonisolated(nonsending)`) and enqueue their work at once.
final class HungGuests: Sendable {
    private let uri: String
    private let file: RuntimeFile
    private let claims: GuestClaims
    private let daemon: @Sendable () -> String
    private let now: @Sendable () -> Int
    private let queue = DispatchQueue(label: "vcputop.libvirt.hung-guests")
    private let state = Mutex(State())

    private struct State {
        var daemon = ""
        var domains: [String: UInt32] = [:]
        var probes: [String: Int] = [:]
    }

    /// What earlier and other runs know of a host.
    struct Known: Hashable, Sendable {
        /// The guests that hang in calls of other runs.
        var guests: Set<String> = []
        /// How long another run can still be checking one of these guests.
        var pauseBeforeProbe: Duration?
    }

    /// How long libvirt waits for the lock of a guest that hangs in another call, in seconds.
    private static let probeLength = 30

    /// - Parameters:
    ///   - uri: The connection's URI.
    ///   - folder: The folder of the files.
    ///   - daemon: Returns an identity of the daemon that listens now; empty when unknown.
    ///   - now: Returns the seconds since the host's boot.
    init(
        uri: String, folder: String, daemon: @escaping @Sendable () -> String,
        now: @escaping @Sendable () -> Int = HungGuests.secondsSinceBoot
    ) {
        self.uri = uri
        self.daemon = daemon
        self.now = now
        file = RuntimeFile("hung-guests", in: folder)
        claims = GuestClaims(uri: uri, folder: folder)
    }

    /// Reads which of these domains hang; drops entries of another daemon and of domains that
    /// ended.
    nonisolated(nonsending) func load(_ domains: [Domain]) async -> Known {
        await run { [self] in
            let daemon = daemon()
            let ids = Dictionary(domains.map { ($0.uuid, $0.id) }) { first, _ in first }
            state.withLock { ($0.daemon, $0.domains) = (daemon, ids) }
            var known = Known()
            let now = now()
            change(creates: false) { list in
                list.prune(uri: uri, daemon: daemon, domains: ids, now: now)
                let entries = list.entries.filter { $0.uri == uri }
                known.guests = Set(entries.map(\.guest))
                let last = entries.map(\.probedAt).max() ?? 0
                if last > 0, now - last < Self.probeLength {
                    known.pauseBeforeProbe = .seconds(Self.probeLength - (now - last))
                }
                let probes = Dictionary(entries.map { ($0.guest, $0.probedAt) }) { max($0, $1) }
                state.withLock { $0.probes = probes }
            }
            return known
        }
    }

    /// Claims an unproven guest, so that no two runs ask it at the same time.
    ///
    /// Blocks for at most a fraction of a second.
    func claim(_ guest: String) -> GuestClaims.Answer { claims.claim(guest) }

    /// Releases a claim.
    func release(_ guest: String) { claims.release(guest) }

    /// The guests that hang, as far as any run knows; blocks for at most a fraction of a second.
    var hung: Set<String> {
        let (daemon, domains) = state.withLock { ($0.daemon, $0.domains) }
        var hung: Set<String> = []
        file.update(creates: false) { bytes in
            for entry in HungGuestList(bytes, of: uri).entries
            where entry.uri == uri && entry.daemon == daemon
                && domains[entry.guest] == entry.domainID
            {
                hung.insert(entry.guest)
            }
        }
        return hung
    }

    /// When this guest was last asked whether it still hangs.
    func lastProbe(of guest: String) -> Int { state.withLock { $0.probes[guest] ?? 0 } }

    /// Records that a guest left a call unanswered.
    nonisolated(nonsending) func add(_ guest: String) async {
        await run { [self] in
            let (daemon, id) = state.withLock { ($0.daemon, $0.domains[guest]) }
            guard let id else { return }
            let now = now()
            change(creates: true) { list in
                // Keep the time of the first hang.
                guard !list.entries.contains(where: { $0.guest == guest && $0.uri == uri })
                else { return }
                list.put(
                    HungGuestList.Entry(
                        uri: uri, daemon: daemon, guest: guest, domainID: id, since: now))
            }
        }
    }

    /// Records that a guest is asked again.
    nonisolated(nonsending) func probe(_ guest: String) async {
        await run { [self] in
            let now = now()
            state.withLock { $0.probes[guest] = now }
            change(creates: false) { $0.probe(guest, of: uri, at: now) }
        }
    }

    /// Removes a guest after a call to it has returned.
    nonisolated(nonsending) func remove(_ guest: String) async {
        await run { [self] in
            change(creates: false) { $0.remove(guest, of: uri) }
        }
    }

    private func change(creates: Bool, _ change: (inout HungGuestList) -> Void) {
        file.update(creates: creates) { bytes in
            var list = HungGuestList(bytes)
            change(&list)
            bytes = list.text
        }
    }

    private nonisolated(nonsending) func run<T: Sendable>(
        _ work: @escaping @Sendable () -> T
    ) async -> T {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: work()) }
        }
    }

    static let secondsSinceBoot: @Sendable () -> Int = {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return time.tv_sec
    }
}

extension HungGuests {
    /// Identifies the daemon of this host that listens for a URI, by the PID file that it writes
    /// when it starts; empty for other hosts and when there is no such file.
    static func localDaemon(of uri: String) -> String {
        guard let end = uri.firstRange(of: "://")?.upperBound, uri[end...].hasPrefix("/") else {
            return ""
        }
        var folders = ["/run"]
        if let socket = uri.firstRange(of: "socket=") {
            // The PID file of FOLDER/libvirt/libvirt-sock is FOLDER/libvirtd.pid.
            let path = uri[socket.upperBound...].prefix { $0 != "&" }
            folders = [path.split(separator: "/").dropLast(2).map { "/\($0)" }.joined()]
        } else if uri[end...].hasPrefix("/session"), let path = getenv("XDG_RUNTIME_DIR") {
            folders = ["\(String(cString: path))/libvirt"]
        }
        var identity: [String] = []
        for folder in folders {
            for name in ["libvirtd.pid", "virtqemud.pid"] {
                var status = stat()
                guard stat("\(folder)/\(name)", &status) == 0 else { continue }
                let time = status.st_mtim
                identity.append("\(status.st_ino):\(time.tv_sec).\(time.tv_nsec)")
            }
        }
        return identity.joined(separator: ",")
    }
}
