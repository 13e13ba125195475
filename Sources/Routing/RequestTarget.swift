package import Contract
import Wire

/// The two parts of `:path` (RFC 9113 §8.3.1), the path decoded.
///
/// A path without escapes stays where it came in; any other is decoded once, before it is matched,
/// so that `/%68ealth` is `/health` and nothing can hide from a literal behind an escape.
package struct RequestTarget: Sendable {
  /// The decoded path, nil where it had no escapes and is read in the head.
  private let decoded: [UInt8]?
  private let path: Range<Int>
  /// The query as it came, without its question mark; a range of the head's bytes.
  let query: Range<Int>

  /// The target of a request; refused when it is no path, is too long or hides something.
  package init(_ head: borrowing FieldSection, limits: InterfaceLimits) throws(Fault) {
    guard let whole = head.path, let first = whole.first, head.bytes[first] == UInt8(ascii: "/")
    else { throw Self.refusal(.unexpectedByte, "the path does not begin with a slash") }
    guard whole.count <= limits.targetBytesMax else {
      throw Fault(
        .uriTooLong, "the path and its query are longer than \(limits.targetBytesMax) bytes",
        details: [Fault.Detail("limit", .integer(Int64(limits.targetBytesMax)))])
    }
    let (end, hasEscape) = try Self.scan(head.bytes.span, whole)
    query = end < whole.upperBound ? (end + 1)..<whole.upperBound : end..<end
    guard hasEscape else {
      decoded = nil
      path = whole.lowerBound..<end
      return
    }
    let bytes = try Self.decode(head.bytes[whole.lowerBound..<end])
    decoded = bytes
    path = bytes.indices
  }

  /// Where the path in `whole` ends, and whether it has an escape.
  private static func scan(
    _ bytes: Span<UInt8>, _ whole: Range<Int>
  ) throws(Fault) -> (end: Int, hasEscape: Bool) {
    let target = bytes.extracting(whole)
    var end = target.count
    var hasEscape = false
    for index in 0..<target.count {
      // SAFETY: the index is below the count.
      let byte = unsafe target[unchecked: index]
      // RFC 3986 §2: a URI is visible ASCII, and what is behind a number sign is never sent.
      guard byte &- 0x21 < 0x5e, byte != UInt8(ascii: "#") else {
        throw refusal(.unexpectedByte, "the path holds a byte that no URI has")
      }
      if byte == UInt8(ascii: "?") {
        end = min(end, index)
      } else if byte == UInt8(ascii: "%"), end == target.count {
        hasEscape = true
      }
    }
    return (whole.lowerBound + end, hasEscape)
  }

  /// The index of the resource that the path names.
  package func resource(in router: Router, _ head: borrowing FieldSection) -> Int? {
    guard let decoded else { return router.resource(for: head.bytes, path) }
    return router.resource(for: decoded, path)
  }

  /// The path's bytes, decoded.
  package func bytes(_ head: borrowing FieldSection) -> ArraySlice<UInt8> {
    (decoded ?? head.bytes)[path]
  }

  /// The path as text.
  func text(_ head: borrowing FieldSection) -> String {
    String(decoding: bytes(head), as: UTF8.self)
  }

  /// The segments that `places` name, in the order of the path, as parameters.
  func parameters(
    _ places: [(name: String, segment: Int)], _ head: borrowing FieldSection
  ) -> [Parameter] {
    guard let decoded else { return Self.parameters(places, head.bytes, path) }
    return Self.parameters(places, decoded, path)
  }

  private static func parameters(
    _ places: [(name: String, segment: Int)], _ bytes: [UInt8], _ path: Range<Int>
  ) -> [Parameter] {
    // Segments begin behind their slashes, the first of which begins the path.
    var segment = 0
    var start = path.lowerBound + 1
    var parameters: [Parameter] = []
    parameters.reserveCapacity(places.count)
    for place in places {
      var end = Self.slash(in: bytes.span, from: start, to: path.upperBound)
      while segment < place.segment {
        start = end + 1
        end = Self.slash(in: bytes.span, from: start, to: path.upperBound)
        segment += 1
      }
      let value = String(decoding: bytes[start..<end], as: UTF8.self)
      parameters.append(Parameter(name: place.name, value: value))
    }
    return parameters
  }

  /// Where the next slash stands, or where the path ends.
  private static func slash(in bytes: Span<UInt8>, from start: Int, to end: Int) -> Int {
    var place = start
    while place < end, bytes[place] != UInt8(ascii: "/") { place += 1 }
    return place
  }

  private static func decode(_ path: ArraySlice<UInt8>) throws(Fault) -> [UInt8] {
    // An escaped slash would move the borders of segments, a control character has no place in a
    // name.
    let slashes = path.count { $0 == UInt8(ascii: "/") }
    let decoded: [UInt8]
    do throws(DecodeError) {
      decoded = [UInt8](try PercentDecoding.text(path).utf8)
    } catch {
      throw Fault(error)
    }
    guard decoded.count(where: { $0 == UInt8(ascii: "/") }) == slashes,
      !decoded.contains(where: { $0 < 0x20 || $0 == 0x7f })
    else { throw refusal(.badEscape, "the path hides a slash or a control character") }
    return decoded
  }

  private static func refusal(_ kind: DecodeError.Kind, _ message: String) -> Fault {
    Fault(DecodeError(kind, at: nil, message))
  }
}
