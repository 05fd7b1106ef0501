/// The file of guests that left a call unanswered: one guest a line.
///
/// A hung call outlives its client and keeps one of the daemon's workers, so the next run must not
/// ask all of these guests at once.
struct HungGuestList: Hashable, Sendable {
    /// A guest that left a call unanswered.
    struct Entry: Hashable, Sendable {
        /// The connection's URI.
        var uri: String
        /// The daemon that holds the call; empty when unknown.
        var daemon: String
        /// The domain's UUID.
        var guest: String
        /// The daemon's number of this run of the domain.
        var domainID: UInt32
        /// When the call was given up, in seconds since the host's boot.
        var since: Int
        /// When a later call checked whether the guest still hangs; 0 for never.
        var probedAt = 0
    }

    private(set) var entries: [Entry] = []

    /// The maximum number of entries, and the maximum length of one in bytes.
    static let mostEntries = 256
    static let longestEntry = 1_024
    /// The age at which an entry is dropped, in seconds.
    static let longestAge = 86_400

    /// Parses the text of a file; drops lines that are torn, too long or not ours.
    ///
    /// - Parameter uri: Keeps only the entries of this connection; nil keeps all.
    init(_ text: some Sequence<UInt8>, of uri: String? = nil) {
        var lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        // A last line without a line end is torn.
        _ = lines.popLast()
        for line in lines.suffix(Self.mostEntries)
        where line.count <= Self.longestEntry && uri.map({ line.ends(with: $0.utf8) }) != false {
            if let entry = Entry(line: String(decoding: line, as: UTF8.self)) { put(entry) }
        }
    }

    init() {}

    /// The text of the file.
    var text: [UInt8] { entries.flatMap { Array($0.line.utf8) } }

    /// Adds an entry and replaces the guest's old one; drops the oldest entry when there are too
    /// many.
    mutating func put(_ entry: Entry) {
        guard entry.isWritable else { return }
        remove(entry.guest, of: entry.uri)
        entries.append(entry)
        if entries.count > Self.mostEntries { entries.removeFirst() }
    }

    /// Records that a guest is asked again.
    mutating func probe(_ guest: String, of uri: String, at now: Int) {
        guard let index = index(guest, uri) else { return }
        entries[index].probedAt = now
    }

    /// Removes a guest after its call has returned.
    mutating func remove(_ guest: String, of uri: String) {
        entries.removeAll { $0.guest == guest && $0.uri == uri }
    }

    /// Drops outdated entries.
    ///
    /// An entry of this host is kept while the same daemon runs and the domain has not restarted.
    /// An entry from the future belongs to another boot.
    mutating func prune(uri: String, daemon: String, domains: [String: UInt32], now: Int) {
        entries.removeAll { entry in
            guard (0...Self.longestAge).contains(now - entry.since), entry.probedAt <= now else {
                return true
            }
            guard entry.uri == uri else { return false }
            return entry.daemon != daemon || domains[entry.guest] != entry.domainID
        }
    }

    private func index(_ guest: String, _ uri: String) -> Int? {
        entries.firstIndex { $0.guest == guest && $0.uri == uri }
    }
}

extension HungGuestList.Entry {
    /// The entry as a line: members separated by tabs, the URI last.
    fileprivate var line: String {
        "\(since)\t\(probedAt)\t\(domainID)\t\(guest)\t\(daemon)\t\(uri)\n"
    }

    fileprivate init?(line: String) {
        let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
        guard parts.count == 6, let since = Int(parts[0]), let probedAt = Int(parts[1]),
            let domainID = UInt32(parts[2]), since >= 0, probedAt >= 0
        else { return nil }
        self.init(
            uri: String(parts[5]), daemon: String(parts[4]), guest: String(parts[3]),
            domainID: domainID, since: since, probedAt: probedAt)
    }

    /// Whether the entry can be parsed again.
    fileprivate var isWritable: Bool {
        line.utf8.count <= HungGuestList.longestEntry
            && [uri, daemon, guest].allSatisfy { $0.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f } }
    }
}

extension Collection<UInt8> {
    fileprivate func ends(with end: some Collection<UInt8>) -> Bool {
        suffix(end.count).elementsEqual(end)
    }
}
