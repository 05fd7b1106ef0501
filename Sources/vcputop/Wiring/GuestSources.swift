internal import GuestVCPU

enum GuestSources {
    enum Access { case readOnly, readWrite }
    static func make(_ options: SourceOptions, access: Access) async throws(CommandFailure)
        -> [any GuestSource]
    { [] }
}
