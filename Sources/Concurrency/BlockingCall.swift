internal import Dispatch
internal import Synchronization

/// Runs calls that can block, possibly for ever, on threads of their own.
package enum BlockingCall {
    /// Runs a call, and waits for it until the deadline at the latest.
    ///
    /// A call that has not returned by then goes on by itself.
    ///
    /// - Parameter late: Gets what the call returns after the deadline, on the call's thread.
    /// - Returns: What the call returns; nil when it has not returned in time.
    package static func run<T: Sendable>(
        until deadline: ContinuousClock.Instant, _ call: @escaping @Sendable () -> T,
        late: @escaping @Sendable (T) -> Void = { _ in }
    ) async -> T? {
        let answer = Answer<T?>()
        let loop = EventLoop.shared
        let timer = loop.schedule(at: deadline) { _ = answer.give(nil) }
        defer { loop.cancel(timer) }
        return await withCheckedContinuation { continuation in
            answer.wait(continuation)
            start {
                let value = call()
                if !answer.give(value) { late(value) }
            }
        }
    }

    /// Starts a call and does not wait for it.
    ///
    /// A new serial queue never shares a thread with a call that hangs.
    package static func start(_ call: @escaping @Sendable () -> Void) {
        DispatchQueue(label: "vcputop.blocking").async(execute: call)
    }
}

/// Resumes a continuation once, with whichever answer comes first.
final class Answer<T: Sendable>: Sendable {
    private enum State {
        case initial
        case waiting(CheckedContinuation<T, Never>)
        case given(T)
        case over
    }

    private let state = Mutex(State.initial)

    func wait(_ continuation: CheckedContinuation<T, Never>) {
        let early: T? = state.withLock { state in
            if case .given(let value) = state {
                state = .over
                return value
            }
            state = .waiting(continuation)
            return nil
        }
        if let early { continuation.resume(returning: early) }
    }

    /// - Returns: Whether the answer is the first.
    func give(_ value: T) -> Bool {
        let (isFirst, waiter): (Bool, CheckedContinuation<T, Never>?) = state.withLock { state in
            switch state {
            case .initial:
                state = .given(value)
                return (true, nil)
            case .waiting(let continuation):
                state = .over
                return (true, continuation)
            case .given, .over:
                return (false, nil)
            }
        }
        waiter?.resume(returning: value)
        return isFirst
    }
}
