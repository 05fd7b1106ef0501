package import GuestVCPU

/// What a domain's description, its live XML, says of its vCPUs and its agent's channel.
///
/// The daemon writes it, but a title, a description and metadata are a user's.
///
/// - Source: libvirt, `src/conf/domain_conf.c`, `virDomainCpuDefFormat`, `virDomainChrTargetDefFormat`.
package struct DomainDescription: Hashable, Sendable {
    /// A vCPU that is plugged, where the description names them one by one.
    package struct VCPU: Hashable, Sendable {
        /// Its index.
        package let index: HostIndex
        /// Its place in the order of plugging.
        package let order: Int
        /// Whether it can be unplugged; one that cannot has been there since the machine began.
        package let isHotpluggable: Bool
    }

    /// Whether the guest's side of a channel is open.
    package enum ChannelState: String, Hashable, Sendable {
        case connected, disconnected
    }

    /// Those that are plugged; nil where the description does not name them one by one, which libvirt
    /// leaves out until one was plugged or unplugged.
    package private(set) var vcpus: [VCPU]?
    /// The state of the agent's channel; nil where there is no channel, or none is told.
    package private(set) var agentChannel: ChannelState?

    /// Reads a description.
    ///
    /// - Returns: Nil when it is not well-formed, or not what libvirt promises.
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

    /// - Returns: False when the element is not what libvirt writes.
    private mutating func parse(_ attributes: [String: String], at path: [String]) -> Bool {
        switch path {
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
