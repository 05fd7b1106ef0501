import Foundation
import GuestVCPU
import Synchronization
import TestSupport
import Testing
import UnixSockets

@testable import QEMUHost

/// This process serves the tests' sockets, so it plays QEMU in the trees.
private let qemu = getpid()

@Suite("Host time")
struct HostTimeTests {
    private static let vcpus =
        #"{"return": [{"logical-id": 0, "online": true}, {"logical-id": 1, "online": true}]}"#

    /// A guest with its own tree, whose agent was read once.
    private func withGuest(
        at clock: VirtualClock = VirtualClock(),
        qmp: (@Sendable (String) throws -> ScriptedServer)? = nil, agentAnswers: Bool = true,
        tree prepare: (ProcessTree) throws -> Void,
        _ body: (AgentSocketSource, ProcessTree, ScriptedServer?) async throws -> Void
    ) async throws {
        try await withDirectory { directory in
            let tree = try ProcessTree(in: directory.path)
            defer { try? FileManager.default.removeItem(atPath: tree.root) }
            try prepare(tree)
            let agent =
                try agentAnswers
                ? ScriptedServer.agent(at: directory.agent) { command, _ in
                    command == "guest-get-vcpus"
                        ? .line(Self.vcpus)
                        : .line(#"{"error": {"class": "CommandNotFound", "desc": "?"}}"#)
                }
                : ScriptedServer(at: directory.agent) { _, _ in .hangUp }
            let monitor = try qmp?(directory.qmp)
            let source = AgentSocketSource(
                guestName: "web1", agentPath: directory.agent,
                qmpPath: qmp == nil ? nil : directory.qmp, isReadOnly: true, reader: tree.reader,
                patienceWithQMP: .ample
            ) { clock.now }
            let before = await source.readHost(timeout: .ample)
            #expect(before.isEmpty)
            #expect(monitor?.connections ?? 0 == 0)
            _ = try? await source.guest.reader.read(timeout: .ample)
            try await body(source, tree, monitor)
            await agent.close()
            await monitor?.close()
        }
    }

    private func observation(of source: AgentSocketSource) async throws -> HostObservation {
        let observations = await source.readHost(timeout: .ample)
        return try #require(observations[source.guest.id])
    }

    @Test("the named threads of the agent's peer are read")
    func namedThreads() async throws {
        try await withGuest { tree in
            try tree.write(process: qemu)
            try tree.write(thread: qemu, of: qemu, name: "qemu-system-x86", schedule: "9 9 9")
            try tree.write(
                thread: 30, of: qemu, name: "CPU 10/KVM", state: "R", ticks: 196, physicalCPU: 3,
                schedule: "1960000001 244467037 77")
            try tree.write(thread: 29, of: qemu, name: "CPU 0/KVM", schedule: "5 6 7")
            try tree.write(thread: 31, of: qemu, name: "worker", schedule: "5 6 7")
        } _: { source, _, _ in
            let observation = try await observation(of: source)
            #expect(observation.state == .running)
            #expect(observation.reading?.current == 2)
            #expect(observation.reading?.maximum == nil)
            #expect(
                observation.reading?.vcpus == [
                    HostVCPU(
                        index: 0, timeNanoseconds: 5, waitNanoseconds: 6, thread: 29,
                        threadStart: 1000, physicalCPU: 0, state: .blocked, plugOrder: 0),
                    HostVCPU(
                        index: 10, timeNanoseconds: 1_960_000_001, waitNanoseconds: 244_467_037,
                        thread: 30, threadStart: 1000, physicalCPU: 3, state: .running,
                        plugOrder: 0),
                ])
        }
    }

    @Test(
        "the threads of a restored or migrated machine pair nothing",
        arguments: [("-incoming", true), ("-loadvm", true), ("-smp", false)])
    func restored(option: String, isRestored: Bool) async throws {
        try await withGuest { tree in
            try tree.write(process: qemu, arguments: ["renamed-qemu", option, "2"])
            try tree.write(thread: 30, of: qemu, name: "CPU 0/KVM")
            try tree.write(thread: 31, of: qemu, name: "CPU 1/KVM")
        } _: { source, _, _ in
            let host = try #require(try await observation(of: source).reading)
            #expect(host.isRestored == isRestored)
            let guest = try await source.guest.reader.read(timeout: .ample)
            let pairing = Pairing(guest: guest, host: host)
            #expect(pairing.confidence == (isRestored ? .unknown : .inferred))
        }
    }

    @Test(
        "ticks are the fallback where the scheduler does not count", arguments: [nil, "0 0 0", "?"])
    func ticks(schedule: String?) async throws {
        try await withGuest { tree in
            try tree.write(process: qemu)
            try tree.write(
                thread: 30, of: qemu, name: "CPU 0/TCG", ticks: 196, schedule: schedule)
        } _: { source, _, _ in
            let vcpu = try await observation(of: source).reading?.vcpus.first
            #expect(vcpu?.timeNanoseconds == 1_960_000_000)
            #expect(vcpu?.waitNanoseconds == nil)
            #expect(vcpu?.thread == 30)
        }
    }

    @Test("a thread that vanishes is left out, and one that appears is found")
    func threadsComeAndGo() async throws {
        try await withGuest { tree in
            try tree.write(process: qemu)
            try tree.write(thread: 30, of: qemu, name: "CPU 0/KVM", schedule: "1 1 1")
            try tree.write(thread: 31, of: qemu, name: "CPU 1/KVM", schedule: "1 1 1")
        } _: { source, tree, _ in
            #expect(try await observation(of: source).reading?.vcpus.map(\.index) == [0, 1])
            // The folder of a thread that is just ending can lack its files.
            try tree.remove("\(qemu)/task/31/stat")
            #expect(try await observation(of: source).reading?.vcpus.map(\.index) == [0])
            try tree.write(thread: 40, of: qemu, name: "CPU 2/KVM", schedule: "1 1 1")
            #expect(try await observation(of: source).reading?.vcpus.map(\.index) == [0, 2])
        }
    }

    @Test("a process whose number was reused is not read any more")
    func reusedNumber() async throws {
        try await withGuest { tree in
            try tree.write(process: qemu)
            try tree.write(thread: 30, of: qemu, name: "CPU 0/KVM", schedule: "1 1 1")
        } _: { source, tree, _ in
            #expect(try await observation(of: source).reading != nil)
            try tree.write(process: qemu, start: 2000)
            let after = try await observation(of: source)
            #expect(after == HostObservation(state: .shutdown, reading: nil))
            // The next exchange confirms that the process serves the guest's socket again.
            _ = try await source.guest.reader.read(timeout: .ample)
            let again = try await observation(of: source)
            #expect(again.state == .running)
            #expect(again.reading?.vcpus.map(\.thread) == [30])
        }
    }

    @Test(
        "a guest is shut off when its process is gone or waits to be reaped",
        arguments: [
            true, false,
        ])
    func ended(isReaped: Bool) async throws {
        try await withGuest { tree in
            try tree.write(process: qemu)
            try tree.write(thread: 30, of: qemu, name: "CPU 0/KVM", schedule: "1 1 1")
        } _: { source, tree, _ in
            #expect(try await observation(of: source).state == .running)
            if isReaped {
                try tree.remove("\(qemu)")
            } else {
                try tree.write(process: qemu, state: "Z")
            }
            let after = try await observation(of: source)
            #expect(after == HostObservation(state: .shutdown, reading: nil))
        }
    }

    @Test("a guest is paused when a signal has stopped its QEMU")
    func stopped() async throws {
        try await withGuest { tree in
            try tree.write(process: qemu, state: "T")
            try tree.write(thread: 30, of: qemu, name: "CPU 0/KVM", state: "T", schedule: "1 1 1")
        } _: { source, _, _ in
            let observation = try await observation(of: source)
            #expect(observation.state == .paused)
            #expect(observation.reading?.vcpus.first?.state == .offline)
        }
    }

    @Test("a guest runs when its vCPUs consume time, even if its agent does not answer")
    func consumedTime() async throws {
        try await withGuest(agentAnswers: false) { tree in
            try tree.write(process: qemu)
            try tree.write(thread: 30, of: qemu, name: "CPU 0/KVM", schedule: "1 1 1")
        } _: { source, tree, _ in
            #expect(try await observation(of: source).state == .unknown)
            try tree.write(thread: 30, of: qemu, name: "CPU 0/KVM", schedule: "2 1 2")
            #expect(try await observation(of: source).state == .running)
        }
    }

    @Test("no time is known where one thread runs all vCPUs, or two threads claim the same one")
    func noAttribution() async throws {
        try await withGuest { tree in
            try tree.write(process: qemu)
            try tree.write(thread: 30, of: qemu, name: "ALL CPUs/TCG", schedule: "1 1 1")
        } _: { source, tree, _ in
            #expect(try await observation(of: source).reading == nil)
            try tree.write(thread: 31, of: qemu, name: "CPU 1/TCG", schedule: "1 1 1")
            try tree.write(thread: 32, of: qemu, name: "CPU 1/TCG", schedule: "2 1 1")
            #expect(
                try await observation(of: source).reading?.vcpus == [
                    HostVCPU(index: 1, timeNanoseconds: nil)
                ])
        }
    }

    @Test("a peer that is not QEMU shows only that the guest answered")
    func otherPeer() async throws {
        try await withGuest { tree in
            try tree.write(process: qemu, name: "qemu-ga")
            try tree.write(thread: qemu, of: qemu, name: "qemu-ga", schedule: "1 1 1")
        } _: { source, _, _ in
            let observation = try await observation(of: source)
            #expect(observation == HostObservation(state: .running, reading: nil))
        }
    }

    @Test("where threads have no names, QMP is asked for them once")
    func listedThreads() async throws {
        try await withGuest { path in
            try ScriptedServer.qmp(
                at: path,
                cpus: #"[{"cpu-index": 1, "thread-id": 31}, {"cpu-index": 0, "thread-id": 30},"#
                    + #"{"cpu-index": 2, "thread-id": 99}]"#)
        } tree: { tree in
            try tree.write(process: qemu)
            for thread: Int32 in 29...32 {
                try tree.write(
                    thread: thread, of: qemu, name: "qemu-system-x86", schedule: "\(thread) 1 1")
            }
            // This is a thread of another process, which QMP cannot list.
            try tree.write(process: 99)
            try tree.write(thread: 99, of: 99, name: "init", schedule: "1 1 1")
        } _: { source, _, monitor in
            for _ in 0..<3 {
                let observation = try await observation(of: source)
                #expect(observation.state == .running)
                #expect(observation.reading?.vcpus.map(\.index) == [0, 1])
                #expect(observation.reading?.vcpus.map(\.timeNanoseconds) == [30, 31])
                #expect(observation.reading?.vcpus.map(\.thread) == [30, 31])
            }
            #expect(monitor?.connections == 1)
        }
    }

    @Test("vCPUs that share a thread are listed without times")
    func sharedThread() async throws {
        try await withGuest { path in
            try ScriptedServer.qmp(
                at: path, status: "paused",
                cpus: #"[{"cpu-index": 0, "thread-id": 30}, {"cpu-index": 1, "thread-id": 30}]"#)
        } tree: { tree in
            try tree.write(process: qemu)
            try tree.write(thread: 30, of: qemu, name: "ALL CPUs/TCG", schedule: "5 1 1")
        } _: { source, _, _ in
            let observation = try await observation(of: source)
            #expect(observation.state == .paused)
            #expect(
                observation.reading?.vcpus == [
                    HostVCPU(index: 0, timeNanoseconds: nil),
                    HostVCPU(index: 1, timeNanoseconds: nil),
                ])
        }
    }

    @Test("QMP is not asked where threads have names and the agent answers")
    func politeness() async throws {
        try await withGuest { path in
            try ScriptedServer.qmp(at: path)
        } tree: { tree in
            try tree.write(process: qemu)
            try tree.write(thread: 30, of: qemu, name: "CPU 0/KVM", schedule: "1 1 1")
        } _: { source, _, monitor in
            for _ in 0..<3 { _ = try await observation(of: source) }
            #expect(monitor?.connections == 0)
        }
    }

    @Test("the monitor of another machine is not used, whichever of the two is found first")
    func otherMachinesMonitor() async throws {
        try await withDirectory { directory in
            let tree = try ProcessTree(in: directory.path)
            defer { try? FileManager.default.removeItem(atPath: tree.root) }
            // This process serves the monitor, so process 4242 is another machine.
            for process in [qemu, 4242] {
                try tree.write(process: process)
                try tree.write(thread: 30, of: process, name: "worker", schedule: "1 1 1")
            }
            let monitor = try ScriptedServer.qmp(
                at: directory.qmp, cpus: #"[{"cpu-index": 0, "thread-id": 30}]"#)
            let process = GuestProcess(qmp: SocketPlace(directory.qmp), reader: tree.reader) {
                .now
            }
            await process.recordFailure()
            #expect(await process.observe(until: .soon)?.reading?.vcpus.map(\.thread) == [30])
            #expect(await process.recordPeer(4242))
            let asked = monitor.commands.count
            for _ in 0..<2 {
                let observation = try #require(await process.observe(until: .soon))
                #expect(observation.reading == nil && observation.state == .unknown)
                let note = try #require(observation.note)
                #expect(note.contains("process \(qemu)") && note.contains("process 4242"))
                #expect(note.contains(directory.qmp))
            }
            #expect(await process.reasonForSilence(ofAgentAt: "/a", until: .soon) == nil)
            #expect(monitor.commands.count == asked)
            // The monitor's machine serves the agent's socket again.
            #expect(await process.recordPeer(qemu))
            let after = try #require(await process.observe(until: .soon))
            #expect(after.note == nil && after.reading?.vcpus.map(\.thread) == [30])
            await monitor.close()
        }
    }

    @Test("another process at the socket is another incarnation, even if no thread is visible")
    func incarnation() async throws {
        try await withDirectory { directory in
            let tree = try ProcessTree(in: directory.path)
            defer { try? FileManager.default.removeItem(atPath: tree.root) }
            let process = GuestProcess(qmp: nil, reader: tree.reader) { .now }
            var incarnations: [UInt64] = []
            for (number, start) in [(10, 100), (10, 100), (20, 200), (20, 300)] as [(Int32, UInt64)]
            {
                try tree.write(process: number, start: start)
                #expect(await process.recordPeer(number))
                incarnations.append(await process.incarnation)
                _ = await process.observe(until: .soon)
            }
            #expect(incarnations == [0, 0, 1, 2])
        }
    }

    @Test("a process whose command line cannot be read delays no other guest")
    func hungCommandLine() async throws {
        try await withDirectory { directory in
            let tree = try ProcessTree(in: directory.path)
            defer { try? FileManager.default.removeItem(atPath: tree.root) }
            let hung = try tree.write(hungProcess: 10)
            defer { close(open(hung, O_WRONLY | O_NONBLOCK)) }
            try tree.write(process: 20, arguments: ["kvm", "-smp", "1,maxcpus=4"])
            for process: Int32 in [10, 20] {
                try tree.write(thread: 30, of: process, name: "CPU 0/KVM", schedule: "1 1 1")
            }
            // Both share one memory and one reader, as in the program.
            let memory = ProcessMemory(root: tree.root, patience: .milliseconds(500))
            let reader = ProcessReader(root: tree.root, memory: memory)
            let slow = GuestProcess(qmp: nil, reader: reader) { .now }
            let other = GuestProcess(qmp: nil, reader: reader) { .now }
            #expect(await slow.recordPeer(10))
            #expect(await other.recordPeer(20))
            async let late = slow.observe(until: .soon)
            #expect(await other.observe(until: .soon)?.reading?.maximum == 4)
            // Its threads are read nevertheless, but whether it was restored is not known.
            let reading = try #require(await late?.reading)
            #expect(reading.vcpus.map(\.thread) == [30] && reading.isRestored == true)
            #expect(await memory.hangingProcesses == [10])
            // There is no second wait until the read returns.
            #expect(await slow.observe(until: .soon)?.reading?.isRestored == true)
            close(open(hung, O_WRONLY | O_NONBLOCK))
            try #require(await eventually { await memory.hangingProcesses.isEmpty })
        }
    }

    @Test("QMP is asked again when nothing has proven for a while that the guest runs")
    func qmpAgain() async throws {
        let clock = VirtualClock()
        try await withGuest(at: clock) { path in
            try ScriptedServer.qmp(at: path, status: "paused")
        } tree: { tree in
            try tree.write(process: qemu)
            try tree.write(thread: 30, of: qemu, name: "CPU 0/KVM", schedule: "1 1 1")
        } _: { source, tree, monitor in
            clock.advance(by: .seconds(20))
            #expect(try await observation(of: source).state == .running)
            #expect(monitor?.connections == 0)
            clock.advance(by: .seconds(1))
            for _ in 0..<3 { #expect(try await observation(of: source).state == .paused) }
            #expect(monitor?.connections == 1)
            clock.advance(by: .seconds(15))
            #expect(try await observation(of: source).state == .paused)
            #expect(monitor?.connections == 2)
            try tree.write(thread: 30, of: qemu, name: "CPU 0/KVM", schedule: "2 1 2")
            #expect(try await observation(of: source).state == .running)
            #expect(monitor?.connections == 2)
        }
    }

    @Test("a real thread's time advances while it works")
    func realThread() async throws {
        let worker = Worker(name: "CPU 7/KVM")
        defer { worker.stop() }
        let reader = ProcessReader.system
        let identity = try #require(try await reader.identity(of: getpid()))
        var readings: [HostVCPU] = []
        for _ in 0..<2 {
            await worker.work()
            let sample = try #require(try await reader.sampleNamedThreads(of: identity))
            let reading = HostReading(namedThreads: sample.threads, readAt: .now)
            readings.append(try #require(reading?.vcpus.first { $0.index == 7 }))
        }
        let times = readings.compactMap(\.timeNanoseconds)
        try #require(times.count == 2)
        #expect(times[0] >= Worker.step && times[1] >= times[0] + Worker.step)
        #expect(readings[0].thread == readings[1].thread)
        #expect(readings[0].physicalCPU != nil)
    }
}

@Suite("the files of threads that are kept open")
struct OpenThreadsTests {
    private func indices(_ reader: ProcessReader, _ identity: ProcessIdentity) async throws -> Set<
        Int
    > {
        let sample = try #require(try await reader.sampleNamedThreads(of: identity))
        let reading = HostReading(namedThreads: sample.threads, readAt: .now)
        return Set(reading?.vcpus.map(\.index.number) ?? [])
    }

    @Test(
        "threads that come and go are noticed at once, whatever number of files may stay open",
        arguments: [0, 3, 5, 1_000])
    func comeAndGo(mostDescriptors: Int) async throws {
        let reader = ProcessReader(
            root: "/proc", memory: .system, mostDescriptors: mostDescriptors)
        let identity = try #require(try await reader.identity(of: getpid()))
        let first = Worker(name: "CPU 501/KVM")
        defer { first.stop() }
        await first.work()
        for _ in 0..<3 {
            #expect(try await indices(reader, identity).contains(501))
            let second = Worker(name: "CPU 502/KVM")
            await second.work()
            #expect(try await indices(reader, identity).isSuperset(of: [501, 502]))
            #expect(await reader.descriptorCount <= mostDescriptors)
            second.stop()
            #expect(
                await eventually {
                    (try? await indices(reader, identity).contains(502)) == false
                })
        }
        let count = await reader.descriptorCount
        #expect(mostDescriptors == 1_000 ? count >= 3 : count <= mostDescriptors)
    }

    @Test("the files of processes that are not read any more are closed")
    func disused() async throws {
        let reader = ProcessReader(
            root: "/proc", memory: .system, mostDescriptors: 10_000,
            longestDisuse: .milliseconds(20))
        var most = 0
        for _ in 0..<10 {
            let child = Process()
            child.executableURL = URL(filePath: "/bin/sleep")
            child.arguments = ["60"]
            try child.run()
            let identity = try #require(try await reader.identity(of: child.processIdentifier))
            #expect(try await reader.sampleNamedThreads(of: identity) != nil)
            most = max(most, await reader.descriptorCount)
            child.terminate()
            try await Task.sleep(for: .milliseconds(30))
        }
        #expect((1...2).contains(most), "\(most)")
    }

    @Test("what is read again is what is read for the first time")
    func same() async throws {
        let worker = Worker(name: "CPU 503/KVM")
        defer { worker.stop() }
        await worker.work()
        let kept = ProcessReader(root: "/proc", memory: .system, mostDescriptors: 10_000)
        let fresh = ProcessReader.once
        let identity = try #require(try await kept.identity(of: getpid()))
        for _ in 0..<3 {
            // The thread may still be on its way to sleep, so its time may grow from one to the next.
            let samples = [
                try await fresh.sampleNamedThreads(of: identity),
                try await kept.sampleNamedThreads(of: identity),
                try await fresh.sampleNamedThreads(of: identity),
            ]
            let threads = samples.map { sample in
                sample?.threads.first { $0.stat.name == "CPU 503/KVM" }
            }
            let one = try #require(threads[1])
            let other = try #require(threads[0])
            #expect(one.threadID == other.threadID)
            #expect(one.stat.startTicks == other.stat.startTicks)
            let times = threads.compactMap { $0?.schedule?.runNanoseconds }
            #expect(times.count == 3 && times == times.sorted())
        }
        #expect(await kept.descriptorCount >= 3)
        #expect(await fresh.descriptorCount == 0)
    }
}

/// A thread that works a little on request.
private final class Worker: Sendable {
    /// The CPU time of one step, in nanoseconds: three ticks, so that both files show it.
    static let step: UInt64 = 30_000_000

    private let start = DispatchSemaphore(value: 0)
    private let done = Mutex<CheckedContinuation<Void, Never>?>(nil)
    private let isStopped = Mutex(false)

    init(name: String) {
        let thread = Thread { [self] in
            // Foundation sets a thread's name only when it knows the thread's number.
            if let file = fopen("/proc/thread-self/comm", "w") {
                fputs(name, file)
                fclose(file)
            }
            while true {
                start.wait()
                if isStopped.withLock({ $0 }) { return }
                let end = Self.time + Self.step
                while Self.time < end {}
                done.withLock {
                    $0?.resume()
                    $0 = nil
                }
            }
        }
        thread.start()
    }

    /// Makes the thread work one step.
    func work() async {
        await withCheckedContinuation { continuation in
            done.withLock { $0 = continuation }
            start.signal()
        }
    }

    func stop() {
        isStopped.withLock { $0 = true }
        start.signal()
    }

    /// The CPU time of the calling thread.
    private static var time: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
