package import Wire

/// Camel case, but for one property.
package struct CamelNames: Coded, Hashable {
  static let naming: Naming = .camelCase(except: ["issuerDID": "iss"])

  package let runID: Int
  package let artifactURL: String
  package let issuerDID: String
  package let durationMs: Int64
}

/// Names of single properties.
package struct OwnNames: Coded, Hashable {
  static let naming: Naming = .named(["sessionID": "sid", "kind": "type"])

  package let sessionID: String
  package let kind: String
  package let createdAt: Int
}

/// A name of 24 bytes, where the CBOR head has a second byte, and one of 23.
package struct LongNames: Coded, Hashable {
  package let abcdefghijklmnopqrstuvwx: Bool
  package let abcdefghijklmnopqrstuvw: Bool
}

/// Properties that are called like what the generated coding uses.
package struct TakenNames: Coded, Hashable {
  package let seen: Int
  package let seenFields: Int
  package let source: Source
  package let sink: Int
  package let index: Int
  package let error: Int
  package let draft: Int
  package let offset: Int
  package let count: Int?
  package let fields: Int
  package let schema: Int
  package let finish: Int
  package let merge: Int
  package let `default`: Int
  package let `in`: Patch<Int>
}

/// A type of this module with the name of a protocol of Wire.
package enum Source: String, Coded {
  case near, far
}
