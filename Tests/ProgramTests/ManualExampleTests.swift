import Configuration
import LabSupport
import Testing

@testable import vcputop

@Suite("The examples of the man pages")
struct ManualExampleTests {
    @Test("each command line is one that the program understands")
    func commands() throws {
        let examples = Manual.general + Manual.libvirt + Manual.proxmox + Manual.qemu
        #expect(examples.count > 8)
        for line in examples.flatMap(\.commands) {
            #expect(try CommandLineExample.isUnderstood(line), "\(line)")
        }
    }

    @Test("the configuration file has every key, and nothing is wrong with it")
    func configuration() throws {
        var settings = Settings.standard
        let text = Manual.example.joined(separator: "\n") + "\n"
        let problems = SettingsReader.read(
            Array(text.utf8), path: "example", words: .program, into: &settings)
        #expect(problems.isEmpty)
        for key in SettingKey.allCases {
            #expect(Manual.example.contains { $0.hasPrefix("\(key.rawValue):") }, "\(key)")
        }
    }
}
