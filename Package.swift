// swift-tools-version: 6.2
import PackageDescription

/// Every target is compiled as strictly as the compiler can.
let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error), .strictMemorySafety(), .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  // The debug build, in which every test runs, checks exclusive access at run time. In the release
  // it cost a tenth of the calls into the runtime.
  .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
]

/// The C libraries are linked from their archives: the release binary brings them along.
let archives: [LinkerSetting] = [
  .unsafeFlags([
    "-Xlinker", "-l:libsqlite3.a", "-Xlinker", "-l:libssl.a", "-Xlinker", "-l:libcrypto.a",
    "-Xlinker", "-l:libz.a",
  ])
]

/// Archives and the C++ runtime of the static standard library, for the binary that leaves this machine: `link`
/// holds linker scripts that put archives in the place of shared libraries, which lld understands and gold does not.
///
/// jemalloc takes the allocator's place there: blocks go from the loops to the writer and are freed on either, which
/// the C library's makes both pay for.
///
/// Functions of the same code become one, which takes a hundredth off the file: much of what is specialised for one
/// type is the same for another. Nothing here asks whether two functions are the same one. Addresses that are filled in
/// at the start are kept as a map of bits, which glibc reads since 2.36: two megabytes less.
let standalone: [LinkerSetting] =
  archives + [
    .unsafeFlags(
      [
        "-Xlinker", "-l:libjemalloc_pic.a", "-Xlinker", "--icf=all", "-Xlinker", "-z", "-Xlinker",
        "pack-relative-relocs", "-Xclang-linker",
        "--ld-path=\(Context.packageDirectory)/link/ld.lld", "-L",
        "\(Context.packageDirectory)/link", "-Xclang-linker", "-static-libgcc",
      ],
      .when(configuration: .release))
  ]

/// A target whose types are coded: its coding is generated from their declarations.
func coded(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(
    name: name, dependencies: dependencies, swiftSettings: strict, plugins: ["WireCoding"])
}

func plain(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// Coded types of tests stand in `WireSamples`: a test target with the plug-in would link the generator twice.
func tests(
  _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict,
    linkerSettings: archives)
}

let package = Package(
  name: "switchyard",
  products: [.executable(name: "switchyard", targets: ["switchyard"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
  ],
  targets: [
    .systemLibrary(name: "CCurl", path: "Sources/CCurl"),
    .systemLibrary(name: "CLinux", path: "Sources/CLinux"),
    .systemLibrary(name: "COpenSSL", path: "Sources/COpenSSL"),
    .systemLibrary(name: "CSQLite", path: "Sources/CSQLite"),
    .systemLibrary(name: "CZlib", path: "Sources/CZlib"),
    // What its `README.md` says came with it, in one unit of translation.
    .target(
      name: "CNghttp2", exclude: ["README.md", "library", "renew"],
      sources: ["nghttp2.c"],
      cSettings: [
        .headerSearchPath("library"), .define("HAVE_ARPA_INET_H"), .define("HAVE_NETINET_IN_H"),
        .define("HAVE_TIME_H"), .define("HAVE_CLOCK_GETTIME"),
        .define("HAVE_DECL_CLOCK_MONOTONIC", to: "1"),
      ]),
    .executableTarget(name: "WireGenerator", swiftSettings: strict),
    .plugin(name: "WireCoding", capability: .buildTool(), dependencies: ["WireGenerator"]),
    // Coding is specialised where the coded types are: every module may see Wire's bodies.
    .target(
      name: "Wire",
      swiftSettings: strict + [
        .unsafeFlags(["-enable-cmo-everything"], .when(configuration: .release))
      ]),
    .target(
      name: "Contract", dependencies: ["Wire"],
      swiftSettings: strict + [.enableExperimentalFeature("Lifetimes")]),
    plain("Cryptography", ["COpenSSL"]),
    plain("TLS", ["COpenSSL"]),
    plain("HTTP2", ["CNghttp2", "Contract"]),
    plain("Negotiation", ["CZlib", "Contract", "Wire"]),
    plain("Routing", ["Contract", "Negotiation", "Wire"]),
    plain("Gateway", ["CLinux", "Contract", "HTTP2", "Negotiation", "Routing", "TLS", "Wire"]),
    plain("Store", ["CSQLite"]),
    coded("Events", ["Contract", "Cryptography", "Store", "Wire"]),
    plain("Identity", ["Contract", "Cryptography", "Store", "Wire"]),
    plain("Curl", ["CCurl"]),
    plain("Mail", ["Curl"]),
    plain("Processes", ["CLinux"]),
    plain("Models", ["Contract", "Wire"]),
    coded(
      "Accounts",
      ["Contract", "Cryptography", "Events", "Identity", "Mail", "Store", "Wire"]),
    coded("Runs", ["Contract", "Cryptography", "Events", "Identity", "Models", "Store", "Wire"]),
    .executableTarget(
      name: "switchyard",
      dependencies: [
        "Accounts", "Contract", "Cryptography", "Curl", "Events", "Gateway", "HTTP2", "Identity",
        "Mail", "Models", "Negotiation", "Processes", "Routing", "Runs", "Store", "TLS", "Wire",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      resources: [
        .embedInCode("Docs/docs.html"), .embedInCode("Docs/docs.js"), .embedInCode("Docs/docs.css"),
      ],
      swiftSettings: strict, linkerSettings: standalone, plugins: ["WireCoding"]),
    .target(
      name: "WireSamples", dependencies: ["Wire"], path: "Tests/WireSamples",
      swiftSettings: strict, plugins: ["WireCoding"]),
    .target(
      name: "FuzzBodies",
      dependencies: [
        "Contract", "Cryptography", "HTTP2", "Identity", "Models", "Negotiation", "Routing", "Runs",
        "Wire",
      ],
      path: "fuzz/Bodies", swiftSettings: strict,
      plugins: ["WireCoding"]),
    .executableTarget(
      name: "codec-bench", dependencies: ["Wire"], path: "bench/codec", swiftSettings: strict,
      linkerSettings: [
        // The allocator of the server.
        .unsafeFlags(["-Xlinker", "-l:libjemalloc_pic.a"], .when(configuration: .release))
      ], plugins: ["WireCoding"]),
    .executableTarget(
      name: "rows-bench", dependencies: ["Contract", "Gateway", "HTTP2", "Routing", "TLS", "Wire"],
      path: "bench/rows", swiftSettings: strict, linkerSettings: standalone,
      plugins: ["WireCoding"]),
    tests("WireTests", ["FuzzBodies", "Wire", "WireSamples"], exclude: ["Vectors"]),
    tests("FuzzReplayTests", ["FuzzBodies"]),
    tests("WireGeneratorTests", ["Wire", "WireGenerator", "WireSamples"]),
    tests("ContractTests", ["Contract", "Wire"]),
    tests("CryptographyTests", ["Cryptography", "Wire"]),
    tests("TLSTests", ["TLS"]),
    tests("HTTP2Tests", ["Contract", "HTTP2"]),
    tests("NegotiationTests", ["Contract", "Negotiation", "Wire"]),
    tests("RoutingTests", ["Contract", "Negotiation", "Routing", "Wire"]),
    tests("StoreTests", ["Store"]),
    tests("CurlTests", ["Curl"], exclude: ["http_server.py"]),
    tests("ProcessesTests", ["Processes"]),
    tests("MailTests", ["Curl", "Mail"], exclude: ["smtp_server.py"]),
    tests("ModelsTests", ["Contract", "Models", "Wire"]),
    tests("EventsTests", ["Contract", "Events", "Store", "Wire"]),
    tests("IdentityTests", ["Contract", "Cryptography", "Identity", "Store", "Wire"]),
    tests(
      "AccountsTests",
      ["Accounts", "Contract", "Cryptography", "Events", "Identity", "Mail", "Store", "Wire"]),
    tests("RunsTests", ["Contract", "Events", "Identity", "Models", "Runs", "Store", "Wire"]),
    tests(
      "GatewayTests", ["Contract", "Gateway", "HTTP2", "Negotiation", "Routing", "TLS", "Wire"]),
    tests(
      "SwitchyardTests",
      ["Contract", "Curl", "Events", "Gateway", "Models", "Runs", "TLS", "Wire", "switchyard"]),
    tests("TidyTests", []),
  ]
)

// The fuzzing driver needs the compiler's fuzzer, which a plain build does not link.
if Context.environment["FUZZ"] != nil {
  package.targets += [
    .systemLibrary(name: "CFuzzer", path: "fuzz/CFuzzer"),
    .executableTarget(
      name: "fuzz-driver", dependencies: ["CFuzzer", "FuzzBodies"], path: "fuzz/Driver",
      swiftSettings: strict, linkerSettings: archives),
  ]
}
