internal import Dashboard
internal import GuestVCPU
internal import Monitoring

/// The guests that a command line of `set` means, with what is asked of each.
struct SetSelection: Sendable {
    var targets: [SetTarget] = []
    /// Why some of the guests that may be meant could not be found.
    var failures: [String] = []
    /// Which guests may be meant and are left out, and why.
    var leftOut: [LeftOutGuest] = []
    /// All guests that the sources list, meant or not.
    var listed: [Guest] = []

    /// Finds the guests; their agents are asked for a filter alone.
    ///
    /// - Parameters:
    ///   - timeout: How long a source may take for its list.
    ///   - pace: How a filter's readings are made.
    static func make(
        _ content: SetOrder.Content, of sources: [any GuestSource], timeout: Duration,
        pace: PollPace, _ hold: ChangeHold
    ) async throws(CommandFailure) -> SetSelection {
        switch content {
        case .list(let changes, let file):
            guard let directory = await directory(sources, timeout, hold) else {
                return SetSelection(
                    targets: changes.map { SetTarget($0.guest, $0.request, .none(.interrupted)) })
            }
            return SetSelection(
                targets: try directory.targets(changes, file: file), listed: directory.guests)
        case .names(let names, nil, let request):
            guard let directory = await directory(sources, timeout, hold) else {
                return SetSelection(
                    targets: names.map { SetTarget($0, request, .none(.interrupted)) })
            }
            return SetSelection(
                targets: directory.targets(names, request),
                leftOut: directory.leftOut(matching: names), listed: directory.guests)
        case .names(let names, let query?, let request):
            let reading = Task {
                await GuestDirectory.read(sources, selecting: query, pace: pace)
            }
            // Nothing is known of any guest then.
            guard let (directory, selected) = await reading.value(unless: hold.interruption) else {
                return SetSelection()
            }
            guard !names.isEmpty else {
                return SetSelection(
                    targets: directory.targets(selected, request), failures: directory.failures,
                    listed: directory.guests)
            }
            let filter = Set(selected)
            return SetSelection(
                targets: directory.targets(names, request)
                    .filter { $0.id.map(filter.contains) ?? true },
                listed: directory.guests)
        }
    }

    private static func directory(
        _ sources: [any GuestSource], _ timeout: Duration, _ hold: ChangeHold
    ) async -> GuestDirectory? {
        // A source that does not open in time says so itself.
        await Task { await GuestDirectory.read(sources, timeout: timeout + .seconds(2)) }
            .value(unless: hold.interruption)
    }
}
