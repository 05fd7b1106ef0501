internal import GuestVCPU
internal import JSONForms

/// What `doctor --json` prints: the members and their meaning are other people's contract.
struct DiagnosisJSON: Encodable {
    @Nullable var guest: String?
    let source: String
    let verdict: String
    let checks: [Check]

    init(_ diagnosis: Diagnosis) {
        guest = diagnosis.guest
        source = diagnosis.source.name
        verdict = diagnosis.verdict.rawValue
        checks = diagnosis.findings.map(Check.init)
    }

    struct Check: Encodable {
        let check: String
        let result: String
        let message: String
        @Nullable var help: String?

        init(_ finding: Finding) {
            check = finding.check.rawValue
            result = finding.result.rawValue
            message = finding.message
            help = finding.help.isEmpty ? nil : finding.help.joined(separator: "\n")
        }
    }
}
