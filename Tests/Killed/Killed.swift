import Foundation

/// Kills programs at random moments of a change, many times, and checks after each that the journal
/// says the truth: `Killed run KILLS SECONDS LANES`.
///
/// A killed program is this one in another role: `Killed change SOCKET FOLDER`.
@main
enum Killed {
    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            switch arguments.first {
            case ChangingProgram.role where arguments.count == 3:
                try await ChangingProgram.run(socket: arguments[1], folder: arguments[2])
            case "run" where arguments.count == 4:
                guard let kills = Int(arguments[1]), let seconds = Int(arguments[2]),
                    let lanes = Int(arguments[3]), kills > 0, seconds > 0, lanes > 0
                else { fallthrough }
                let tally = try await Lane.run(
                    lanes, kills: kills, until: .now + .seconds(seconds))
                print(tally.text)
                for lie in tally.lies.prefix(20) { print("LIE: \(lie)") }
                exit(tally.lies.isEmpty ? 0 : 1)
            default:
                print("usage: Killed run KILLS SECONDS LANES")
                exit(64)
            }
        } catch {
            print("error: \(error)")
            exit(2)
        }
    }
}
