internal import GuestVCPU
internal import Logging
internal import Synchronization

/// The file of `--debug-log`, which the whole program shares.
enum DebugLog {
    private static let file = Mutex<DebugLogFile?>(nil)

    /// How long the program waits at its end for the last lines to be written.
    private static let patience = Duration.seconds(2)

    /// Opens the log.
    ///
    /// - Returns: What records into it.
    static func open(_ path: String) throws(CommandFailure) -> WireRecorder {
        let opened = try DebugLogFile(path)
        file.withLock { $0 = opened }
        let logger = Logger(label: "vcputop.wire") { _ in DebugLogHandler(file: opened) }
        return WireRecorder { recorder, event in
            let place = recorder.place
            logger.log(level: event.level, "\(event.words)", metadata: ["place": "\(place)"])
        }
    }

    /// Waits until the lines are written, and says on standard error where some are not.
    ///
    /// To be called once, before the program ends.
    static func finish() {
        guard let file = file.withLock({ $0 }) else { return }
        if let complaint = file.finish(within: patience) {
            Diagnostics.note(complaint, within: .seconds(1))
        }
    }
}

extension WireEvent {
    /// `warning` for a failure, `debug` for an ordinary exchange.
    fileprivate var level: Logger.Level {
        switch self {
        case .notConnected, .failed, .callFailed: .warning
        case .connected, .sent, .received, .closed, .callBegan, .callReturned, .event: .debug
        }
    }

    fileprivate var words: String {
        switch self {
        case .connected(let path, let processID?): "connected to \(path), served by \(processID)"
        case .connected(let path, nil): "connected to \(path)"
        case .notConnected(let path, let reason): "cannot connect to \(path): \(reason)"
        case .sent(let bytes): "sent \(Self.words(bytes))"
        case .received(let bytes): "received \(Self.words(bytes))"
        case .failed(let reason): reason
        case .closed: "closed"
        case .callBegan(let call): "calling \(call)"
        case .callReturned(let call, let took, let answer):
            "\(call) returned after \(took.inMilliseconds) ms: \(answer)"
        case .callFailed(let call, let took, let code, let message):
            "\(call) failed after \(took.inMilliseconds) ms with error \(code): \(message)"
        case .event(let words): "event: \(words)"
        }
    }

    /// The most bytes of one message that are shown.
    private static let mostShown = 2_000

    private static func words(_ bytes: [UInt8]) -> String {
        let text = String(decoding: bytes.prefix(mostShown), as: UTF8.self)
        return "\(bytes.count) bytes: \(text)\(bytes.count > mostShown ? "…" : "")"
    }
}

extension Duration {
    fileprivate var inMilliseconds: Int64 { Int64(self / .milliseconds(1)) }
}
