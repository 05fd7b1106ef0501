internal import Glibc

/// How many descriptors the process may have open.
package enum DescriptorLimit {
    private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    /// The most that the process allows itself at its start.
    ///
    /// Some libraries look at each possible descriptor when they start a program, and a hard limit
    /// can be a thousand million.
    private static let mostAtStart = 65_536

    /// The most that it may allow itself.
    package static var highest: Int {
        var limit = rlimit()
        return getrlimit(resource, &limit) == 0 ? Int(clamping: limit.rlim_max) : 0
    }

    /// Allows itself so many, where it has not already; no more than `highest`.
    package static func raise(to wanted: Int = mostAtStart) {
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0, limit.rlim_cur < rlim_t(wanted) else { return }
        limit.rlim_cur = min(rlim_t(wanted), limit.rlim_max)
        setrlimit(resource, &limit)
    }

    /// Whether this many more descriptors can be opened now.
    package static func hasRoom(for count: Int) -> Bool {
        var opened: [Int32] = []
        defer { for descriptor in opened { close(descriptor) } }
        while opened.count < count {
            let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { return Shortage(errno: errno) == nil }
            opened.append(descriptor)
        }
        return true
    }
}
