import LabSupport
import Testing

/// A source that cannot be reached, listed beside an agent that answers.
struct RefusedSource {
    /// Why it cannot be reached.
    let message: String

    /// Lists it, with nothing to read, and expects the other source's guest all the same.
    init(_ uri: String, environment: [String: String] = [:]) throws {
        let agent = try StagedAgent([0: .fixed, 1: .online])
        let finished = try Program.run(
            ["list", "--json", "-c", uri, "--agent", "near=\(agent.socket)", "--timeout", "30"],
            environment: environment, within: .seconds(60))
        let report = try finished.report(ListReport.self)
        #expect(finished.status == 2)
        #expect(report.sources.map(\.status) == ["failed", "ok"])
        #expect(report.guests.map(\.name) == ["near"])
        #expect(report.guests.map(\.agent.status) == ["ok"])
        message = report.sources.first?.message ?? ""
        #expect(
            finished.errors.contains("cannot reach '\(uri)': \(message)"), "\(finished.errors)")
        // What the dashboard shows of it.
        #expect(message.count <= 300, "\(message)")
    }
}

/// Lists a URI, and expects its source to answer.
func expectAnswer(of uri: String, environment: [String: String] = [:]) throws {
    let finished = try Program.run(
        ["list", "--json", "-c", uri, "--timeout", "30"], environment: environment,
        within: .seconds(60))
    let report = try finished.report(ListReport.self)
    #expect(finished.status == 0, "\(uri): \(finished.errors)")
    #expect(report.sources.map(\.status) == ["ok"])
}
