package import GuestVCPU

/// The vCPUs and the agent's channel in a domain's live XML.
///
/// The daemon writes the XML, but users write the title, the description and the metadata in it.
///
/// - Source: libvirt, `src/conf/domain_conf.c`, `virDomainCpuDefFormat`, `virDomainChrTargetDefFormat`.
package struct DomainDescription: Hashable, Sendable {
    /// A plugged vCPU with an entry of its own.
    package struct VCPU: Hashable, Sendable {
        /// The hypervisor's index.
        package let index: HostIndex
        /// The position in the order of plugging.
        package let order: Int
        /// Whether the vCPU can be unplugged; one that cannot has been there since the machine
        /// started.
        package let isHotpluggable: Bool
    }

    /// Whether the guest's side of a channel is open.
    package enum ChannelState: String, Hashable, Sendable {
        case connected, disconnected
    }

    /// The plugged vCPUs; nil when the XML has no entry for each vCPU, which libvirt writes only
    /// after one was plugged or unplugged.
    package private(set) var vcpus: [VCPU]?
    /// The state of the agent's channel; nil when there is no channel, or the XML has no state.
    package private(set) var agentChannel: ChannelState?
    /// Where its vCPUs may run.
    private(set) var pins = DomainPins()

    /// Parses a description.
    ///
    /// - Returns: Nil when the XML is not well-formed or breaks libvirt's schema.
    package init?(_ xml: some Collection<UInt8>) {
        do throws(XMLTokenizer.Malformed) {
            var tokens = try XMLTokenizer(xml)
            var path: [String] = []
            while let token = try tokens.next() {
                switch token {
                case .end: path.removeLast()
                case .start(let name, let attributes):
                    path.append(name)
                    guard path.first == "domain", parse(attributes, at: path) else { return nil }
                }
            }
        } catch {
            return nil
        }
    }

    /// - Returns: False when the element breaks libvirt's schema.
    private mutating func parse(_ attributes: [String: String], at path: [String]) -> Bool {
        switch path {
        case ["domain", "vcpu"]: pins.recordCommon(attributes)
        case ["domain", "cputune", "vcpupin"]: pins.recordOwn(attributes)
        case ["domain", "vcpus"]:
            guard vcpus == nil else { return false }
            vcpus = []
        case ["domain", "vcpus", "vcpu"]:
            guard attributes["enabled"] == "yes" else { return true }
            guard let vcpu = VCPU(attributes) else { return false }
            vcpus?.append(vcpu)
        case ["domain", "devices", "channel", "target"]:
            guard attributes["type"] == "virtio", attributes["name"] == "org.qemu.guest_agent.0"
            else { return true }
            agentChannel = attributes["state"].flatMap(ChannelState.init)
        default: break
        }
        return true
    }
}

extension DomainDescription.VCPU {
    fileprivate init?(_ attributes: [String: String]) {
        guard
            let index = attributes["id"].flatMap({ Int($0) }).flatMap(HostIndex.init(validating:)),
            let order = attributes["order"].flatMap({ Int($0) })
        else { return nil }
        self.init(
            index: index, order: order, isHotpluggable: attributes["hotpluggable"] != "no")
    }
}
