import Testing

@Suite("Imports follow the picture")
struct ImportTests {
  @Test("every import has its arrow in the table")
  func importsHaveTheirArrow() {
    report(
      Repository.current.swiftFiles.flatMap { Reachable.findings(in: $0, table: Reachable.table) })
  }

  @Test("C stays behind its fences")
  func cStaysBehindItsFences() {
    report(Repository.current.swiftFiles.flatMap { Fence.findings(in: $0, table: Fence.table) })
  }

  @Test("every folder of Sources has a row")
  func foldersHaveRows() {
    let known = Set(Reachable.table.map(\.target))
    for target in Repository.current.folders(under: "Sources") where !known.contains(target) {
      report([Finding(path: "Sources/\(target)", line: 0, message: Reachable.unknown(target))])
    }
  }

  @Test("no arrow of the table goes up or round")
  func tableGoesDown() {
    #expect(Reachable.problems(in: Reachable.table) == [])
  }

  @Test("a table that is wrong says all that is wrong with it")
  func wrongTableIsRefused() {
    let table = [
      Reachable("Wire", ["Contract"]), Reachable("Contract", ["Wire"]), Reachable("Wire", []),
    ]
    #expect(
      Reachable.problems(in: table) == [
        "Wire imports Contract, whose row is not above its own",
        "Wire has two rows",
      ])
  }

  @Test("domains and halves do not see each other")
  func domainsAndHalvesAreApart() {
    let domains = ["Accounts", "Runs", "Brain", "Coach", "Ops"]
    let network = ["TLS", "HTTP2", "Negotiation", "Routing", "Gateway"]
    for row in Reachable.table where row.target != "switchyard" {
      #expect(row.modules.isDisjoint(with: domains), "\(row.target)")
      #expect(
        !domains.contains(row.target) || row.modules.isDisjoint(with: network), "\(row.target)")
    }
  }

  @Test(
    "a foreign import is found in each of its spellings",
    arguments: [
      "import Gateway", "package import Gateway", "private import struct Gateway.Listener",
      "@testable import Gateway", "internal import Gateway",
    ])
  func findsForeignImport(_ line: String) {
    let file = SourceFile(path: "Sources/Runs/Runner.swift", text: "// a note\n\n\(line)\n")
    #expect(
      Reachable.findings(in: file, table: Reachable.table).map(\.description) == [
        "Sources/Runs/Runner.swift:3: Runs may not import Gateway; instead: take what it needs "
          + "as a value or a protocol from a module in its row, and let the executable hand it over"
      ])
  }

  @Test("Foundation is nobody's", arguments: ["Foundation", "FoundationEssentials", "Dispatch"])
  func findsFoundation(_ module: String) {
    for row in Reachable.table {
      let file = SourceFile(path: "Sources/\(row.target)/Row.swift", text: "import \(module)")
      #expect(Reachable.findings(in: file, table: Reachable.table).count == 1, "\(row.target)")
    }
  }

  @Test("a domain does not import a domain")
  func findsSidewaysImport() {
    let file = SourceFile(path: "Sources/Runs/Runner.swift", text: "import Brain")
    #expect(Reachable.findings(in: file, table: Reachable.table).count == 1)
  }

  @Test("a target without a row is found")
  func findsUnknownTarget() {
    let file = SourceFile(path: "Sources/Drawer/Thing.swift", text: "")
    #expect(
      Reachable.findings(in: file, table: Reachable.table).map(\.description) == [
        "Sources/Drawer/Thing.swift: target Drawer has no row; instead: add it to "
          + "Tests/TidyTests/Reachable+Table.swift, below what it imports, "
          + "and to the picture in CONTRIBUTING.md"
      ])
  }

  @Test("words about imports are not imports")
  func proseIsNoImport() {
    let text = "// import Gateway\nlet line = \"import Gateway\"\nlet importGateway = 1\n"
    let file = SourceFile(path: "Sources/Runs/Runner.swift", text: text)
    #expect(Reachable.findings(in: file, table: Reachable.table) == [])
  }

  @Test("C outside its fence is found")
  func findsCOutsideItsFence() {
    let file = SourceFile(path: "Sources/Store/Database.swift", text: "private import CSQLite\n")
    #expect(
      Fence.findings(in: file, table: Fence.table).map(\.description) == [
        "Sources/Store/Database.swift:1: CSQLite is imported only behind its fence "
          + "(Sources/Store/SQLite); instead: add a small function there and call that"
      ])
  }

  @Test("C that reaches out of its fence is found")
  func findsCThatReachesOut() {
    let file = SourceFile(path: "Sources/Store/SQLite.swift", text: "package import CSQLite\n")
    #expect(
      Fence.findings(in: file, table: Fence.table).map(\.description) == [
        "Sources/Store/SQLite.swift:1: `package import CSQLite` lets C out of its fence; "
          + "instead: `private import CSQLite` and a type of our own in the signature"
      ])
  }

  @Test("a fence is quiet about what stands behind it")
  func fenceIsQuiet() {
    for fence in Fence.table {
      for prefix in fence.files {
        let path = prefix.hasSuffix(".swift") ? prefix : prefix + "Sample.swift"
        let file = SourceFile(path: path, text: "private import \(fence.module)\n")
        #expect(Fence.findings(in: file, table: Fence.table) == [])
      }
    }
  }
}
