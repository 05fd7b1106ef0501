internal import Concurrency
internal import Glibc
internal import Monitoring
internal import Terminal

/// Has Ctrl-Z stop a command only when it holds no agent's socket.
///
/// An agent serves one client at a time: a stopped one would keep it from all others.
enum PoliteStop {
    /// Handles Ctrl-Z from now on.
    ///
    /// The event loop watches for it: Dispatch would start a thread for that.
    static func begin(with fleet: FleetMonitor) {
        guard let caught = CaughtSignals([SIGTSTP]) else { return }
        let (stops, stop) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let loop = EventLoop.shared
        loop.perform {
            do throws(EventLoopError) {
                _ = try loop.watch(caught.pipe) { _ in
                    while !caught.taken().isEmpty { stop.yield() }
                }
            } catch {
                caught.release()
            }
        }
        Task {
            for await _ in stops {
                await fleet.setQuiet(true)
                ProcessStop.perform()
                await fleet.setQuiet(false)
            }
        }
    }
}
