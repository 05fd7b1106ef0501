/// What real agents and QEMU said, byte for byte (qemu-ga and QEMU 7.2.22).
enum Transcripts {
    /// What an agent answers to 0xFF, before anything else.
    static let strayError =
        #"{"error": {"class": "GenericError", "desc": "JSON parse error, stray '\uFFFD'"}}"# + "\n"

    /// Three processors; cpu0 is not offlinable, cpu2 is missing.
    static let vcpus =
        #"{"return": [{"online": true, "can-offline": true, "logical-id": 1}, "#
        + #"{"online": true, "can-offline": false, "logical-id": 0}, "#
        + #"{"online": true, "can-offline": true, "logical-id": 3}]}"# + "\n"

    /// An unknown command.
    static let notFound =
        #"{"error": {"class": "CommandNotFound", "#
        + #""desc": "The command guest-nonsense has not been found"}}"# + "\n"

    /// A command blocked with `-b`.
    static let disabled =
        #"{"error": {"class": "CommandNotFound", "#
        + #""desc": "Command guest-set-vcpus has been disabled"}}"# + "\n"

    /// `guest-sync-delimited` blocked with `-b`.
    static let delimitedDisabled =
        #"{"error": {"class": "CommandNotFound", "#
        + #""desc": "Command guest-sync-delimited has been disabled"}}"# + "\n"

    /// The first entry of a set failed.
    static let noSpace =
        #"{"error": {"class": "GenericError", "#
        + #""desc": "pwrite(\"/sys/devices/system/cpu/cpu3//online\"): No space left on device"}}"#
        + "\n"

    /// `guest-info`, shortened.
    static let info =
        #"{"return": {"version": "7.2.22", "supported_commands": ["#
        + #"{"enabled": true, "name": "guest-set-vcpus", "success-response": true}, "#
        + #"{"enabled": false, "name": "guest-get-devices", "success-response": true}, "#
        + #"{"enabled": true, "name": "guest-sync-delimited", "success-response": true}]}}"# + "\n"

    /// What an agent says to a sync without 0xFF after half a request of an earlier client.
    static let confusion =
        #"{"error": {"class": "GenericError", "desc": "JSON parse error, stray '-s'"}}"# + "\n"
        + #"{"error": {"class": "GenericError", "desc": "JSON parse error, expecting value"}}"#
        + "\n"
        + #"{"id": 78, "error": {"class": "GenericError", "desc": "QMP input lacks member 'execute'"}}"#
        + "\n"

    /// The answer to `guest-sync-delimited`.
    static func delimitedSync(_ id: Int64) -> [UInt8] {
        [0xFF] + Array("{\"return\": \(id)}\n".utf8)
    }

    /// What a QMP server says first.
    static let greeting =
        #"{"QMP": {"version": {"qemu": {"micro": 22, "minor": 2, "major": 7}, "#
        + #""package": "Debian 1:7.2+dfsg-7+deb12u18+b3"}, "capabilities": ["oob"]}}"# + "\r\n"

    /// A QMP event.
    static let event =
        #"{"timestamp": {"seconds": 1795421392, "microseconds": 93519}, "event": "STOP"}"# + "\r\n"

    /// An empty return of QMP.
    static let empty = #"{"return": {}}"# + "\r\n"

    /// `query-cpus-fast` of a guest with two vCPUs.
    static let cpus =
        #"{"return": [{"thread-id": 10397, "props": {"core-id": 0, "thread-id": 0, "socket-id": 0}, "#
        + #""qom-path": "/machine/unattached/device[0]", "cpu-index": 0, "target": "x86_64"}, "#
        + #"{"thread-id": 10398, "props": {"core-id": 1, "thread-id": 0, "socket-id": 0}, "#
        + #""qom-path": "/machine/unattached/device[2]", "cpu-index": 1, "target": "x86_64"}]}"#
        + "\r\n"

    /// `query-chardev` with an agent's channel without a client.
    static let chardevs =
        #"{"return": [{"frontend-open": true, "filename": "stdio", "label": "compat_monitor0"}, "#
        + #"{"frontend-open": false, "filename": "disconnected:unix:/run/a.sock,server=on", "#
        + #""label": "agent"}]}"# + "\r\n"
}
