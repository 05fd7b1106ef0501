import GuestVCPU

@testable import LibvirtHost
@testable import QEMUHost

extension FuzzTarget {
    /// What is read of a QEMU's arguments is within bounds, and a value that is written with its
    /// commas doubled is read as it was.
    static let commandLine = FuzzTarget("command-line", longest: 2048) { bytes in
        let arguments = FuzzInput(bytes).sections(at: 0).map {
            String(decoding: $0, as: UTF8.self)
        }
        let commandLine = QEMUCommandLine(ofAnyProgram: arguments)
        if let name = commandLine.name {
            try require(!name.isEmpty && name.utf8.count <= 255, "the name '\(name)'")
        }
        if let uuid = commandLine.uuid {
            try require(
                uuid.utf8.count == 36 && uuid.lowercased() == uuid, "the UUID '\(uuid)'")
        }
        if let maximum = commandLine.maximumVCPUs {
            try require((1...4096).contains(maximum), "\(maximum) vCPUs")
        }
        try require(commandLine.agentPath != "" && commandLine.qmpPath != "", "an empty path")
        for argument in arguments.prefix(4) {
            let doubled = argument.unicodeScalars
                .split(separator: ",", omittingEmptySubsequences: false)
                .map { String($0) }.joined(separator: ",,")
            let option = QEMUOption("a=b,value=\(doubled),c=d")
            try require(
                option["value"].map { Array($0.utf8) } == Array(argument.utf8),
                "'\(argument)' became '\(option["value"] ?? "nothing")'")
            try require(option["c"] == "d", "'\(argument)' took in what stands after it")
        }
    }

    /// Files of procfs, whatever a thread calls itself.
    static let procfs = FuzzTarget("procfs", longest: 1024) { bytes in
        if let stat = ThreadStat(parsing: bytes) {
            try require(stat.physicalCPU ?? 0 >= 0, "physical CPU \(stat.physicalCPU ?? 0)")
        }
        _ = ThreadSchedule(parsing: bytes)
        let text = String(decoding: bytes, as: UTF8.self)
        if case .one(let index) = VCPUThreadName(text) {
            try require(
                Int(text.dropFirst(4).prefix { $0 != "/" }) == index.number, "vCPU \(index.number)")
        }
        if let index = FirmwarePath.index(bytes) {
            let digits = text.filter { $0 != "\n" }.suffix(3)
            try require(
                Int(digits, radix: 16) == index.number, "vCPU \(index.number) by the firmware")
        }
        // A name of any bytes changes nothing of what stands after it.
        let fields = (4...52).map { "\($0)" }.joined(separator: " ")
        let line = Array("71 (".utf8) + bytes + Array(") S \(fields)\n".utf8)
        guard let stat = ThreadStat(parsing: line) else {
            throw Violation(description: "a stat line with this name was not read")
        }
        try require(
            stat.name == text && stat.state == "S" && stat.ticks == 29 && stat.startTicks == 22
                && stat.physicalCPU == 39, "\(stat)")
    }

    /// What the system says of this machine's CPUs: numbers are in range, and a list that is printed
    /// is read as the same set.
    static let hostCPUs = FuzzTarget("host-cpus", longest: 2048) { bytes in
        for (id, times) in ProcessorTimes(parsing: bytes).cpus {
            try require(PhysicalCPUSet.idRange.contains(id), "CPU \(id)")
            let cpu = PhysicalHostReading.CPU(id: id, times: times)
            let reading = PhysicalHostReading(cpus: [cpu], readAt: .now)
            let host = PhysicalHost(.local, reading, since: reading)
            try require(host.busyCPUs == nil, "a share of no time")
        }
        let set = bytes.withUnsafeBytes { PhysicalCPUSet(mask: $0) }
        try require(set.ids.allSatisfy(PhysicalCPUSet.idRange.contains), "a CPU out of range")
        try require(PhysicalCPUSet(list: set.list.utf8) == set, "'\(set)' is not read as it is")
        guard let listed = PhysicalCPUSet(list: bytes) else { return }
        try require(PhysicalCPUSet(list: listed.list.utf8) == listed, "'\(listed)' is another")
    }

    /// CPU lists: what is printed is read as the same map, and it is the shortest form.
    static let cpuList = FuzzTarget("cpu-list", longest: 256) { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        do {
            let map = try CPUMap(list: text)
            try require(map.allSatisfy(CPUMap.idRange.contains), "an id out of range")
            guard !map.isEmpty else {
                try require(map.list.isEmpty, "an empty map is '\(map.list)'")
                return
            }
            let again = try CPUMap(list: map.list)
            try require(again == map && again.list == map.list, "'\(map)' became '\(again)'")
            let ranges = map.ranges
            for (range, next) in zip(ranges, ranges.dropFirst()) {
                try require(
                    range.upperBound + 1 < next.lowerBound, "\(range) and \(next) are neighbours")
            }
        } catch let error as CPUListError {
            try require(
                (1...text.count + 1).contains(error.column),
                "column \(error.column) of \(text.count)")
        }
        let lists = GuestVCPULists(vcpus: text, online: text, offlinable: text)
        do throws(AgentError) {
            _ = try lists.maps(readAt: .now)
        } catch {
            try requirePrintable(error.message, atMost: 8 * 500 + 1)
        }
    }

    /// A domain's XML: its tags are balanced, and what is not an element changes nothing.
    static let domain = FuzzTarget("domain", longest: 2048) { bytes in
        _ = DomainDescription(bytes)
        for (cpu, node) in HostTopology.nodes(capabilities: bytes) ?? [:] {
            try require(PhysicalCPUSet.idRange.contains(cpu) && node >= 0, "CPU \(cpu) on \(node)")
        }
        do {
            var tokens = try XMLTokenizer(bytes)
            var open: [String] = []
            while let token = try tokens.next() {
                switch token {
                case .start(let name, attributes: _): open.append(name)
                case .end(let name):
                    try require(open.popLast() == name, "'\(name)' ends, and did not begin")
                }
                try require(open.count <= XMLTokenizer.deepest, "\(open.count) within another")
            }
            try require(open.isEmpty, "\(open) did not end")
        } catch is XMLTokenizer.Malformed {
            // Nothing is believed of it.
        }
        let text = bytes.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "]") }
        for (start, end) in [("<!--", "-->"), ("<title><![CDATA[", "]]></title>"), ("<?", "?>")] {
            let hidden = text.filter { start != "<?" || $0 != UInt8(ascii: "?") }
            let head = "<domain><vcpus><vcpu id='3' enabled='yes' order='2'/></vcpus>"
            let document =
                Array((head + start).utf8) + hidden + Array("\(end)</domain>".utf8)
            try require(
                DomainDescription(document) == DomainDescription(Array("\(head)</domain>".utf8)),
                "what stands in \(start) was read")
        }
    }

    /// libvirt's statistics: fields of any name with any value.
    static let statistics = FuzzTarget("statistics", longest: 1024) { bytes in
        var statistics = DomainStatistics(uuid: "u")
        var named: Set<Int> = []
        for (position, field) in FuzzInput(bytes).sections(at: 0).enumerated() {
            let value = position.isMultiple(of: 3) ? UInt64.max : UInt64(position)
            statistics.record(field, value)
            let parts = String(decoding: field, as: UTF8.self).split(separator: ".")
            if parts.count > 2, parts[0] == "vcpu", let index = Int(parts[1]) {
                named.insert(index)
            }
        }
        for index in statistics.plugged {
            try require(named.contains(index.number), "no field names vCPU \(index.number)")
        }
        for vcpu in statistics.vcpus.values { _ = vcpu.hostState }
    }
}
