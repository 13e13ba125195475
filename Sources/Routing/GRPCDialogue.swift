package import Contract

/// A call of one of gRPC's own services, whose messages are protocol buffers by contract and come
/// and go as the two sides please.
package protocol GRPCDialogue: Sendable {
  /// What the call waits for.
  var stage: GRPCStage { get }

  /// The answers to one message of the client.
  mutating func answer(_ message: [UInt8]) throws(Fault) -> [[UInt8]]

  /// What is to be said of the server's readiness.
  mutating func hear(isReady: Bool) -> [[UInt8]]

  /// Takes note that the client has said its last word.
  mutating func finish() throws(Fault)
}

/// What a dialogue waits for.
package enum GRPCStage: Hashable, Sendable {
  /// The client's next message.
  case listening
  /// Whether the server is ready, which is asked at once.
  case asking
  /// Whether the server is ready, from time to time.
  case watching
  /// Nothing: it ends in success.
  case done
}

extension GRPCDialogue {
  package mutating func hear(isReady: Bool) -> [[UInt8]] { [] }
}

/// gRPC's own services by the paths of their methods.
enum GRPCServices {
  /// The facts of one method; `names` are the services of the table of methods.
  struct Row: Sendable {
    let path: StaticString
    let begin: @Sendable (_ names: [String]) -> any GRPCDialogue
  }

  // Clients before 2024 know reflection by its older name alone; its messages are the same.
  // swift-format-ignore
  static let rows: [Row] = [
    Row(path: "/grpc.health.v1.Health/Check",                                   begin: { GRPCHealth(names: $0, isWatching: false) }),
    Row(path: "/grpc.health.v1.Health/Watch",                                   begin: { GRPCHealth(names: $0, isWatching: true) }),
    Row(path: "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",      begin: { GRPCReflection(names: $0) }),
    Row(path: "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", begin: { GRPCReflection(names: $0) }),
  ]

  /// What all paths begin with.
  static let prefix = [UInt8]("/grpc.".utf8)

  /// The names of the services in `rows`, each once.
  static let names: [String] = unique(rows.map { service(of: "\($0.path)".dropFirst()) })

  /// The service of a method's name: what stands before the slash.
  static func service(of name: some StringProtocol) -> String { String(name.prefix { $0 != "/" }) }

  /// Each name once, in its first place.
  static func unique(_ names: [String]) -> [String] {
    names.reduce(into: []) { unique, name in
      if !unique.contains(name) { unique.append(name) }
    }
  }
}
