// swift-tools-version: 6.2
import PackageDescription

/// What every target of this package is built with.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// What the fuzz targets look into.
let fuzzed: [Target.Dependency] = [
    "CanvasKit", "Configuration", "Dashboard", "GuestVCPU", "Journal", "LibvirtHost", "QAPI",
    "QEMUHost", "SafeText", "Terminal",
]

/// The fuzz targets: built for libFuzzer, which has a `main` of its own, by `Tests/fuzz`; otherwise
/// a suite that replays their corpora.
let fuzz: Target =
    if Context.environment["VCPUTOP_FUZZ"] != nil {
        .executableTarget(
            name: "Fuzz", dependencies: fuzzed, path: "Tests/Fuzz",
            exclude: ["Corpora", "FuzzTests.swift"], swiftSettings: strict)
    } else {
        .testTarget(
            name: "FuzzTests", dependencies: fuzzed, path: "Tests/Fuzz",
            exclude: ["Corpora", "Driver.swift"], swiftSettings: strict)
    }

let package = Package(
    name: "vcputop",
    products: [
        .library(name: "GuestVCPU", targets: ["GuestVCPU"]),
        .library(name: "QAPI", targets: ["QAPI"]),
        .library(name: "QEMUHost", targets: ["QEMUHost"]),
        .executable(name: "vcputop", targets: ["vcputop"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        // For tests alone.
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .target(name: "SafeText", swiftSettings: strict),
        .target(
            name: "GuestVCPU",
            dependencies: [
                "SafeText", .product(name: "BitCollections", package: "swift-collections"),
            ],
            swiftSettings: strict),
        .target(name: "QAPI", dependencies: ["SafeText"], swiftSettings: strict),
        .target(name: "CLinux"),
        .target(
            name: "Concurrency",
            dependencies: ["CLinux", .product(name: "HeapModule", package: "swift-collections")],
            swiftSettings: strict),
        .target(
            name: "UnixSockets", dependencies: ["CLinux", "Concurrency", "QAPI"],
            swiftSettings: strict),
        .target(
            name: "QEMUHost",
            dependencies: [
                "CLinux", "Concurrency", "GuestVCPU", "QAPI", "SafeText", "UnixSockets",
            ],
            swiftSettings: strict),
        .target(
            name: "JSONForms", dependencies: ["GuestVCPU", "SafeText"], swiftSettings: strict),
        .target(
            name: "Journal", dependencies: ["CLinux", "Concurrency", "GuestVCPU", "JSONForms"],
            swiftSettings: strict),
        .systemLibrary(name: "CLibvirt"),
        .target(
            name: "LibvirtHost",
            dependencies: ["CLibvirt", "CLinux", "Concurrency", "GuestVCPU", "SafeText"],
            swiftSettings: strict),
        .target(
            name: "Simulation", dependencies: ["Concurrency", "GuestVCPU", "QAPI", "UnixSockets"],
            swiftSettings: strict),
        .target(
            name: "Monitoring",
            dependencies: [
                "GuestVCPU", "SafeText",
                .product(name: "HeapModule", package: "swift-collections"),
            ],
            swiftSettings: strict),
        .target(
            name: "Configuration", dependencies: ["SafeText"], swiftSettings: strict),
        .target(name: "CanvasKit", dependencies: ["SafeText"], swiftSettings: strict),
        .target(
            name: "Dashboard", dependencies: ["CanvasKit", "GuestVCPU", "SafeText"],
            swiftSettings: strict),
        .systemLibrary(name: "CNcurses"),
        .target(name: "CTerminalGuard"),
        .target(
            name: "Terminal", dependencies: ["CNcurses", "CTerminalGuard", "CanvasKit"],
            swiftSettings: strict),
        .executableTarget(
            name: "vcputop",
            dependencies: [
                "CLinux", "CanvasKit", "Concurrency", "Configuration", "Dashboard", "GuestVCPU",
                "JSONForms", "Journal", "LibvirtHost", "Monitoring", "QAPI", "QEMUHost", "SafeText",
                "Simulation", "Terminal", "UnixSockets",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "GuestVCPUTests", dependencies: ["GuestVCPU", "SafeText", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "QAPITests", dependencies: ["QAPI", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "ConcurrencyTests", dependencies: ["Concurrency", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "JournalTests",
            dependencies: ["CLinux", "GuestVCPU", "Journal", "JSONForms", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "UnixSocketsTests",
            dependencies: ["Concurrency", "QAPI", "TestSupport", "UnixSockets"],
            swiftSettings: strict),
        .testTarget(
            name: "QEMUHostTests",
            dependencies: [
                "GuestVCPU", "QAPI", "QEMUHost", "Simulation", "TestSupport", "UnixSockets",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "LibvirtHostTests",
            dependencies: ["CLibvirt", "GuestVCPU", "LabSupport", "LibvirtHost", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "SimulationTests",
            dependencies: [
                "GuestVCPU", "QAPI", "QEMUHost", "Simulation", "TestSupport", "UnixSockets",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ConfigurationTests",
            dependencies: [
                "Configuration", "TestSupport", .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "MonitoringTests", dependencies: ["GuestVCPU", "Monitoring", "TestSupport"],
            swiftSettings: strict),
        .target(
            name: "TestSupport", dependencies: ["GuestVCPU"], path: "Tests/TestSupport",
            swiftSettings: strict),
        .target(name: "LabSupport", path: "Tests/LabSupport", swiftSettings: strict),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "CNcurses", "CanvasKit", "Dashboard", "GuestVCPU", "LabSupport", "QAPI",
                "Simulation",
                "TerminalEmulator", "UnixSockets",
            ],
            path: "Tests/Benchmarks", exclude: ["instructions.txt"], swiftSettings: strict),
        .executableTarget(
            name: "Killed",
            dependencies: [
                "Concurrency", "GuestVCPU", "Journal", "LabSupport", "QEMUHost", "Simulation",
            ],
            path: "Tests/Killed", swiftSettings: strict),
        .testTarget(
            name: "LabTests",
            dependencies: [
                "GuestVCPU", "Killed", "LabSupport", "LibvirtHost", "QEMUHost", "TerminalEmulator",
                "vcputop",
            ],
            swiftSettings: strict),
        .systemLibrary(name: "CVterm", path: "Tests/CVterm"),
        .target(
            name: "TerminalEmulator", dependencies: ["CVterm"], path: "Tests/TerminalEmulator",
            swiftSettings: strict),
        .executableTarget(
            name: "Screenshots", dependencies: ["TerminalEmulator"], path: "Tests/Screenshots",
            swiftSettings: strict),
        .executableTarget(
            name: "TerminalProbe",
            dependencies: ["CanvasKit", "Dashboard", "GuestVCPU", "Terminal"],
            path: "Tests/TerminalProbe", swiftSettings: strict),
        .testTarget(
            name: "TerminalTests",
            dependencies: [
                "CanvasKit", "Dashboard", "Terminal", "TerminalEmulator", "TerminalProbe",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ProgramTests",
            dependencies: [
                "CanvasKit", "Concurrency", "Configuration", "Dashboard", "GuestVCPU", "JSONForms",
                "Journal", "LabSupport", "Monitoring", "QAPI", "QEMUHost", "SafeText", "Simulation",
                "Terminal", "TerminalEmulator", "TestSupport", "UnixSockets", "vcputop",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "DashboardTests",
            dependencies: ["CanvasKit", "Dashboard", "GuestVCPU", "SafeText", "TestSupport"],
            exclude: ["Goldens"], swiftSettings: strict),
        fuzz,
    ]
)
