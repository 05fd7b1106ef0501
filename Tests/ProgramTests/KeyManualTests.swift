import Testing

@testable import Dashboard

@Suite("the keys of the man page")
struct KeyManualTests {
    @Test("are those of the key table, all of them")
    func complete() {
        let told = Set(KeySection.all.flatMap(\.keys))
        for binding in KeyTable.bindings {
            let entry = KeySection.Entry(label: binding.label, help: binding.help)
            #expect(told.contains(entry), "\(binding.label): \(binding.help)")
        }
        #expect(KeySection.all.allSatisfy { !$0.keys.isEmpty })
    }

    @Test("stand in a section for every context that has room for a help")
    func contexts() {
        let contexts = KeySection.all.reduce(into: Set<Context>()) { $0.formUnion($1.contexts) }
        #expect(contexts == Set(Context.allCases).subtracting([.tiny]))
    }
}
