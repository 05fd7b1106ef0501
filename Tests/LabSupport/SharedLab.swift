import Synchronization

/// A part of the lab that several tests share: made when first asked for, and made again once it has
/// been discarded.
public final class SharedLab<Value: Sendable>: Sendable {
    private let value = Mutex<Value?>(nil)
    private let make: @Sendable () throws -> Value

    /// - Parameter make: Makes it. Where it throws, the next test that asks tries again.
    public init(_ make: @escaping @Sendable () throws -> Value) {
        self.make = make
    }

    /// The shared part.
    public func get() throws -> Value {
        try value.withLock { value in
            if let value { return value }
            let made = try make()
            value = made
            SharedLabs.add { self.discard() }
            return made
        }
    }

    /// Makes the next test that asks get a new one.
    ///
    /// This one ends once no test uses it any more.
    public func discard() { value.withLock { $0 = nil } }
}

/// All parts of the lab that are shared at the moment.
public enum SharedLabs {
    private static let discards = Mutex<[@Sendable () -> Void]>([])

    static func add(_ discard: @escaping @Sendable () -> Void) {
        discards.withLock { $0.append(discard) }
    }

    /// Discards each of them.
    public static func discard() {
        let known = discards.withLock { discards in
            defer { discards = [] }
            return discards
        }
        for discard in known { discard() }
    }
}
