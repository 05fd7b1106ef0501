internal import ArgumentParser

struct DashboardCommand: AsyncParsableCommand {
    func run() async throws {}
}
