internal import Concurrency
internal import Configuration
internal import Dashboard
internal import Glibc
internal import SafeText

/// The configuration file in which the dashboard saves what the user chose.
struct SavedConfiguration: Sendable {
    let path: String

    /// How long saving may take: the file can be on a server.
    private static let patience: Duration = .seconds(5)

    /// How long another vcputop may take to save.
    ///
    /// It is less than `patience`: nothing is written after the user was told that it was not.
    private static let patienceWithOthers: Duration = .seconds(2)

    /// Saves settings, and leaves everything else in the file as it is.
    func save(_ settings: [ChosenSetting]) async -> SaveEnd {
        let end = await BlockingCall.run(until: .now + Self.patience) {
            do throws(CommandFailure) {
                try write(settings.map(SettingChange.init))
                return SaveEnd.saved
            } catch {
                return .failed(error.messages.joined(separator: "; ").printable(limit: 400))
            }
        }
        return end ?? .failed("'\(path.printable(limit: 200))' cannot be written in time")
    }

    private func write(_ changes: [SettingChange]) throws(CommandFailure) {
        try makeFolder()
        let lock = try lockFolder()
        defer { close(lock) }
        let old = try ConfigurationFile(reading: path)
        let new: [UInt8]
        do throws(ConfigurationProblem) {
            new = try SettingsEditor.apply(changes, to: old.bytes)
        } catch {
            throw CommandFailure(.configuration, "\(path):\(error.line): \(error.message)")
        }
        // Not to be read at the next start is worse than not to be saved.
        var settings = Settings.standard
        let problems = SettingsReader.read(new, path: path, words: .program, into: &settings)
        if let problem = problems.first {
            throw CommandFailure(.configuration, "\(path):\(problem.line): \(problem.message)")
        }
        try ReplacedFile(path: path, isKept: true).replace(
            with: String(decoding: new, as: UTF8.self))
    }

    /// Waits until no other vcputop saves here: each would lose what the other one saved.
    ///
    /// - Returns: The folder, whose lock ends when it is closed.
    private func lockFolder() throws(CommandFailure) -> Int32 {
        let folder = ReplacedFile.folder(of: path)
        let descriptor = open(folder.isEmpty ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw CommandFailure(
                .output, "cannot write '\(path)': \(String(cString: strerror(errno)))")
        }
        let deadline = ContinuousClock.now + Self.patienceWithOthers
        // Where the file system has no locks, the last one to save wins.
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0, [EWOULDBLOCK, EINTR].contains(errno) {
            guard ContinuousClock.now < deadline else {
                close(descriptor)
                throw CommandFailure(.output, "another program keeps '\(folder)' locked")
            }
            usleep(5_000)
        }
        return descriptor
    }

    /// Makes the folders that the file stands in.
    ///
    /// - Source: XDG Base Directory Specification, for their mode.
    private func makeFolder() throws(CommandFailure) {
        var end = path.startIndex
        while let slash = path[end...].firstIndex(of: "/") {
            end = path.index(after: slash)
            let folder = String(path[..<slash])
            guard !folder.isEmpty, mkdir(folder, 0o700) != 0, errno != EEXIST else { continue }
            throw CommandFailure(
                .output, "cannot make the folder '\(folder)': \(String(cString: strerror(errno)))")
        }
    }
}

extension SettingChange {
    fileprivate init(_ setting: ChosenSetting) {
        switch setting {
        case .columns(let names): self = .columns(names)
        case .order(let order): self = .sort(order)
        case .filter(let text): self = .filter(text)
        case .interval(let interval): self = .interval(interval / .seconds(1))
        case .mouse(let isUsed): self = .mouse(isUsed)
        }
    }
}
