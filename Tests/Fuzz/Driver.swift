import Dispatch
import Foundation

/// The target under test, by the name in the environment.
private let target = FuzzTarget.all.first {
    $0.name == ProcessInfo.processInfo.environment["VCPUTOP_FUZZ_TARGET"]
}

/// libFuzzer's first call; also answers which targets there are.
@_cdecl("LLVMFuzzerInitialize")
public func initializeFuzzer(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>
) -> Int32 {
    guard target == nil else { return 0 }
    for target in FuzzTarget.all { print(target.name, target.longest) }
    exit(0)
}

/// Called by libFuzzer with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    guard let target else { return -1 }
    let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
    let end = DispatchSemaphore(value: 0)
    Task.detached {
        do {
            try await target.check(bytes)
        } catch {
            fatalError("\(target.name): \(error)")
        }
        end.signal()
    }
    end.wait()
    return 0
}
