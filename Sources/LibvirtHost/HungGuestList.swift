/// Guests that left a call unanswered, as they are written in a file: one a line.
///
/// A hung call outlives its client and keeps one of the daemon's workers, so another run must not
/// ask the same guests again all at once.
struct HungGuestList: Hashable, Sendable {
    /// A guest that left a call unanswered.
    struct Entry: Hashable, Sendable {
        /// The connection's URI.
        var uri: String
        /// Which daemon holds the call; empty where that cannot be told.
        var daemon: String
        /// The domain's UUID.
        var guest: String
        /// The daemon's number of this run of the domain.
        var domainID: UInt32
        /// When the call was given up, in seconds since the host's boot.
        var since: Int
        /// When another call was made to see whether it still hangs; 0 for never.
        var probedAt = 0
    }

    private(set) var entries: [Entry] = []

    /// The most entries, and the most bytes of one.
    static let mostEntries = 256
    static let longestEntry = 1_024
    /// A call that is older than this is forgotten, in seconds.
    static let longestAge = 86_400

    /// Reads the text of a file; a line that is torn, too long or foreign is dropped.
    ///
    /// - Parameter uri: The connection whose guests are wanted; nil for all.
    init(_ text: some Sequence<UInt8>, of uri: String? = nil) {
        var lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        // A last line without its end is torn.
        _ = lines.popLast()
        for line in lines.suffix(Self.mostEntries)
        where line.count <= Self.longestEntry && uri.map({ line.ends(with: $0.utf8) }) != false {
            if let entry = Entry(line: String(decoding: line, as: UTF8.self)) { put(entry) }
        }
    }

    init() {}

    /// The text of the file.
    var text: [UInt8] { entries.flatMap { Array($0.line.utf8) } }

    /// Adds an entry in place of the guest's old one; the oldest ones make room.
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

    /// Removes a guest, whose call has returned.
    mutating func remove(_ guest: String, of uri: String) {
        entries.removeAll { $0.guest == guest && $0.uri == uri }
    }

    /// Drops entries that no longer hold.
    ///
    /// Of this host those stay whose domain is in the same run under the same daemon. Entries of
    /// the future are of another boot.
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
    /// Members are separated by tabs; the URI comes last.
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

    /// Whether it can be read again.
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
