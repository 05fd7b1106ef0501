import Testing

@testable import QEMUHost

@Suite("QEMU command lines")
struct QEMUCommandLineTests {
    private func read(_ line: String) -> QEMUCommandLine? {
        QEMUCommandLine(line.split(separator: " ").map(String.init))
    }

    @Test("a command line of Proxmox VE")
    func proxmox() throws {
        let line = try #require(
            read(
                """
                /usr/bin/kvm -id 100 -name web1,debug-threads=on -no-shutdown \
                -chardev socket,id=qmp,path=/var/run/qemu-server/100.qmp,server=on,wait=off \
                -mon chardev=qmp,mode=control \
                -chardev socket,id=qmp-event,path=/var/run/qmeventd.sock,reconnect=5 \
                -mon chardev=qmp-event,mode=control -pidfile /var/run/qemu-server/100.pid \
                -daemonize -smbios type=1,uuid=18DFA228-cb4d-4ced-af3e-cc670d8e0cdc \
                -smp 4,sockets=1,cores=4,maxcpus=8 -nodefaults \
                -vnc unix:/var/run/qemu-server/100.vnc,password=on -cpu host,+kvm_pv_eoi -m 8192 \
                -device virtio-serial,id=qga0,bus=pci.0,addr=0x8 \
                -chardev socket,path=/var/run/qemu-server/100.qga,server=on,wait=off,id=qga0 \
                -device virtserialport,chardev=qga0,name=org.qemu.guest_agent.0 \
                -chardev spicevmc,id=vdagent,name=vdagent \
                -device virtserialport,chardev=vdagent,name=com.redhat.spice.0
                """))
        #expect(line.name == "web1")
        #expect(line.uuid == "18dfa228-cb4d-4ced-af3e-cc670d8e0cdc")
        #expect(line.agentPath == "/var/run/qemu-server/100.qga")
        #expect(line.qmpPath == "/var/run/qemu-server/100.qmp")
        #expect(line.maximumVCPUs == 8)
        #expect(line.libvirt == nil)
    }

    @Test("the older syntax, in which flags have no value")
    func older() throws {
        let line = try #require(
            read(
                """
                qemu-system-x86_64 -name guest=db,,1,process=x -uuid \
                b886e2ce-0caf-42a3-84db-d3568b369292 \
                -chardev socket,id=X,path=/tmp/a,,b.sock,server,nowait -qmp unix:/tmp/q,server,nowait \
                -device virtserialport,bus=v.0,nr=1,chardev=X,id=p,name=org.qemu.guest_agent.0
                """))
        #expect(line.name == "db,1")
        #expect(line.uuid == "b886e2ce-0caf-42a3-84db-d3568b369292")
        #expect(line.agentPath == "/tmp/a,b.sock")
        #expect(line.qmpPath == "/tmp/q")
        #expect(line.maximumVCPUs == nil)
    }

    @Test("a combining mark at the start of a value does not hide the separator before it")
    func combiningMark() throws {
        let line = try #require(
            QEMUCommandLine([
                "kvm", "-name", "guest=\u{301}web", "-qmp", "unix:\u{301}q,server=on",
            ]))
        #expect(line.name == "\u{301}web")
        #expect(line.qmpPath == "\u{301}q")
        let option = QEMUOption("no\u{301}wait,path=\u{301}a,wait=off")
        #expect(option["path"] == "\u{301}a")
        #expect(option["\u{301}wait"] == "off")
    }

    @Test("JSON objects, and options with two dashes")
    func json() throws {
        let line = try #require(
            QEMUCommandLine([
                "/opt/qemu/bin/qemu-system-aarch64", "--name", "arm", "--chardev",
                #"{"id":"c0","backend":{"type":"socket","data":{"addr":{"type":"unix","data":"#
                    + #"{"path":"/run/arm.qga"}},"server":true,"wait":false}}}"#,
                "--device",
                #"{"driver":"virtserialport","bus":"v.0","nr":1,"chardev":"c0","id":"channel0","#
                    + #""name":"org.qemu.guest_agent.0"}"#,
            ]))
        #expect(line.name == "arm")
        #expect(line.agentPath == "/run/arm.qga")
        #expect(line.qmpPath == nil)
    }

    @Test(
        "libvirt's processes are recognized by their monitor or by the folder of their channels",
        arguments: [
            "-chardev socket,id=charmonitor,fd=23,server=on,wait=off "
                + "-mon chardev=charmonitor,id=monitor,mode=control "
                + "-chardev socket,id=charchannel0,fd=22,server=on,wait=off "
                + "-device virtserialport,chardev=charchannel0,name=org.qemu.guest_agent.0",
            "-chardev socket,id=charchannel0,server=on,wait=off,"
                + "path=/run/libvirt/qemu/channel/1-web1/org.qemu.guest_agent.0 "
                + "-device virtserialport,chardev=charchannel0,name=org.qemu.guest_agent.0",
            "-chardev socket,id=x,path=/var/lib/libvirt/qemu/domain-1-web1/monitor.sock,server=on",
            "-chardev socket,id=x,path=/home/u/.config/libvirt/qemu/channel/t/a,server=on",
        ])
    func libvirts(options: String) throws {
        let line = try #require(read("/usr/bin/qemu-system-x86_64 -name guest=web1 \(options)"))
        #expect(line.libvirt != nil)
    }

    @Test(
        "only a socket that listens at a path can be used",
        arguments: [
            "-chardev socket,id=a,fd=9,server=on", "-chardev socket,id=a,path=/x,server=off",
            "-chardev socket,id=a,path=x,server=on,abstract=on", "-chardev pty,id=a,path=/x",
            "-chardev socket,id=a,host=0.0.0.0,port=4444,server=on", "-chardev socket,id=b,path=/x",
            "-chardev socket,id=a,path=,server=on", "-chardev", "-chardev {\"id\":\"a\"",
            "-chardev socket,id=a,path=/x,reconnect=5", "-chardev socket,id=a,path=/x",
        ])
    func noSocket(chardev: String) throws {
        let line = try #require(
            read(
                "qemu-system-x86_64 -device "
                    + "virtserialport,chardev=a,name=org.qemu.guest_agent.0 \(chardev)"))
        #expect(line.agentPath == nil)
        #expect(line.name == nil)
    }

    @Test(
        "QEMU listens where `server` is on, and is a client otherwise",
        arguments: [
            ("server=on", true), ("server=yes", true), ("server=true", true), ("server=y", true),
            ("server", true), ("server,nowait", true), ("wait=off,server", true),
            ("server=off,server=on", true), ("noserver,server=y", true),
            ("server=on,reconnect=0", true), ("server=on,abstract=off", true),
            ("", false), ("server=off", false), ("server=no", false), ("server=n", false),
            ("server=false", false), ("server=1", false), ("server=ON", false), ("Server", false),
            ("noserver", false), ("server,noserver", false), ("server=on,server=off", false),
            ("reconnect=5", false), ("reconnect-ms=500", false), ("nowait", false),
            ("wait=off", false), ("telnet=server", false),
        ])
    func server(options: String, listens: Bool) throws {
        let port = "-device virtserialport,chardev=a,name=org.qemu.guest_agent.0"
        let tail = options.isEmpty ? "" : ",\(options)"
        let line = try #require(read("kvm \(port) -chardev socket,id=a,path=/x\(tail)"))
        #expect(line.agent == (listens ? .socket("/x") : .client("/x")))
        // The same rule holds for a monitor, in both of its forms.
        let long = "-mon chardev=a,mode=control -chardev socket,id=a,path=/x\(tail)"
        #expect(try #require(read("kvm \(long)")).qmpPath == (listens ? "/x" : nil))
        let short = try #require(read("kvm -qmp unix:/x\(tail)"))
        #expect(short.qmpPath == (listens ? "/x" : nil))
    }

    @Test(
        "in JSON QEMU listens by default",
        arguments: [
            (#","server":true"#, true), (#","server":false"#, false), ("", true),
        ])
    func serverInJSON(member: String, listens: Bool) throws {
        let line = try #require(
            QEMUCommandLine([
                "kvm", "-chardev",
                #"{"id":"a","backend":{"type":"socket","data":{"addr":{"type":"unix","data":"#
                    + #"{"path":"/x"}}\#(member)}}}"#,
                "-device", "virtserialport,chardev=a,name=org.qemu.guest_agent.0",
            ]))
        #expect(line.agent == (listens ? .socket("/x") : .client("/x")))
    }

    @Test("the first of several ids counts, and the last of all other values")
    func repeated() {
        let option = QEMUOption("socket,id=a,id=b,path=/x,path=/y,nowait,noid", implied: "backend")
        #expect(option["id"] == "a" && option["path"] == "/y" && option["wait"] == "off")
    }

    @Test(
        "the host's end of a channel that is not a socket of QEMU",
        arguments: [
            ("-chardev socket,id=a,fd=9,server=on", AgentChannelEnd.inherited),
            ("-chardev socket,id=a,host=::1,port=4444,server=on", .elsewhere),
            ("-chardev pty,id=a", .elsewhere), ("-chardev pty,id=b", .none), ("", .none),
        ])
    func otherEnds(chardev: String, end: AgentChannelEnd) throws {
        let port = "-device virtserialport,chardev=a,name=org.qemu.guest_agent.0"
        #expect(try #require(read("kvm \(port) \(chardev)")).agent == end)
    }

    @Test(
        "the options of a restored or migrated machine are recognized",
        arguments: [
            ("-incoming tcp:0:4444", true), ("--incoming defer", true), ("-loadvm before", true),
            ("-smp 4", false), ("-name incoming", false),
        ])
    func restored(options: String, isRestored: Bool) {
        #expect(read("kvm \(options)")?.isRestored == isRestored)
    }

    @Test("the libvirt daemon of a process, options in a file, and a QEMU without a machine")
    func otherFacts() {
        let monitor = "-chardev socket,id=charmonitor,fd=23,server=on,wait=off"
        let key = "-object {\"qom-type\":\"secret\",\"id\":\"masterKey0\",\"file\":\""
        #expect(
            read("kvm \(key)/var/lib/libvirt/qemu/domain-1-a/master-key.aes\"} \(monitor)")?.libvirt
                == .system)
        #expect(
            read("kvm \(key)/home/u/.config/libvirt/qemu/lib/domain-1-a/k\"} \(monitor)")?.libvirt
                == .session)
        #expect(read("kvm \(monitor)")?.libvirt == .system)
        #expect(read("kvm -drive file=/var/lib/libvirt/qemu/nvram/a.fd")?.libvirt == nil)
        #expect(read("kvm -readconfig /etc/a.cfg")?.hasOptionsFile == true)
        #expect(
            read("kvm -machine none,accel=kvm:tcg -qmp unix:/x,server")?.isWithoutMachine == true)
        #expect(read("kvm -M type=none")?.isWithoutMachine == true)
        #expect(read("kvm -machine q35")?.isWithoutMachine == false)
    }

    @Test(
        "the maximum number of vCPUs",
        arguments: [
            ("4", 4), ("4,maxcpus=6", 6), ("cpus=2,maxcpus=16,sockets=4", 16),
            ("sockets=2,cores=4,threads=2", 16), ("8,sockets=2", 8), ("0", 1), ("x", 1),
            ("99999999999999999999,maxcpus=5000", 1),
            ("sockets=4096,cores=4096,threads=4096,dies=4096,clusters=4096", 4096),
        ])
    func smp(value: String, maximum: Int) throws {
        #expect(read("kvm -smp \(value)")?.maximumVCPUs == maximum)
    }

    @Test(
        "only a program with a name of QEMU's is one",
        arguments: [
            ("/usr/bin/kvm", true), ("kvm", true), ("/usr/libexec/qemu-kvm", true),
            ("/nix/store/x/bin/.qemu-system-x86_64-wrapped", true), ("qemu-system-riscv64", true),
            ("qemu-ga", false), ("/usr/sbin/qemu-img", false), ("bash", false), ("", false),
            ("/usr/bin/kvm/", true), ("vim qemu-system-x86_64", true), ("kvm-spice", true),
            ("/usr/local/bin/qemu", true), ("qemu-x86_64", false), ("qemu-nbd", false),
        ])
    func program(name: String, isProgram: Bool) {
        #expect((QEMUCommandLine([name]) != nil) == isProgram)
    }

    @Test("a UUID of another form and a name that is too long are ignored")
    func malformed() throws {
        let name = String(repeating: "n", count: 256)
        let line = try #require(
            read("kvm -uuid 18dfa228-cb4d-4ced-af3e-cc670d8e0cd -name \(name)"))
        #expect(line.uuid == nil && line.name == nil)
        #expect(QEMUCommandLine([]) == nil)
    }
}
