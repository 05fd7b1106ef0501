import Foundation

/// How many times as long the program may take here as it does in an ordinary build.
public enum Slowness {
    /// 1, or what `VCPUTOP_SLOWNESS` says: a sanitizer makes all code slower, and a test whose
    /// deadlines are the program's own has to scale them.
    public static let factor =
        ProcessInfo.processInfo.environment["VCPUTOP_SLOWNESS"].flatMap { Double($0) } ?? 1
}
