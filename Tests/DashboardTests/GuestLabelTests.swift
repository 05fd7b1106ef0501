import CanvasKit
import GuestVCPU
import TestSupport
import Testing

@testable import Dashboard

@Suite("what the screen calls guests")
struct GuestLabelTests {
    private static let mallory = GuestOwner(uid: 1001, name: "mallory", isTrusted: false)
    private static let root = GuestOwner(uid: 0, name: "root", isTrusted: true)

    private func guest(
        _ name: String, _ source: SourceID, uuid: String? = nil, owner: GuestOwner? = nil
    ) -> GuestState {
        GuestState(
            id: GuestID(source: source, name: name, uuid: uuid), owner: owner, runState: .running,
            agent: .pending, reading: nil, host: nil, isWritable: true)
    }

    private func labels(_ guests: [GuestState]) -> [String] {
        var labels = GuestLabels()
        labels.update(guests)
        return guests.map { labels[$0.id].text }
    }

    @Test("guests of one name show the end of their socket's path, as much as tells them apart")
    func sockets() {
        #expect(
            labels([
                guest("web", .agentSocket(path: "/var/run/qemu-server/104.qga")),
                guest("web", .agentSocket(path: "/var/run/qemu-server/105.qga")),
                guest("db", .agentSocket(path: "/var/run/qemu-server/106.qga")),
            ]) == ["web (104.qga)", "web (105.qga)", "db"])
        #expect(
            labels([
                guest("web", .agentSocket(path: "/run/a/ga.sock")),
                guest("web", .agentSocket(path: "/run/b/ga.sock")),
            ]) == ["web (a/ga.sock)", "web (b/ga.sock)"])
    }

    @Test("guests of one name on several hosts show the host, else the source or the UUID")
    func sources() {
        #expect(
            labels([
                guest("web", .libvirt(uri: "qemu:///system")),
                guest("web", .libvirt(uri: "qemu+ssh://root@hv2/system")),
                guest("web", .agentSocket(path: "/run/web.qga")),
            ]) == ["web (qemu:///system)", "web (hv2)", "web (web.qga)"])
        #expect(
            labels([
                guest("web", .libvirt(uri: "qemu+ssh://hv2/system")),
                guest("web", .libvirt(uri: "qemu+ssh://hv2/session")),
            ]) == ["web (qemu+ssh://hv2/system)", "web (qemu+ssh://hv2/session)"])
        let same = labels([
            guest("web", .libvirt(uri: "x"), uuid: "1"),
            guest("web", .libvirt(uri: "x"), uuid: "2"),
        ])
        #expect(same == ["web (x, 1)", "web (x, 2)"])
    }

    @Test("a guest of another user shows its owner, always")
    func owners() {
        #expect(
            labels([
                guest("web", .agentSocket(path: "/run/1.qga"), owner: Self.root),
                guest("web", .agentSocket(path: "/home/mallory/2.qga"), owner: Self.mallory),
                guest("db", .agentSocket(path: "/home/mallory/3.qga"), owner: Self.mallory),
                guest("mail", .agentSocket(path: "/run/4.qga"), owner: Self.root),
            ]) == ["web (1.qga)", "web (2.qga, user mallory)", "db (user mallory)", "mail"])
    }

    @Test("names that look the same are told apart like equal ones")
    func lookalikes() {
        let texts = labels([
            guest("web\u{1}", .agentSocket(path: "/a")),
            guest("web\u{2}", .agentSocket(path: "/b")),
        ])
        #expect(texts == ["web\u{FFFD} (a)", "web\u{FFFD} (b)"])
        #expect(
            labels([
                guest("web", .agentSocket(path: "/a")),
                guest("we\u{34F}b", .agentSocket(path: "/b")),
            ])[1] != "web")
    }

    @Test("the part that differs survives every cut that leaves room for it")
    func cuts() {
        for (names, width) in [
            (["production-web-frontend-01", "production-web-frontend-02"], 10),
            (["prod-eu-web-frontend-server", "prod-us-web-frontend-server"], 12),
            (["app-2.prod", "app-22.prod", "app-20.prod", "app-12.prod"], 9),
            (["web (104.qga)", "web (105.qga)", "web (1040.qga)"], 10),
            (["customer-a-very-long-name-1", "customer-a-very-long-name-11"], 10),
            (["データベース-東京-1", "データベース-東京-2"], 10),
        ] {
            let guests = names.map { guest($0, .other("s")) }
            var labels = GuestLabels()
            labels.update(guests)
            for glyphs in [GlyphSet.unicode, .ascii] {
                let cut = guests.map { labels[$0.id].cut(to: width, in: glyphs) }
                #expect(cut.allSatisfy { $0.columns(in: glyphs) <= width }, "\(cut)")
                if glyphs == .unicode { #expect(Set(cut).count == cut.count, "\(cut)") }
            }
        }
    }

    @Test("a name that is like no other is cut in the middle")
    func middle() {
        let label = GuestLabel("build-long-name-fedora-40.example.org")
        #expect(label.cut(to: 15, in: .unicode) == "build-l…ple.org")
        #expect(label.cut(to: 15, in: .ascii) == "build-l~ple.org")
        #expect(label.cut(to: 40, in: .ascii) == label.text)
        #expect(label.cut(to: 1, in: .ascii) == "~")
        #expect(label.cut(to: 0, in: .ascii) == "")
    }

    @Test("no label is ever wider than its field, and few fleets have two that look the same")
    func property() {
        var random = SeededGenerator(seed: 14)
        var (pairs, alike) = (0, 0)
        for _ in 0..<200 {
            let words = ["web", "db", "prod", "eu", "us", "東京", "frontend", "1", "12", "22", "é"]
            let names = Set(
                (0..<12).map { _ in
                    (0..<Int.random(in: 1...7, using: &random))
                        .map { _ in words.randomElement(using: &random) ?? "" }
                        .joined(separator: "-")
                })
            let guests = names.map { guest($0, .other("s")) }
            var labels = GuestLabels()
            labels.update(guests)
            for width in 0...30 {
                let cut = guests.map { labels[$0.id].cut(to: width, in: .unicode) }
                #expect(cut.allSatisfy { $0.columns(in: .unicode) <= width })
                guard width >= 10 else { continue }
                pairs += cut.count
                alike += cut.count - Set(cut).count
            }
        }
        #expect(alike * 200 < pairs, "\(alike) of \(pairs)")
    }

    // MARK: - On the screen

    @Test("guests of one name of a single source are told apart in rows, review, results and log")
    func everywhere() {
        var driver = Driver(columns: 120, rows: 40, fleet: .namesakes)
        func shows(_ place: String) {
            let canvas = driver.render()
            let text = (0..<canvas.size.rows)
                .map { canvas.line($0).map(\.text).joined() }.joined(separator: "\n")
            #expect(text.contains("104.qga") && text.contains("105.qga"), "\(place)\n\(text)")
        }
        shows("the rows")
        driver.press("t")
        shows("the tiles")
        driver.press("t<right> <down> ")
        driver.press("c")
        shows("the review")
        driver.press("y")
        for guest in driver.model.shared.commits.guests {
            _ = driver.update(
                .finished(
                    guest,
                    TransactionResult(
                        request: driver.model.shared.commits[guest]?.request ?? .none,
                        outcome: .failed)))
        }
        shows("the results")
        driver.press("<esc>L")
        shows("the log")
    }
}

extension ChangeRequest {
    fileprivate static var none: ChangeRequest {
        guard let request = try? ChangeRequest(online: [], offline: [1]) else {
            preconditionFailure()
        }
        return request
    }
}

extension SampleFleet {
    /// Two guests of one name, of one source that finds sockets.
    fileprivate static var namesakes: SampleFleet {
        var fleet = SampleFleet.sample
        fleet.guests = ["104", "105"].compactMap { number in
            fleet.guests.first.map { guest in
                GuestState(
                    id: GuestID(
                        source: .agentSocket(path: "/var/run/qemu-server/\(number).qga"),
                        name: "web"),
                    runState: guest.runState, agent: guest.agent, reading: guest.reading,
                    host: guest.host, isWritable: true)
            }
        }
        return fleet
    }
}
