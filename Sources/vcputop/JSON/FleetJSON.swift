internal import FoundationEssentials
internal import GuestVCPU

/// `list --json`: the members and their meaning are other people's contract.
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
        let message: String?

        init(_ source: SourceState) {
            name = JSONText.text(source.name)
            switch source.status {
            case .pending: (status, message) = ("pending", nil)
            case .ok: (status, message) = ("ok", nil)
            case .failed(let reason): (status, message) = ("failed", JSONText.text(reason))
            }
        }

        enum CodingKeys: CodingKey { case name, status, message }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(name, forKey: .name)
            try container.encode(status, forKey: .status)
            // Written as null where there is none: a reader finds every member, always.
            try container.encode(message, forKey: .message)
        }
    }

    struct Guest: Encodable {
        let name: String
        let uuid: String?
        let source: String
        let state: String
        let agent: Agent
        let guest: MapsJSON?
        let host: Host?

        init(_ state: GuestState, at now: ContinuousClock.Instant) {
            name = JSONText.text(state.id.name)
            uuid = state.id.uuid
            source = JSONText.text(state.id.source)
            self.state = state.runState.rawValue
            agent = Agent(state, at: now)
            guest = state.vcpus.map(MapsJSON.init)
            host = state.host.map(Host.init)
        }

        enum CodingKeys: CodingKey { case name, uuid, source, state, agent, guest, host }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(name, forKey: .name)
            try container.encode(uuid, forKey: .uuid)
            try container.encode(source, forKey: .source)
            try container.encode(state, forKey: .state)
            try container.encode(agent, forKey: .agent)
            try container.encode(guest, forKey: .guest)
            try container.encode(host, forKey: .host)
        }
    }

    struct Agent: Encodable {
        let status: String
        let message: String?
        let version: String?
        let ageMilliseconds: Int64?

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

        enum CodingKeys: CodingKey { case status, message, version, ageMilliseconds }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(status, forKey: .status)
            try container.encode(message, forKey: .message)
            try container.encode(version, forKey: .version)
            try container.encode(ageMilliseconds, forKey: .ageMilliseconds)
        }
    }

    struct Host: Encodable {
        let current: Int?
        let maximum: Int?
        let pairing: String
        let vcpus: [VCPU]

        init(_ state: HostState) {
            current = state.reading.current
            maximum = state.reading.maximum
            pairing = state.pairing.confidence.rawValue
            vcpus = state.reading.vcpus.map {
                VCPU($0, guestID: state.pairing.guestID(of: $0.id))
            }
        }

        enum CodingKeys: CodingKey { case current, maximum, pairing, vcpus }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(current, forKey: .current)
            try container.encode(maximum, forKey: .maximum)
            try container.encode(pairing, forKey: .pairing)
            try container.encode(vcpus, forKey: .vcpus)
        }
    }

    struct VCPU: Encodable {
        let vcpu: HostVCPU
        let guestID: Int?

        init(_ vcpu: HostVCPU, guestID: Int?) {
            self.vcpu = vcpu
            self.guestID = guestID
        }

        enum CodingKeys: CodingKey {
            case id, guestID, timeNanoseconds, waitNanoseconds, thread, state
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(vcpu.id, forKey: .id)
            try container.encode(guestID, forKey: .guestID)
            try container.encode(vcpu.timeNanoseconds, forKey: .timeNanoseconds)
            try container.encode(vcpu.waitNanoseconds, forKey: .waitNanoseconds)
            try container.encode(vcpu.thread, forKey: .thread)
            try container.encode(vcpu.state.rawValue, forKey: .state)
        }
    }
}
