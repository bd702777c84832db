// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [.swiftLanguageMode(.v6)]

let package = Package(
  name: "Martlet",
  products: [
    .library(name: "Martlet", targets: ["Martlet"]),
    .library(name: "MartletVision", targets: ["MartletVision"]),
    .executable(name: "martlet", targets: ["martlet"]),
    .executable(name: "martlet-bench", targets: ["martlet-bench"]),
    .executable(name: "martlet-first-step", targets: ["martlet-first-step"]),
    .executable(name: "martlet-conformance", targets: ["martlet-conformance"]),
    .executable(name: "martlet-lessons", targets: ["martlet-lessons"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
  ],
  targets: [
    // Debian's libraries; Scripts/setup.sh installs them.
    .systemLibrary(name: "COneDNN", providers: [.apt(["libdnnl-dev"])]),
    .systemLibrary(name: "CJSON", providers: [.apt(["libcjson-dev"])]),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CZip", providers: [.apt(["libzip-dev"])]),
    .systemLibrary(name: "CPNG", providers: [.apt(["libpng-dev"])]),

    .target(name: "CKernels", linkerSettings: [.linkedLibrary("gomp"), .linkedLibrary("m")]),
    .target(
      name: "Martlet",
      dependencies: ["CKernels", "COneDNN", "CJSON", "CZlib", "CZip"],
      swiftSettings: settings),
    .target(
      name: "MartletVision", dependencies: ["Martlet", "CPNG"], swiftSettings: settings),

    .executableTarget(
      name: "martlet",
      dependencies: [
        "Martlet", "MartletVision",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),
    .target(
      name: "Workloads", dependencies: ["Martlet", "ExampleModels"], path: "Benchmarks/Workloads",
      swiftSettings: settings),
    .executableTarget(
      name: "martlet-bench",
      dependencies: [
        "Martlet", "Workloads",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Benchmarks/Bench", swiftSettings: settings),
    .executableTarget(
      name: "martlet-first-step", dependencies: ["Martlet", "Workloads"],
      path: "Benchmarks/FirstStep", swiftSettings: settings),
    .executableTarget(
      name: "martlet-conformance",
      dependencies: [
        "Martlet", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Tests/Conformance", exclude: ["KNOWN.md"], swiftSettings: settings),
    .target(
      name: "ExampleModels", dependencies: ["Martlet"], path: "Examples/Models",
      swiftSettings: settings),
    .executableTarget(
      name: "martlet-lessons",
      dependencies: [
        "Martlet", "MartletVision", "ExampleModels",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Examples", exclude: ["README.md", "Models"], swiftSettings: settings),

    .testTarget(
      name: "MartletTests", dependencies: ["Martlet", "MartletVision", "martlet-lessons"],
      swiftSettings: settings),
    .testTarget(
      name: "MartletVisionTests", dependencies: ["MartletVision"], swiftSettings: settings),
  ]
)
