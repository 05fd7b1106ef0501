internal import Dispatch
internal import Glibc
internal import Monitoring
internal import Terminal

/// Has Ctrl-Z stop a command only when it holds no agent's socket.
///
/// An agent serves one client at a time: a stopped one would keep it from all others.
enum PoliteStop {
    /// Handles Ctrl-Z from now on.
    static func begin(with fleet: FleetMonitor) {
        guard let caught = CaughtSignals([SIGTSTP]) else { return }
        let (stops, stop) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        caught.start(on: .global()) { _ in stop.yield() }
        Task {
            for await _ in stops {
                await fleet.setQuiet(true)
                ProcessStop.perform()
                await fleet.setQuiet(false)
            }
            caught.release()
        }
    }
}
