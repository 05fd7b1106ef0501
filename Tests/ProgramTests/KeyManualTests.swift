import Testing

@testable import Dashboard

@Suite("the keys of the man page")
struct KeyManualTests {
    @Test("are those of the key table, all of them")
    func complete() {
        let told = Set(KeySection.all.flatMap(\.keys))
        for binding in KeyTable.bindings {
            let entry = KeySection.Entry(label: binding.label, help: binding.helpWithPlaces)
            #expect(told.contains(entry), "\(binding.label): \(binding.help)")
        }
        #expect(KeySection.all.allSatisfy { !$0.keys.isEmpty })
    }

    @Test("say where they work, unless they work on every screen")
    func places() {
        for binding in KeyTable.bindings where !binding.contexts.isSuperset(of: Context.screens) {
            #expect(binding.helpWithPlaces.contains("(in "), "\(binding.label)")
            for context in binding.contexts.subtracting(Context.pages) {
                let place = context.place ?? ""
                #expect(binding.helpWithPlaces.contains(place), "\(binding.label): \(place)")
            }
        }
        #expect(Context.allCases.allSatisfy { $0.place != nil || $0 == .tiny })
    }
}
