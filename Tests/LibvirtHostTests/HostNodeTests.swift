import GuestVCPU
import Synchronization
import TestSupport
import Testing

@testable import LibvirtHost

@Suite("The CPUs of a libvirt host")
struct HostNodeTests {
    private static let capabilities = """
        <capabilities><host><cpu><arch>x86_64</arch></cpu><topology><cells num='2'>
          <cell id='0'><memory unit='KiB'>1</memory><cpus num='2'>
            <cpu id='0' socket_id='0' core_id='0' siblings='0,2'/><cpu id='2' core_id='0'/>
          </cpus></cell>
          <cell id='7'><cpus num='1'><cpu id='1'/><cpu id='0'/><cpu id='9999'/><cpu id='x'/></cpus>
          </cell>
        </cells></topology></host><guest><cpu id='3'/></guest></capabilities>
        """

    @Test("the NUMA nodes are read from the capabilities")
    func nodes() {
        #expect(
            HostTopology.nodes(capabilities: Self.capabilities.utf8) == [0: 0, 2: 0, 1: 7])
        #expect(HostTopology.nodes(capabilities: "<capabilities>".utf8) == nil)
        #expect(
            HostTopology.nodes(
                capabilities: """
                    <capabilities><host><topology><cells><cell id='-1'><cpus><cpu id='0'/></cpus>\
                    </cell></cells></topology></host></capabilities>
                    """.utf8) == [:])
    }

    @Test("CPUs without a bit in the map are offline, and impossible numbers of CPUs are bounded")
    func topology() {
        let topology = HostTopology(count: 10, online: [0b1111_0101, 0b1], nodes: [1: 3])
        #expect(topology.cpus.filter(\.isOnline).map(\.id) == [0, 2, 4, 5, 6, 7, 8])
        #expect(topology.cpus[1].node == 3 && topology.cpus[0].node == nil)
        #expect(HostTopology(count: .max, online: [], nodes: [:]).cpus.count == 8192)
        #expect(HostTopology(count: -1, online: [1], nodes: [:]).cpus.isEmpty)
    }

    @Test("the times are added up; missing ones and overflows are no times")
    func times() {
        func times(_ statistics: [(String, UInt64)]) -> CPUTimes? {
            CPUTimes(libvirt: statistics.map { (Array($0.0.utf8), $0.1) })
        }
        #expect(
            times([("kernel", 1), ("user", 2), ("idle", 40), ("iowait", 5), ("other", 99)])
                == CPUTimes(busy: 3, idle: 45))
        #expect(times([("utilization", 20)]) == nil)
        #expect(times([("kernel", 1)]) == nil && times([("idle", 1)]) == nil)
        #expect(times([("kernel", .max), ("user", 1), ("idle", 1)]) == nil)
    }

    @Test("where a domain's vCPUs may run is read from its description")
    func pins() throws {
        func affinity(_ xml: String, _ index: HostIndex) throws -> String? {
            try #require(DomainDescription("<domain>\(xml)</domain>".utf8)).pins
                .affinity(of: index)?.list
        }
        let tuned = """
            <vcpu placement='static' cpuset='0-7'>4</vcpu><cputune>
            <vcpupin vcpu='1' cpuset='2-3'/><vcpupin vcpu='2' cpuset='?'/>
            <vcpupin vcpu='4096' cpuset='1'/><emulatorpin cpuset='9'/></cputune>
            """
        #expect(try affinity(tuned, 0) == "0-7")
        #expect(try affinity(tuned, 1) == "2-3")
        #expect(try affinity(tuned, 2) == "0-7")
        #expect(try affinity("<vcpu placement='static'>4</vcpu>", 0) == "0-8191")
        #expect(try affinity("<vcpu placement='auto'>4</vcpu>", 0) == nil)
        #expect(try affinity("<vcpu cpuset='^1'>4</vcpu>", 0) == nil)
    }

    private static func statistics(_ uuid: String) -> DomainStatistics {
        DomainStatistics(uuid, [("vcpu.current", 1), ("vcpu.0.state", 1), ("vcpu.0.time", 1)])
    }

    @Test("the host's CPUs are read with the statistics, and the topology once")
    func source() async throws {
        let host = ScriptedHost("web")
        host.state.withLock { state in
            state.statistics = [Self.statistics("uuid-web")]
            state.hostTimes = [CPUTimes(busy: 10, idle: 90), CPUTimes(busy: 40, idle: 160)]
            state.description =
                "<domain><vcpu>1</vcpu><cputune><vcpupin vcpu='0' cpuset='1'/></cputune></domain>"
        }
        let source = LibvirtSource(
            uri: "test:host", isReadOnly: true, readsHostCPUs: true, driver: host
        ) { _ in }
        #expect(source.hostID == .source(.libvirt(uri: "test:host")))
        let listener = Task { for await _ in source.listings() {} }
        defer { listener.cancel() }
        var readings: [PhysicalHostReading] = []
        while readings.count < 2 {
            let observations = await source.readHost(timeout: .seconds(60))
            guard let observation = observations.first?.value else { continue }
            #expect(observation.reading?.vcpus.first?.affinity?.list == "1")
            readings.append(try #require(await source.readPhysicalHost()))
        }
        let state = PhysicalHost(.local, readings[1], since: readings[0])
        #expect(state.cpus.map(\.isOnline) == [true, true, false, true])
        #expect(state.cpus.map(\.node) == [0, 1, nil, nil])
        #expect(state.busyCPUs == 0.3 * 3)
        #expect(host.state.withLock(\.topologyReads) == 1)
        // A driver that cannot tell is not asked at each reading.
        for _ in 0..<3 { _ = await source.readHost(timeout: .seconds(60)) }
        #expect(await source.readPhysicalHost() == nil)
        #expect(host.state.withLock(\.topologyReads) == 1)
    }

    @Test("nothing is asked about the host's CPUs where another source reads them")
    func unasked() async {
        let host = ScriptedHost("web")
        host.state.withLock { state in
            state.statistics = [Self.statistics("uuid-web")]
            state.hostTimes = [CPUTimes(busy: 10, idle: 90)]
        }
        let source = LibvirtSource(uri: "test:host", isReadOnly: true, driver: host) { _ in }
        let listener = Task { for await _ in source.listings() {} }
        defer { listener.cancel() }
        while await source.readHost(timeout: .seconds(60)).isEmpty {}
        #expect(source.hostID == nil)
        #expect(host.state.withLock { $0.hostTimes.count == 1 && $0.topologyReads == 0 })
    }

    @Test("pins that are old are read again, one domain at a time")
    func stalePins() throws {
        var ledger = HostLedger()
        let start = ContinuousClock.now
        let domains = ["a", "b", "c"].map(Self.statistics)
        for (place, name) in ["a", "b"].enumerated() {
            _ = ledger.record(
                domains, orders: [:], pins: [name: DomainPins()],
                readAt: start + .seconds(place))
        }
        #expect(ledger.stalest(domains, at: start + .seconds(5)) == nil)
        #expect(ledger.stalest(domains, at: start + .seconds(60))?.uuid == "a")
        let reading = ledger.record(
            domains, orders: [:], pins: ["a": DomainPins()], readAt: start + .seconds(60))
        #expect(reading["a"]?.reading?.vcpus.first?.affinity != nil)
        #expect(reading["c"]?.reading?.vcpus.first?.affinity == nil)
        #expect(ledger.stalest(domains, at: start + .seconds(60))?.uuid == "b")
    }
}
