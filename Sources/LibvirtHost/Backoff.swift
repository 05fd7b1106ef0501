/// The pauses between tries to connect: half a second, doubling to half a minute.
struct Backoff: Hashable, Sendable {
    private var pause = Duration.milliseconds(500)

    /// The pause before the next try.
    mutating func next() -> Duration {
        defer { pause = min(pause * 2, .seconds(30)) }
        return pause
    }
}
