/// A connection to a host that was opened just now, with its first list.
struct OpenedHost {
    let connection: any LibvirtConnection
    /// Why the connection may only read; nil where it may write.
    let refusal: LibvirtError?
    let domains: [Domain]

    /// Opens a connection; blocks.
    ///
    /// Where a connection that may write is refused, one that may only read is tried.
    ///
    /// - Parameter report: Gets each event of the connection.
    init(
        _ opener: ConnectionOpener, until deadline: ContinuousClock.Instant, _ boots: BootCounter,
        _ report: @escaping @Sendable (ConnectionEvent) -> Void
    ) throws(LibvirtError) {
        (connection, refusal) = try Self.connect(opener, until: deadline)
        do throws(LibvirtError) {
            // Before the list is read, so that nothing is missed in between.
            boots.begin()
            connection.watch { event in
                // At once, and also when nothing follows the connection's events any longer.
                boots.record(event)
                report(event)
            }
            domains = try connection.activeDomains()
        } catch {
            connection.close()
            throw error
        }
    }

    private static func connect(
        _ opener: ConnectionOpener, until deadline: ContinuousClock.Instant
    ) throws(LibvirtError) -> (any LibvirtConnection, LibvirtError?) {
        do throws(LibvirtError) {
            return (try opener.open(isReadOnly: false, until: deadline), nil)
        } catch {
            guard error.isDenial || error.isFromRemoteSocket else { throw error }
            do throws(LibvirtError) {
                return (try opener.open(isReadOnly: true, until: deadline), error)
            } catch _ {
                throw error
            }
        }
    }
}
