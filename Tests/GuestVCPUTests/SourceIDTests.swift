import GuestVCPU
import Testing

@Suite("Sources of guests and their names")
struct SourceIDTests {
    @Test(
        "each kind of source has its name, and a part of it that distinguishes the source",
        arguments: [
            (.libvirt(uri: "qemu:///system"), "qemu:///system", "qemu:///system"),
            (.libvirt(uri: "qemu+ssh://root@hv2/system"), "qemu+ssh://root@hv2/system", "hv2"),
            (
                .libvirt(uri: "qemu+tls://hv2:16514/system?no_verify=1"),
                "qemu+tls://hv2:16514/system?no_verify=1", "hv2:16514"
            ),
            (.libvirt(uri: "far"), "far", "far"),
            (.libvirt(uri: "agent:far"), "agent:far", "agent:far"),
            (.libvirt(uri: ""), "", ""),
            (.agentSocket(path: "/run/a.sock"), "agent:/run/a.sock", "/run/a.sock"),
            // A path is no URI, whatever it looks like.
            (.agentSocket(path: "//run/a.sock"), "agent://run/a.sock", "//run/a.sock"),
            (.agentSocket(path: "a\nb"), "agent:a\nb", "a b"),
            (.qemuProcesses, "host", "host"), (.simulation, "simulated", "simulated"),
            (.other("x://y/z"), "x://y/z", "x://y/z"),
        ] as [(SourceID, String, String)])
    func names(source: SourceID, name: String, place: String) {
        #expect(source.name == name)
        #expect(source.place == place)
    }

    @Test("sources of different kinds differ, also where their names are the same")
    func kinds() {
        #expect(SourceID.libvirt(uri: "agent:/a") != .agentSocket(path: "/a"))
        #expect(SourceID.other("host") != .qemuProcesses)
    }
}
