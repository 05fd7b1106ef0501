// A program that uses the library, for the tests of vcputop: `Outsider COMMAND SOCKET [LIST...]`.
// It never calls anything but the public interface, and ignores no signal.

import Foundation
import Glibc
import GuestVCPU
import QEMUHost

/// What to do about an error, by its kind: all kinds can be switched over.
func advice(_ error: AgentError) -> String {
    switch error.kind {
    case .disconnected, .notRunning, .absent: "start the guest and its agent"
    case .denied: "run as another user"
    case .busy, .waiting, .unresponsive, .frozen, .paused: "try again later"
    case .unsupported, .blocked: "configure the agent"
    case .malformed, .error: error.isOurs ? "free something here" : "look at the guest"
    }
}

/// A program that only watches takes a reader, which cannot send a change.
func watch(_ reader: some GuestReader) async {
    do throws(AgentError) {
        print(try await reader.read(timeout: .milliseconds(500)))
    } catch {
        print("\(error.kind): \(error); \(advice(error))")
    }
}

/// Opens files until the system gives no more.
func openAll() -> [Int32] {
    var descriptors: [Int32] = []
    while true {
        let descriptor = open("/dev/null", O_RDONLY)
        guard descriptor >= 0 else { return descriptors }
        descriptors.append(descriptor)
    }
}

/// Waits until Swift's own threads have opened their descriptors, ten seconds at most.
///
/// They open them some time after the first task, and end a program that has none left.
func waitForThreads() async {
    await Task.detached {}.value
    let deadline = ContinuousClock.now + .seconds(10)
    var missing: Set = ["anon_inode:[eventpoll]", "anon_inode:[eventfd]", "anon_inode:[timerfd]"]
    while !missing.isEmpty, .now < deadline {
        for descriptor in 0..<32 {
            if let link = try? FileManager.default.destinationOfSymbolicLink(
                atPath: "/proc/self/fd/\(descriptor)")
            {
                missing.remove(link)
            }
        }
        usleep(1_000)
    }
}

let arguments = CommandLine.arguments.dropFirst()
guard let command = arguments.first, let path = arguments.dropFirst().first else {
    print("usage: Outsider watch|set|together|exhausted SOCKET [LIST...]")
    exit(64)
}
let lists = try arguments.dropFirst(2).map { try CPUMap(list: $0) }
let agent = AgentSocket(path: path)
let runner = TransactionRunner(writer: agent, timeout: .seconds(30))

switch command {
case "watch":
    await watch(AgentSocketReader(path: path))
case "set":
    print(try await runner.set(online: lists[0], offline: lists[1]))
case "together":
    // One transaction for each list, all at the same time, through one value.
    let tasks = lists.map { list in Task { try await runner.set(list, online: false).outcome } }
    for task in tasks { print(try await task.value) }
case "exhausted":
    await waitForThreads()
    let descriptors = openAll()
    await watch(agent)
    for descriptor in descriptors { close(descriptor) }
    await watch(agent)
default:
    print("unknown command '\(command)'")
    exit(64)
}
