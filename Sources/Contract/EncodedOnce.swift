internal import Synchronization
package import Wire

/// A value that never changes, with its bodies: each is encoded when it is first asked for.
package final class EncodedOnce<Value: Coded>: Sendable {
  package let value: Value
  private let bodies = Mutex<[BodyFormat: [UInt8]]>([:])

  package init(_ value: Value) { self.value = value }

  /// The body in `format`; `title` heads a Markdown body and is the same at every call.
  package func body(_ format: BodyFormat, title: String) -> [UInt8] {
    bodies.withLock { bodies in
      if let known = bodies[format] { return known }
      let body = format.encode(value, title: title)
      bodies[format] = body
      return body
    }
  }
}
