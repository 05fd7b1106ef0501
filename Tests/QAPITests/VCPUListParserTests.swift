import TestSupport
import Testing

@testable import QAPI

@Suite("The parser of plain lists of processors")
struct VCPUListParserTests {
    private func vcpus(_ text: String) -> [AgentVCPU]? {
        VCPUListParser.vcpus(in: Array(text.utf8))
    }

    @Test("replies as agents write them are accepted, whatever the order and the blanks")
    func plain() {
        let expected = [
            AgentVCPU(logicalID: 4095, isOnline: false, canOffline: true),
            AgentVCPU(logicalID: 0, isOnline: true),
        ]
        for text in [
            #"{"return": [{"online": false, "can-offline": true, "logical-id": 4095}, "#
                + #"{"online": true, "logical-id": 0}]}"#,
            #"{"return":[{"can-offline":true,"logical-id":4095,"online":false},"#
                + #"{"logical-id":0,"online":true}]}"#,
            " {\t\"return\" : [ { \"logical-id\" : 4095 , \"online\" : false , "
                + "\"can-offline\" : true } , { \"logical-id\" : 0 , \"online\" : true } ] } \r",
        ] {
            #expect(vcpus(text) == expected, "\(text)")
            // The end of the reply is the last brace.
            let end = text.utf8.lastIndex(of: UInt8(ascii: "}")) ?? text.endIndex
            for index in text.utf8.indices where index <= end {
                #expect(vcpus(String(text[..<index])) == nil)
            }
        }
    }

    @Test(
        "all else is left to the general parser",
        arguments: [
            #"{"return": []}"#, #"{"return": {}}"#, #"{"return": 3}"#, #"{"return": null}"#, "",
            #"{"error": {"class": "GenericError", "desc": "no"}}"#, "[]", "{}",
            #"{"return": [{}]}"#,
            // A member that newer agents may add, at either level.
            #"{"return": [{"logical-id": 0, "online": true, "new": 1}]}"#,
            #"{"return": [{"logical-id": 0, "online": true}], "id": 1}"#,
            #"{"return": [{"logical-id": 0}]}"#, #"{"return": [{"online": true}]}"#,
            #"{"return": [{"logical-id": 0, "online": true, "online": true}]}"#,
            #"{"return": [{"logical-id": 0, "logical-id": 0, "online": true}]}"#,
            #"{"return": [{"logical-id": 0, "online": true}, {"logical-id": 0, "online": true}]}"#,
            #"{"return": [{"logical-id": 4096, "online": true}]}"#,
            #"{"return": [{"logical-id": 40950, "online": true}]}"#,
            #"{"return": [{"logical-id": -1, "online": true}]}"#,
            #"{"return": [{"logical-id": -0, "online": true}]}"#,
            #"{"return": [{"logical-id": 00, "online": true}]}"#,
            #"{"return": [{"logical-id": 1.0, "online": true}]}"#,
            #"{"return": [{"logical-id": 1e0, "online": true}]}"#,
            #"{"return": [{"logical-id": "1", "online": true}]}"#,
            #"{"return": [{"logical-id": 1, "online": 1}]}"#,
            #"{"return": [{"logical-id": 1, "online": truely}]}"#,
            #"{"return": [{"logical-id": 1, "online": true, "can-offline": null}]}"#,
            #"{"return": [{"logical-id": 1, "online": true,}]}"#,
            #"{"return": [{"logical-id": 1, "online": true},]}"#,
            #"{"return": [{"logical-id": 1, "online": true}]"#,
            #"{"return": [{"logical-id": 1, "online": true}]}}"#,
            #"{"return": [{"logical-id": 1, "online": true}]} x"#,
            #"{"return": [{"logical-\u0069d": 1, "online": true}]}"#,
            #"{"return": [{"logical-id" 1, "online": true}]}"#,
        ])
    func other(text: String) {
        #expect(vcpus(text) == nil)
    }

    @Test("what it accepts means the same to the general parser, also in damaged replies")
    func agreement() throws {
        var generator = SeededGenerator(seed: 7)
        var accepted = 0
        for round in 0..<4_000 {
            let ids = (0..<12).map { _ in Int.random(in: 0...4097, using: &generator) }
            let members = ids.prefix(.random(in: 0...12, using: &generator)).map { id in
                var members = [
                    #""logical-id": \#(id)"#, #""online": \#(Bool.random(using: &generator))"#,
                ]
                if Bool.random(using: &generator) {
                    members.append(#""can-offline": \#(Bool.random(using: &generator))"#)
                }
                return "{\(members.shuffled(using: &generator).joined(separator: ", "))}"
            }
            var line = Array("{\"return\": [\(members.joined(separator: ", "))]}".utf8)
            if round.isMultiple(of: 2) {
                for _ in 0..<Int.random(in: 1...3, using: &generator) {
                    let place = Int.random(in: 0..<line.count, using: &generator)
                    switch Int.random(in: 0...2, using: &generator) {
                    case 0: line.remove(at: place)
                    case 1: line.insert(line.randomElement(using: &generator) ?? 0, at: place)
                    default: line[place] = .random(in: 0...255, using: &generator)
                    }
                }
            }
            guard let vcpus = VCPUListParser.vcpus(in: line) else { continue }
            accepted += 1
            guard case .returned(.json(let json)) = WireMessage(line: line) else {
                Issue.record("the general parser refuses \(String(decoding: line, as: UTF8.self))")
                continue
            }
            #expect(try AgentSession.vcpus(in: json) == vcpus)
            #expect(try AgentSession.vcpus(in: Returned.vcpus(vcpus).json) == vcpus)
        }
        #expect(accepted > 1_500)
    }
}
