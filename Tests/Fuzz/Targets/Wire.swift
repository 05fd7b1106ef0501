import GuestVCPU

@testable import QAPI
@testable import QEMUHost

extension FuzzTarget {
    /// Lines are the same however the bytes are cut, and within the bound.
    static let framer = FuzzTarget("framer", longest: 512) { bytes in
        var input = FuzzInput(bytes)
        let bound = 1 + input.number(below: 64)
        let step = 1 + input.number(below: 16)
        let stream = Array(input.rest)
        var framer = Framer(maximumLineSize: bound)
        let whole = framer.push(stream)
        var other = Framer(maximumLineSize: bound)
        var pieces: [Framer.Frame] = []
        for start in stride(from: 0, to: stream.count, by: step) {
            pieces += other.push(Array(stream[start..<min(start + step, stream.count)]))
        }
        try require(whole == pieces, "\(whole) in one piece, \(pieces) in pieces of \(step)")
        try require(framer.isInsideLine == other.isInsideLine, "inside a line, or not")
        for case .line(let line, afterReset: _) in whole {
            try require(!line.isEmpty && line.count <= bound, "a line of \(line.count) bytes")
            try require(!line.contains(0x0A) && !line.contains(0xFF), "an end inside of a line")
        }
        let end = framer.push([0x0A])
        try require(end.count <= 1 && !framer.isInsideLine, "a line goes on after its end")
    }

    /// A value that is read is the same when it is written and read again.
    static let json = FuzzTarget("json") { bytes in
        let message = WireMessage(line: bytes)
        if case .failed(let fault) = message {
            try requirePrintable(fault.class, atMost: 65)
            try requirePrintable(fault.description, atMost: 513)
        }
        guard let value = try? JSON(parsing: bytes) else { return }
        let text = value.serialized()
        try require(!text.contains { $0 < 0x20 }, "a control character in written JSON")
        guard let again = try? JSON(parsing: text) else {
            throw Violation(description: "not readable: \(String(decoding: text, as: UTF8.self))")
        }
        try require(again == value, "\(value) became \(again)")
        try requirePrintable(value.excerpt, atMost: GuestText.excerptSize + 1)
    }

    /// A session with an agent that says anything: it opens only by our sync's answer, and what it
    /// returns is within the schema's bounds.
    static let agent = FuzzTarget("agent") { bytes in
        let stream = FuzzStream(bytes)
        let session = AgentSession(over: stream)
        let deadline = ContinuousClock.now + .seconds(3600)
        do throws(QAPIError) {
            try await session.open(until: deadline)
        } catch {
            return try requireShowable(error)
        }
        try require(stream.hasGivenID, "a session opened without the answer to its sync")
        for number in 0..<4 {
            do {
                switch number {
                case 0: try check(try await session.vcpus(until: deadline))
                case 1: try check(try await session.info(until: deadline))
                case 2:
                    _ = try await session.setVCPUs(
                        [AgentVCPU(logicalID: 1, isOnline: false)], until: deadline)
                default:
                    let contents = try await session.contents(
                        ofFile: BootID.file, count: 64, until: deadline)
                    try require(contents.count <= 64, "\(contents.count) bytes of a file")
                    _ = FirmwarePath.index(contents)
                }
            } catch let error as QAPIError {
                try requireShowable(error)
                guard !error.isAnswer else { continue }
                do throws(QAPIError) {
                    _ = try await session.execute("guest-ping", until: deadline)
                } catch {
                    // What the line held may be another answer that nothing asked for.
                    return try requireShowable(error)
                }
                throw Violation(description: "a command was answered after \(error)")
            }
        }
    }

    /// A QMP server that says anything.
    static let monitor = FuzzTarget("monitor") { bytes in
        let stream = FuzzStream(bytes)
        let session = QMPSession(over: stream)
        let deadline = ContinuousClock.now + .seconds(3600)
        do {
            try await session.open(until: deadline)
            let state = try await session.runState(until: deadline)
            if case .other(let name) = state { try requirePrintable(name, atMost: 65) }
            let cpus = try await session.cpus(until: deadline)
            try require(Set(cpus.map(\.index)).count == cpus.count, "an index twice")
            try require(
                cpus.allSatisfy { (0...4095).contains($0.index) && $0.threadID > 0 },
                "an index or a thread out of range")
            let answer = QMPAnswer(
                processID: nil, runState: RunState(state), cpus: cpus,
                chardevs: try await session.chardevs(until: deadline))
            _ = answer.reasonForSilence(ofAgentAt: "/run/a.sock")
            _ = try await session.name(until: deadline)
        } catch let error as QAPIError {
            try requireShowable(error)
        }
    }

    private static func check(_ vcpus: [AgentVCPU]) throws {
        try require((1...4096).contains(vcpus.count), "\(vcpus.count) vCPUs")
        let ids = Set(vcpus.map(\.logicalID))
        try require(ids.count == vcpus.count, "an id twice")
        try require(ids.allSatisfy { (0...4095).contains($0) }, "an id out of range")
    }

    private static func check(_ info: AgentInfo) throws {
        try require(info.commands.count <= 1024, "\(info.commands.count) commands")
        try requirePrintable(info.version ?? "", atMost: 65)
    }

    private static func requireShowable(_ error: QAPIError) throws {
        try requirePrintable(AgentError(wire: error).message, atMost: 8 * 500 + 1)
    }
}
