internal import Synchronization
package import Wire

/// An answer in memory, whatever its type: the same object is the same answer.
package protocol KnownAnswer: AnyObject, Sendable {
  /// The body in `format`; `title` heads a Markdown body and is the same at every call.
  func body(_ format: BodyFormat, title: String) -> [UInt8]
}

/// Looks in memory for the answer to one input; nil while it is not there.
package typealias KnownLookup = @Sendable () throws(Fault) -> (any KnownAnswer)?

/// A value that never changes, with its bodies: each is encoded when it is first asked for.
package final class EncodedOnce<Value: Coded>: KnownAnswer {
  package let value: Value
  private let bodies = Mutex(Bodies())

  package init(_ value: Value) { self.value = value }

  package func body(_ format: BodyFormat, title: String) -> [UInt8] {
    bodies.withLock { bodies in
      if let known = bodies[format] { return known }
      let body = format.encode(value, title: title)
      bodies[format] = body
      return body
    }
  }
}

/// A place for the body in each format.
private struct Bodies {
  private var json: [UInt8]?
  private var cbor: [UInt8]?
  private var markdown: [UInt8]?

  subscript(format: BodyFormat) -> [UInt8]? {
    get {
      switch format {
      case .json: json
      case .cbor: cbor
      case .markdown: markdown
      }
    }
    set {
      switch format {
      case .json: json = newValue
      case .cbor: cbor = newValue
      case .markdown: markdown = newValue
      }
    }
  }
}
