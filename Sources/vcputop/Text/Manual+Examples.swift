extension Manual {
    /// Command lines by what they are for.
    ///
    /// A test parses each of them.
    struct Example {
        let what: String
        let commands: [String]
    }

    static let general = [
        Example(what: "Look at a fleet that is made up:", commands: ["vcputop demo"]),
        Example(
            what: "Say why a guest cannot be read, and what to do about it:",
            commands: ["vcputop doctor web1"]),
        Example(
            what: "Say what would be sent to take vCPUs 5 to 7 offline and bring 2 online:",
            commands: ["vcputop set web1 --online 2 --offline 5-7 --dry-run"]),
        Example(
            what: "Leave four vCPUs online in each guest whose name begins with web, after a "
                + "question, and take the last of these changes back:",
            commands: ["vcputop set 'web*' --count 4", "vcputop revert"]),
        Example(
            what:
                "Bring every vCPU of every guest online that has one offline, without a question:",
            commands: ["vcputop set --filter 'offline>0' --online all --yes"]),
        Example(
            what: "Which guests of this host wait for its CPUs, the longest first:",
            commands: ["vcputop list --filter 'wait>5' --sort wait"]),
        Example(
            what: "The same host, watched by a program, one JSON object every ten seconds:",
            commands: ["vcputop list --watch --interval 10 --json"]),
    ]

    static let libvirt = [
        Example(
            what: "This host, two others over ssh, and one over TLS:",
            commands: [
                "vcputop -c qemu:///system",
                "vcputop -c qemu+ssh://root@kvm01/system -c qemu+ssh://root@kvm02/system",
                "vcputop list -c 'qemu+tls://kvm03/system?pkipath=/etc/pki/vcputop'",
            ])
    ]

    static let proxmox = [
        Example(
            what: """
                Proxmox VE makes the agent's socket of a virtual machine with agent: 1 in its \
                configuration, and names QEMU's threads. As root, all of a node:
                """,
            commands: ["vcputop", "vcputop list --sort wait"]),
        Example(
            what: "One machine by its number, whatever it is called:",
            commands: ["vcputop set vm104 --agent vm104=/var/run/qemu-server/104.qga --offline 2-3"]
        ),
    ]

    static let qemu = [
        Example(
            what: "A guest that was started so is found by itself, or is named:",
            commands: [
                "vcputop list web1",
                "vcputop --agent web1=/run/qemu/web1.agent --qmp web1=/run/qemu/web1.qmp",
                "vcputop --read-only --agent web1=/run/qemu/web1.agent",
            ])
    ]

    /// The options that give a QEMU an agent channel and named threads.
    static let channelOptions = [
        "qemu-system-x86_64 -name web1,debug-threads=on ... \\",
        "  -device virtio-serial \\",
        "  -chardev socket,id=qga0,path=/run/qemu/web1.agent,server=on,wait=off \\",
        "  -device virtserialport,chardev=qga0,name=org.qemu.guest_agent.0",
    ]

    static func examples(on page: inout Roff) {
        page.macro("SH", "EXAMPLES")
        add(general, to: &page)
        page.macro("SS", "libvirt")
        add(libvirt, to: &page)
        page.macro("SS", "Proxmox VE")
        add(proxmox, to: &page)
        page.macro("SS", "Plain QEMU")
        page.text("The channel of the agent, and names for the threads of the vCPUs:")
        page.literal(channelOptions)
        page.macro("PP")
        add(qemu, to: &page)
    }

    private static func add(_ examples: [Example], to page: inout Roff) {
        for (place, example) in examples.enumerated() {
            if place > 0 { page.macro("PP") }
            page.text(example.what)
            page.literal(example.commands)
        }
    }
}
