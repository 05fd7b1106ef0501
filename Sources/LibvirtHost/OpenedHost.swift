/// A new connection to a host, with its first list.
struct OpenedHost {
    let connection: any LibvirtConnection
    /// Why the connection can only read; nil when it can write.
    let refusal: LibvirtError?
    let domains: [Domain]

    /// Opens a connection; blocks.
    ///
    /// Tries a read-only connection when one with write access is refused.
    ///
    /// - Parameter report: Gets each event of the connection.
    init(
        _ opener: ConnectionOpener, until deadline: ContinuousClock.Instant, _ boots: BootCounter,
        _ report: @escaping @Sendable (ConnectionEvent) -> Void
    ) throws(LibvirtError) {
        (connection, refusal) = try Self.connect(opener, until: deadline)
        do throws(LibvirtError) {
            // Watch first, so that no event is missed between the list and the watch.
            boots.begin()
            connection.watch { event in
                // Count boots here, also when nothing reads the event stream any longer.
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
            guard !error.isFromSSH, error.isDenial || error.isFromRemoteSocket else {
                throw error
            }
            do throws(LibvirtError) {
                return (try opener.open(isReadOnly: true, until: deadline), error)
            } catch _ {
                throw error
            }
        }
    }
}
