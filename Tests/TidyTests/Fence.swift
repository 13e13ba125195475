/// The files that may import a module of C; to all others it does not exist.
struct Fence: Sendable {
  let module: String
  /// Prefixes of the paths that stand behind the fence.
  let files: [String]

  init(_ module: String, _ files: [String]) {
    self.module = module
    self.files = files
  }

  // swift-format-ignore
  static let table: [Fence] = [
    //    module       behind it
    Fence("CNghttp2",  ["Sources/HTTP2/Nghttp2"]),
    Fence("COpenSSL",  ["Sources/TLS/OpenSSL", "Sources/Cryptography/OpenSSL"]),
    Fence("CSQLite",   ["Sources/Store/SQLite"]),
    Fence("CZlib",     ["Sources/Negotiation/Zlib"]),
    Fence("CCurl",     ["Sources/Curl/Curl"]),
    Fence("CLinux",    ["Sources/Gateway/", "Sources/Processes/System.swift"]),
    Fence("Glibc",     ["Sources/Gateway/", "Sources/Mail/System.swift", "Sources/Processes/System.swift", "Sources/Store/System.swift", "Sources/Store/SystemTree.swift", "Sources/switchyard/", "Sources/WireGenerator/"]),
  ]

  /// Imports of C that stand outside their fence, or that reach beyond their own module.
  static func findings(in file: SourceFile, table: [Fence]) -> [Finding] {
    guard file.target != nil else { return [] }
    return Reachable.imports(of: file).flatMap { line, reach, module in
      table.filter { $0.module == module }.flatMap { fence in
        fence.messages(for: file, reach: reach).map { file.finding(line: line, $0) }
      }
    }
  }

  /// Whether a file is named for the library it fences off, rather than for a type.
  static func isFence(_ file: SourceFile) -> Bool {
    table.contains { fence in
      fence.files.contains { !$0.hasSuffix("/") && file.path.hasPrefix($0) }
    }
  }

  private func messages(for file: SourceFile, reach: String) -> [String] {
    var messages: [String] = []
    if !file.isUnder(files) { messages.append(outside) }
    if ["package", "public"].contains(reach) { messages.append(reaching(reach)) }
    return messages
  }

  var outside: String {
    "\(module) is imported only behind its fence (\(files.joined(separator: ", "))); "
      + "instead: add a small function there and call that"
  }

  func reaching(_ reach: String) -> String {
    "`\(reach) import \(module)` lets C out of its fence; instead: `private import \(module)` "
      + "and a type of our own in the signature"
  }
}
