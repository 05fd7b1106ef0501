/// A process that looks like a QEMU which serves another process's socket.
public final class Impostor {
    private let child: Child

    /// Its process.
    public var pid: Int32 { child.pid }

    /// Starts it; it ends with this object.
    public init(named name: String, claimingAgentAt path: String) throws {
        child = try Child([
            "bash", "-c", #"exec -a qemu-system-x86_64 sh -c 'read end' "$@""#, "bash",
            "-name", name, "-chardev", "socket,id=a,path=\(path),server=on,wait=off", "-device",
            "virtserialport,chardev=a,name=org.qemu.guest_agent.0",
        ])
    }
}
