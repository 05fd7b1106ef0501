internal import CanvasKit
internal import GuestVCPU

extension HostScreen {
    /// The key that shows the machines.
    static let opening = KeyBinding(
        [.character("H")], "H", for: .see, name: "host",
        help: "the host's CPUs: how busy they are, which vCPUs ran there last, and which are "
            + "pinned there", in: Context.grids,
        disabled: { $0.shared.hosts.isEmpty ? "nothing is known of the host's CPUs" : nil },
        change: { $0.openHost() })

    /// The keys that only work there.
    static let keys = [
        KeyBinding(
            [.enter], "Enter", for: .see, name: "guest",
            help: "show the guest of the selected vCPU in detail",
            in: [.host],
            disabled: { $0.host?.currentVCPU == nil ? "there is no vCPU on this CPU" : nil },
            effects: { model, press in
                model.openGuestOfHost(at: press.moment)
                return []
            }),
        KeyBinding(
            (0...9).map { .character(Character("\($0)")) }, "0-9", for: .find, name: "CPU",
            canBeClicked: false,
            help: "go to the host CPU of this number", in: [.host],
            effects: { model, press in
                guard case .character(let character) = press.key,
                    let digit = character.wholeNumberValue
                else { return [] }
                model.host?.type(digit, at: press.moment, &model.shared)
                return []
            }),
        KeyBinding(
            [.character("/")], "/", for: .find, name: "search",
            help: "go to the next CPU where a guest runs whose name has a text in it, or to the "
                + "CPU of a number", in: [.host],
            change: { model in
                model.host.map { model.dialogs.append(HostSearchPrompt(origin: $0)) }
            }),
        KeyBinding(
            [.character("n")], "n", for: .find, help: "go on to the next such CPU", in: [.host],
            disabled: { $0.host?.searched.isEmpty == false ? nil : "nothing was searched for" },
            change: { $0.searchNextOnHost() }),
        KeyBinding(
            [.character("N")], "N", for: .find, help: "go back to the one before", in: [.host],
            disabled: { $0.host?.searched.isEmpty == false ? nil : "nothing was searched for" },
            change: { $0.searchNextOnHost(backward: true) }),
    ]
}

extension Model {
    /// `H`: shows the machines, with the cursor on the CPU that the current vCPU ran on last.
    fileprivate mutating func openHost() {
        shared.anchor = nil
        // A guest that the machines led to is not what Esc goes back to from them.
        host = HostScreen(from: host == nil ? detail : host?.origin, shared)
        detail = nil
    }

    /// Return: shows the guest of the selected vCPU in detail.
    fileprivate mutating func openGuestOfHost(at moment: Moment) {
        guard let vcpu = host?.currentVCPU, shared.roster[vcpu.guest] != nil else { return }
        shared.cursor.guest = vcpu.guest
        if let id = vcpu.id { shared.cursor.vcpu = id }
        openDetail(at: moment)
    }

    fileprivate mutating func searchNextOnHost(backward: Bool = false) {
        guard var host else { return }
        let isFound = host.search(host.searched, from: nil, backward: backward, shared)
        self.host = host
        if !isFound { shared.warn("no host CPU has '\(host.searched)' on it") }
    }
}
