internal import Dispatch
internal import Glibc
internal import Journal

/// Tells when any program has written to the journal: other runs change guests too.
///
/// The kernel tells it, so nothing wakes up while nothing is written.
@MainActor
final class JournalNews {
    private let journal: Journal
    private let makesFolder: Bool
    private let handle: @MainActor () -> Void
    private var source: (any DispatchSourceRead)?
    private var isBeginning = false
    private var isDue = false

    /// How long to wait for more: a change writes two lines, soon one after the other.
    private static let pause = Duration.milliseconds(200)

    /// - Parameters:
    ///   - makesFolder: Whether to make the journal's folder where it is missing.
    ///   - handle: Called when there is news.
    init(
        of journal: Journal, makesFolder: Bool, handle: @escaping @MainActor () -> Void
    ) {
        self.journal = journal
        self.makesFolder = makesFolder
        self.handle = handle
    }

    /// Begins to watch, where that has not been done.
    ///
    /// A folder that is not made here may not be there before the first change.
    func begin() async {
        guard source == nil, !isBeginning else { return }
        isBeginning = true
        defer { isBeginning = false }
        guard let file = await journal.watch(makesFolder: makesFolder) else { return }
        let source = DispatchSource.makeReadSource(fileDescriptor: file, queue: .main)
        source.setEventHandler { [weak self] in
            MainActor.assumeIsolated {
                Self.drain(file)
                self?.announce()
            }
        }
        source.setCancelHandler { close(file) }
        source.activate()
        self.source = source
    }

    /// Ends the watch.
    func end() {
        source?.cancel()
        source = nil
    }

    private func announce() {
        guard !isDue else { return }
        isDue = true
        Task {
            try? await Task.sleep(for: Self.pause, clock: .continuous)
            isDue = false
            if source != nil { handle() }
        }
    }

    /// What happened does not matter, only that something did.
    private static func drain(_ file: Int32) {
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { buffer in
            while read(file, buffer.baseAddress, buffer.count) > 0 {}
        }
    }
}
