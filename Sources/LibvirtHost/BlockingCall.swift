internal import Dispatch
internal import Synchronization

/// Runs calls that block on threads of their own.
enum BlockingCall {
    /// Runs a call, and waits for it no longer than until the deadline.
    ///
    /// Past the deadline the call goes on without anybody who waits for it.
    ///
    /// - Parameter late: Gets what the call returns past the deadline, on the call's thread.
    /// - Returns: What the call returns; nil when it has not returned in time.
    static func run<T: Sendable>(
        until deadline: ContinuousClock.Instant, _ call: @escaping @Sendable () -> T,
        late: @escaping @Sendable (T) -> Void = { _ in }
    ) async -> T? {
        let answer = Answer<T?>()
        let timer = Task {
            try? await Task.sleep(until: deadline, clock: .continuous)
            if !Task.isCancelled { _ = answer.give(nil) }
        }
        defer { timer.cancel() }
        return await withCheckedContinuation { continuation in
            answer.wait(continuation)
            start {
                let value = call()
                if !answer.give(value) { late(value) }
            }
        }
    }

    /// Runs a call that nobody waits for.
    ///
    /// A new serial queue is never made to share a thread with a call that hangs.
    static func start(_ call: @escaping @Sendable () -> Void) {
        DispatchQueue(label: "vcputop.libvirt.call").async(execute: call)
    }
}

/// Resumes a continuation once, with whichever answer comes first.
private final class Answer<T: Sendable>: Sendable {
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
