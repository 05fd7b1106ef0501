internal import Glibc

/// Stops the program as Ctrl-Z does by itself.
package enum ProcessStop {
    /// Stops the program until it is sent SIGCONT.
    ///
    /// Does nothing where the parent is of another session: no shell would let the program go on.
    package static func perform() {
        guard isPossible else { return }
        // To this very thread: any other might take the signal after this one has gone on.
        raise(SIGSTOP)
    }

    static var isPossible: Bool { getsid(getppid()) == getsid(0) }
}
