/// Why the lab could not do its part; never the fault of what is tested.
public enum LabError: Error {
    /// A call of the system failed.
    case system(call: String, errno: Int32)
    /// What was waited for did not come in time.
    case late(String)
    /// A program of the lab ended by itself; what it wrote.
    case ended(program: String, log: String)
    /// A part of the lab answered what it never should.
    case unexpected(String)
}
