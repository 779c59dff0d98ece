// swift-tools-version: 6.2
import PackageDescription

/// Our own targets: Swift 6 language mode, and a warning is an error.
let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
  name: "station",
  products: [
    .executable(name: "station", targets: ["Station"]),
    .library(name: "SerialFlasher", targets: ["SerialFlasher"]),
    .library(name: "CertForge", targets: ["CertForge"]),
  ],
  // Exact versions: Package.resolved is not kept in git.
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
    .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
  ],
  targets: [
    .systemLibrary(
      name: "COpenSSL", path: "Sources/CertForge/COpenSSL", pkgConfig: "libssl libcrypto",
      providers: [.apt(["libssl-dev"])]),
    .systemLibrary(
      name: "CUdev", path: "Sources/SerialFlasher/CUdev", pkgConfig: "libudev",
      providers: [.apt(["libudev-dev"])]),
    .systemLibrary(
      name: "CZint", path: "Sources/Station/Label/CZint", providers: [.apt(["libzint-dev"])]),
    .target(name: "CSerialShims", path: "Sources/SerialFlasher/CSerialShims"),
    .target(
      name: "CertForge", dependencies: ["COpenSSL"], exclude: ["COpenSSL"], swiftSettings: strict),
    .target(
      name: "SerialFlasher", dependencies: ["CUdev", "CSerialShims"],
      exclude: ["CUdev", "CSerialShims"], swiftSettings: strict),
    .target(name: "CKernel", path: "Sources/Station/CKernel"),
    .executableTarget(
      name: "Station",
      dependencies: [
        "CKernel", "CZint", "CertForge", "SerialFlasher",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
        .product(name: "Yams", package: "Yams"),
      ],
      exclude: ["CKernel", "Label/CZint"], swiftSettings: strict),
    .testTarget(name: "CertForgeTests", dependencies: ["CertForge"], swiftSettings: strict),
    .target(
      name: "HubDriverContract", dependencies: ["SerialFlasher"], path: "Tests/HubDriverContract",
      swiftSettings: strict),
    .executableTarget(
      name: "UdevForge", dependencies: ["SerialFlasher"], path: "Tests/UdevForge", swiftSettings: strict),
    .testTarget(
      name: "SerialFlasherTests",
      dependencies: ["SerialFlasher", "CSerialShims", "HubDriverContract", "UdevForge"],
      swiftSettings: strict),
    .target(
      name: "TearingStorage", path: "Tests/TearingStorage", linkerSettings: [.linkedLibrary("sqlite3")]),
    .testTarget(
      name: "StationTests",
      dependencies: [
        "Station", "CertForge", "SerialFlasher", "HubDriverContract", "TearingStorage",
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
