/// Why the lab could not do its part; never the fault of what is tested.
public enum LabError: Error {
    /// A call of the system failed.
    case system(call: String, errno: Int32)
    /// What was waited for did not come in time.
    case late(String)
    /// An emulated guest does not do what it is told in time, or has ended by itself; what it wrote.
    case hung(guest: String, log: String)
    /// A program of the lab ended by itself; what it wrote.
    case ended(program: String, log: String)
    /// A part of the lab answered what it never should.
    case unexpected(String)
}

/// Does something that only a guest can keep waiting: where it is late, the guest hangs.
func expectingAnswer<Result: ~Copyable>(
    of guest: String, log: @autoclosure () -> String = "", _ body: () throws -> Result
) throws -> Result {
    do {
        return try body()
    } catch LabError.late(let what) {
        throw LabError.hung(guest: guest, log: "\(what)\n\(log())")
    }
}
