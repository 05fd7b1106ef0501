internal import FoundationEssentials
internal import GuestVCPU
internal import JSONForms

/// What `list --json` prints: the members and their meaning are other people's contract.
struct FleetJSON: Encodable {
    let time: String
    let sources: [Source]
    let guests: [Guest]

    init(_ snapshot: FleetSnapshot, time: Date) {
        self.time = JSONText.time(time)
        sources = snapshot.sources.map(Source.init)
        guests = snapshot.guests.map { Guest($0, at: snapshot.takenAt) }
    }

    struct Source: Encodable {
        let name: String
        let status: String
        @Nullable var message: String?

        init(_ source: SourceState) {
            name = source.name
            switch source.status {
            case .pending: (status, message) = ("pending", nil)
            case .ok: (status, message) = ("ok", source.remarks)
            case .failed(let reason): (status, message) = ("failed", reason)
            }
        }
    }

    struct Guest: Encodable {
        let name: String
        @Nullable var uuid: String?
        let source: String
        let state: String
        let agent: Agent
        @Nullable var guest: Maps?
        @Nullable var host: Host?

        init(_ state: GuestState, at now: ContinuousClock.Instant) {
            name = state.id.name
            uuid = state.id.uuid
            source = state.id.source.name
            self.state = state.runState.rawValue
            agent = Agent(state, at: now)
            guest = state.vcpus.map { Maps($0, state.judgement) }
            host = state.host.map(Host.init)
        }
    }

    struct Maps: Encodable {
        let vcpus: String
        let online: String
        let offlinable: String
        @Nullable var contradicted: String?

        init(_ vcpus: GuestVCPUs, _ judgement: GuestJudgement) {
            self.vcpus = vcpus.vcpus.list
            online = vcpus.online.list
            offlinable = vcpus.offlinable.list
            contradicted = judgement.contradicted?.list
        }
    }

    struct Agent: Encodable {
        let status: String
        @Nullable var message: String?
        @Nullable var version: String?
        @Nullable var ageMilliseconds: Int64?

        init(_ state: GuestState, at now: ContinuousClock.Instant) {
            status = state.agent.name
            if case .failed(let error) = state.agent {
                message = error.summary
            } else {
                message = nil
            }
            version = state.reading?.version
            ageMilliseconds = state.vcpus.map {
                max(0, Int64($0.readAt.duration(to: now) / .milliseconds(1)))
            }
        }
    }

    struct Host: Encodable {
        @Nullable var current: Int?
        @Nullable var maximum: Int?
        let pairing: String
        let vcpus: [VCPU]

        init(_ state: HostState) {
            current = state.reading.current
            maximum = state.reading.maximum
            pairing = state.pairing.confidence.rawValue
            vcpus = state.reading.vcpus.map {
                VCPU($0, guestID: state.pairing.guestID(of: $0.index))
            }
        }
    }

    struct VCPU: Encodable {
        let id: Int
        @Nullable var guestID: Int?
        @Nullable var timeNanoseconds: UInt64?
        @Nullable var waitNanoseconds: UInt64?
        @Nullable var thread: Int?
        let state: String

        init(_ vcpu: HostVCPU, guestID: Int?) {
            id = vcpu.index.number
            self.guestID = guestID
            timeNanoseconds = vcpu.timeNanoseconds
            waitNanoseconds = vcpu.waitNanoseconds
            thread = vcpu.thread
            state = vcpu.state.rawValue
        }
    }
}
