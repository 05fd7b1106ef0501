/// How long a line may be, by what it can be a reply to.
///
/// Whatever a peer sends, no more than one line of this size is kept and parsed for it, so many
/// hostile peers together cost little memory and delay others little.
enum ReplySize {
    /// The answer to a sync, and a line that nothing asked for; errors of agents are far shorter.
    static let idle = 4 << 10
    /// A number or an empty object, or an error in its place.
    static let scalar = 16 << 10
    /// The contents of a file: `AgentSession.maximumFileRead` bytes are 5.4 KiB in base 64.
    static let file = 16 << 10
    /// `guest-info`: an agent's 50 to 80 commands are 5 to 8 KiB.
    static let commands = 256 << 10
    /// `guest-get-vcpus`: 4,096 vCPUs are 0.25 MiB as QEMU's agent writes them.
    static let vcpus = 512 << 10
    /// A QMP server's greeting, events, and short replies.
    static let monitorLine = 64 << 10
    /// `query-cpus-fast` and `query-chardev`: 4,096 vCPUs are about 1 MiB.
    static let monitorList = 2 << 20
}
