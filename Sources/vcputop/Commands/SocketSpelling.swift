internal import Concurrency
internal import Dispatch
internal import Synchronization
internal import UnixSockets

/// The identity of a socket, independent of how its path is spelled.
enum SocketSpelling: Hashable, Sendable {
    /// The file that is there.
    case file(FileIdentity)
    /// Nothing is known to be there: the path without what does not matter.
    case path([Substring])

    /// The identities of several paths.
    ///
    /// A path can lead to a file system that never answers, such as one of a server that is down.
    /// That path and those after it are then compared by their spelling alone.
    ///
    /// - Parameters:
    ///   - patience: How long looking for all of the files may take.
    ///   - look: Finds the file at a path, and may block.
    static func all(
        _ paths: [String], within patience: DispatchTimeInterval = .seconds(1),
        look: @escaping @Sendable (String) -> FileIdentity? = { FileIdentity(atPath: $0) }
    ) -> [SocketSpelling] {
        // A single one has no second spelling here.
        guard paths.count > 1 else { return paths.map(SocketSpelling.init(spelled:)) }
        let found = Found()
        let isComplete = DispatchSemaphore(value: 0)
        BlockingCall.start {
            for path in paths { found.append(look(path)) }
            isComplete.signal()
        }
        _ = isComplete.wait(timeout: .now() + patience)
        let files = found.files
        return paths.enumerated().map { place, path in
            guard place < files.count, let file = files[place] else { return .init(spelled: path) }
            return .file(file)
        }
    }

    private init(spelled path: String) {
        var folders: [Substring] = path.hasPrefix("/") ? ["/"] : []
        for part in path.split(separator: "/") where part != "." {
            if part == "..", folders.count > 1, folders.last != ".." {
                folders.removeLast()
            } else {
                folders.append(part)
            }
        }
        self = .path(folders)
    }

    /// The files that were found so far, in the order of their paths.
    private final class Found: Sendable {
        private let list = Mutex<[FileIdentity?]>([])

        var files: [FileIdentity?] { list.withLock { $0 } }

        func append(_ file: FileIdentity?) { list.withLock { $0.append(file) } }
    }
}
