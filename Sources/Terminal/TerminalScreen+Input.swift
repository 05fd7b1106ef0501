internal import CTerminalGuard
internal import CanvasKit
internal import Dispatch
internal import Glibc

extension TerminalScreen {
    // MARK: Input

    /// Pauses the input while what it is for cannot be seen.
    func balanceKeys() {
        let mustPause = isOpen && !(output.isClear && discard == .none)
        guard let keys, mustPause != areKeysPaused else { return }
        areKeysPaused = mustPause
        if mustPause {
            keys.suspend()
        } else {
            keys.resume()
            // What was decoded before the pause would otherwise wait for the next key.
            DispatchQueue.main.async { [weak self] in
                MainActor.assumeIsolated { self?.handOn() }
            }
        }
    }

    func readInput() {
        guard isOpen, !areKeysPaused else { return }
        var buffer = [UInt8](repeating: 0, count: 4_096)
        // Another process of the session may have read what the source saw.
        guard Self.hasInput else { return }
        let count = read(Self.input, &buffer, buffer.count)
        if count < 0, errno == EINTR || errno == EAGAIN { return }
        guard count > 0 else {
            // A closed terminal can be read from for ever: it would never be idle again.
            keys?.cancel()
            handler(.closed)
            return
        }
        decoded += decoder.decode(buffer[..<count])
        handOn()
    }

    /// Hands on what was decoded, one event after the other, until the input is paused or thrown
    /// away.
    private func handOn() {
        while isOpen, !areKeysPaused, !decoded.isEmpty {
            switch decoded.removeFirst() {
            case .key(let key): handler(.key(key))
            case .mouse(let action, let place): handler(.mouse(action, place))
            case .paste(let text): handler(.paste(text))
            }
        }
        awaitPause()
    }

    /// Waits for the pause that ends what is being decoded.
    private func awaitPause() {
        pauseTimer?.cancel()
        pauseTimer = nil
        guard isOpen, !areKeysPaused, let patience = decoder.patience else { return }
        let timer = DispatchSource.makeTimerSource(queue: .main)
        timer.schedule(
            deadline: .now() + .nanoseconds(Int(patience / .nanoseconds(1))),
            leeway: .milliseconds(1))
        timer.setEventHandler { [weak self] in
            MainActor.assumeIsolated {
                terminal_guard_cover_thread()
                self?.endPause()
            }
        }
        pauseTimer = timer
        timer.activate()
    }

    private func endPause() {
        guard isOpen, !areKeysPaused else { return }
        // This program may have been busy for as long; then it was no pause.
        guard !Self.hasInput else { return readInput() }
        decoded += decoder.pause()
        handOn()
    }

    /// Whether there is something to read: input, or its end.
    private static var hasInput: Bool {
        var state = pollfd(fd: input, events: Int16(POLLIN), revents: 0)
        return poll(&state, 1, 0) == 1
    }
}
