// swift-tools-version: 6.0
import PackageDescription

// A package as another program has it: it sees the library products of vcputop and nothing else.
let package = Package(
    name: "Outsider",
    dependencies: [.package(name: "vcputop", path: "../..")],
    targets: [
        .executableTarget(
            name: "Example",
            dependencies: [
                .product(name: "GuestVCPU", package: "vcputop"),
                .product(name: "QEMUHost", package: "vcputop"),
            ]),
        .executableTarget(
            name: "Outsider",
            dependencies: [
                .product(name: "GuestVCPU", package: "vcputop"),
                .product(name: "QAPI", package: "vcputop"),
                .product(name: "QEMUHost", package: "vcputop"),
            ]),
    ]
)
