internal import Glibc

/// The limit on the process's open file descriptors.
package enum DescriptorLimit {
    private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    /// The highest limit that the process sets for itself.
    ///
    /// Some libraries try to close each possible descriptor when they start a program, and a hard
    /// limit can be a thousand million.
    private static let mostAtStart = 65_536

    /// The highest limit that the process may set.
    package static var highest: Int {
        var limit = rlimit()
        return getrlimit(resource, &limit) == 0 ? Int(clamping: limit.rlim_max) : 0
    }

    /// How many descriptors the process may have now.
    package static var current: Int {
        var limit = rlimit()
        return getrlimit(resource, &limit) == 0 ? Int(clamping: limit.rlim_cur) : 0
    }

    /// Raises the limit to a number of descriptors, at most to `highest`.
    package static func raise(to wanted: Int = mostAtStart) {
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0, limit.rlim_cur < rlim_t(wanted) else { return }
        limit.rlim_cur = min(rlim_t(wanted), limit.rlim_max)
        setrlimit(resource, &limit)
    }

    /// Whether the process can open this many more descriptors now.
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
