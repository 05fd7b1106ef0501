internal import Synchronization

/// A request to end transactions: a latch that is set once, from any thread.
///
/// A transaction that has sent nothing yet ends without sending anything; one that has sent
/// something finishes or undoes as if there were no interruption.
public final class Interruption: Sendable {
    private let state = Mutex(State())

    private struct State {
        var isRequested = false
        var observers: [Int: @Sendable () -> Void] = [:]
        var lastObserver = 0
    }

    /// Creates a latch that is not set.
    public init() {}

    /// Whether an interruption was requested.
    public var isRequested: Bool { state.withLock { $0.isRequested } }

    /// Requests the interruption; a second request changes nothing.
    public func request() {
        let observers = state.withLock { state in
            state.isRequested = true
            defer { state.observers = [:] }
            return state.observers
        }
        for observer in observers.values { observer() }
    }

    /// Calls `observer` once when the interruption is requested, at once if it was already.
    ///
    /// - Returns: What `removeObserver` takes.
    func observe(_ observer: @escaping @Sendable () -> Void) -> Int? {
        let number: Int? = state.withLock { state in
            guard !state.isRequested else { return nil }
            state.lastObserver += 1
            state.observers[state.lastObserver] = observer
            return state.lastObserver
        }
        if number == nil { observer() }
        return number
    }

    func removeObserver(_ number: Int?) {
        guard let number else { return }
        state.withLock { $0.observers[number] = nil }
    }
}
