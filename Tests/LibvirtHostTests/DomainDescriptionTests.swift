import GuestVCPU
import Testing

@testable import LibvirtHost

@Suite("The order in which vCPUs were plugged")
struct PlugOrderTests {
    private static func description(_ vcpus: String) -> String {
        "<domain type='qemu' id='1'>\n  <name>a</name>\n" + vcpus
            + "  <devices>\n  </devices>\n</domain>\n"
    }

    private static func order(_ text: String, plugged: Set<HostIndex>) -> DomainPlugOrder? {
        DomainPlugOrder(DomainDescription(text.utf8), plugged: plugged)
    }

    private static let plugged = """
          <vcpu placement='static' current='6'>8</vcpu>
          <vcpus>
            <vcpu id='0' enabled='yes' hotpluggable='no' order='1'/>
            <vcpu id='1' enabled='yes' hotpluggable='no' order='2'/>
            <vcpu id='2' enabled='no' hotpluggable='yes'/>
            <vcpu id='3' enabled='yes' hotpluggable='yes' order='4'/>
            <vcpu id='4' enabled='no' hotpluggable='yes'/>
            <vcpu id='5' enabled='yes' hotpluggable='yes' order='3'/>
          </vcpus>

        """

    @Test("the plug order is read from the description")
    func read() {
        let text = Self.description(Self.plugged)
        let order = Self.order(text, plugged: [0, 1, 3, 5])
        #expect(order == DomainPlugOrder(indices: [0, 1, 5, 3], isOriginal: false))
    }

    @Test("vCPUs that were never named one by one were plugged in their order")
    func unnamed() {
        let text = Self.description("  <vcpu placement='static' current='4'>6</vcpu>\n")
        let order = Self.order(text, plugged: [0, 1, 2, 3])
        #expect(order == DomainPlugOrder(indices: [0, 1, 2, 3], isOriginal: true))
    }

    @Test("an order of other vCPUs is ignored")
    func others() {
        let text = Self.description(Self.plugged)
        #expect(Self.order(text, plugged: [0, 1, 3]) == nil)
        #expect(Self.order(text, plugged: [0, 1, 2, 3]) == nil)
    }

    @Test(
        "a description that libvirt would not write is rejected",
        arguments: [
            "  <vcpus>\n    <vcpu id='0' enabled='yes'/>\n  </vcpus>\n",
            "  <vcpus>\n    <vcpu id='x' enabled='yes' order='1'/>\n  </vcpus>\n",
            "  <vcpus>\n    <vcpu id='0' enabled='yes' order='99999999999999999999'/>\n  </vcpus>\n",
            "  <vcpus>\n    <vcpu id='0' enabled='yes' order='1\n",
            "  <vcpus>\n    <vcpu id='0' enabled='yes' order='1'/>\n",
            "  <vcpus>\n    <vcpu id='0' enabled='yes' order='1'/>\n"
                + "    <vcpu id='0' enabled='yes' order='2'/>\n  </vcpus>\n",
            "  <vcpus>\n    <vcpu id='0' enabled='yes' order='1'/>\n"
                + "    <vcpu id='1' enabled='yes' order='1'/>\n  </vcpus>\n",
        ])
    func malformed(vcpus: String) {
        #expect(Self.order(Self.description(vcpus), plugged: [0]) == nil)
        #expect(Self.order(Self.description(vcpus), plugged: [0, 1]) == nil)
    }

    @Test("an element of that name in foreign metadata is not libvirt's")
    func metadata() {
        let foreign = """
              <metadata>
                <app:info xmlns:app="urn:app">
                  <vcpus>
                    <vcpu id='0' enabled='yes' order='2'/>
                    <vcpu id='1' enabled='yes' order='1'/>
                  </vcpus>
                </app:info>
              </metadata>

            """
        #expect(Self.order(Self.description(foreign), plugged: [0, 1])?.indices == [0, 1])
    }

    @Test("vCPUs that cannot be unplugged have been there since the machine began")
    func original() {
        let text = Self.description(
            """
              <vcpus>
                <vcpu id='0' enabled='yes' hotpluggable='no' order='1'/>
                <vcpu id='1' enabled='yes' hotpluggable='no' order='2'/>
                <vcpu id='2' enabled='no' hotpluggable='yes'/>
              </vcpus>

            """)
        #expect(
            Self.order(text, plugged: [0, 1]) == DomainPlugOrder(indices: [0, 1], isOriginal: true))
    }

    @Test(
        "text that a user wrote neither hides vCPUs nor adds any",
        arguments: [
            "<title><![CDATA[\n  <vcpus>\n    <vcpu id='0' enabled='yes' order='2'/>]]></title>",
            "<description>\n  <![CDATA[</description>\n  <devices>\n]]>\n</description>",
            "<!--\n  <vcpus>\n    <vcpu id='1' enabled='yes' order='1'/>\n  </vcpus>\n-->",
            "<!--\n  <metadata>\n-->",
            "<metadata>\n<a><![CDATA[\n</metadata>\n<vcpus>\n]]></a>\n</metadata>",
            "<metadata><a:domain xmlns:a='u'><vcpus><vcpu id='0' enabled='yes' order='9'/></vcpus>"
                + "</a:domain></metadata>",
            "<?app\n  <devices>\n?>",
            "<title>a > b &lt;devices&gt;</title>",
        ])
    func hidden(text: String) {
        for document in [text + Self.plugged, Self.plugged + text].map(Self.description) {
            #expect(Self.order(document, plugged: [0, 1, 3, 5])?.indices == [0, 1, 5, 3])
        }
    }

    @Test("attributes in another layout than libvirt's are read too")
    func layout() {
        let text = Self.plugged.replacing("\n", with: " ").replacing("'", with: "\"")
        let order = Self.order(Self.description(text), plugged: [0, 1, 3, 5])
        #expect(order?.indices == [0, 1, 5, 3])
    }
}

@Suite("The agent's channel in a domain's description")
struct AgentChannelTests {
    @Test(
        "the agent's channel has the state of its own target",
        arguments: [
            ("<target type='virtio' name='org.qemu.guest_agent.0' state='connected'/>", .connected),
            (
                "<target type='virtio' name='org.qemu.guest_agent.0' state='disconnected'/>",
                .disconnected
            ),
            ("<target type='virtio' name='org.qemu.guest_agent.0'/>", nil),
            ("<target type='virtio' name='org.qemu.guest_agent.0' state='tired'/>", nil),
            ("<target type='virtio' name='com.redhat.spice.0' state='disconnected'/>", nil),
            ("<target type='guestfwd' name='org.qemu.guest_agent.0' state='disconnected'/>", nil),
            (
                "<!-- <target type='virtio' name='org.qemu.guest_agent.0' state='connected'/> -->",
                nil
            ),
        ] as [(String, DomainDescription.ChannelState?)])
    func state(target: String, state: DomainDescription.ChannelState?) throws {
        let other =
            "<channel type='unix'><target type='virtio' name='a' state='connected'/></channel>"
        let text =
            "<domain><devices>\(other)<channel type='unix'>\(target)</channel>\(other)"
            + "<serial><target type='virtio' name='org.qemu.guest_agent.0' state='connected'/></serial>"
            + "</devices></domain>"
        #expect(try #require(DomainDescription(text.utf8)).agentChannel == state)
    }

    @Test(
        "a document of another kind is not a domain's description",
        arguments: ["<capabilities/>", "<domain>", ""])
    func foreign(text: String) {
        #expect(DomainDescription(text.utf8) == nil)
    }
}
