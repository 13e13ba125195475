package import Contract

/// The wire format of protocol buffers, as far as gRPC's own services need it: numbers and
/// length-delimited fields.
package enum Protobuf {
  /// One field of a message.
  package enum Value: Hashable, Sendable {
    case number(UInt64)
    case bytes([UInt8])
    /// A fixed32 or fixed64, which no service here reads.
    case fixed
  }

  /// The fields of `message`, in their order.
  package static func fields(
    of message: [UInt8]
  ) throws(Fault) -> [(number: UInt64, value: Value)] {
    var reader = ProtobufReader(message)
    var fields: [(number: UInt64, value: Value)] = []
    while let field = try reader.field() { fields.append(field) }
    return fields
  }

  /// The last text in field `number`, which is empty when there is none (proto3).
  package static func text(
    _ number: UInt64, of message: [UInt8]
  ) throws(Fault) -> String {
    var text = ""
    for field in try fields(of: message) where field.number == number {
      guard case .bytes(let bytes) = field.value,
        let found = String(validating: bytes, as: UTF8.self)
      else { throw Fault(.malformed, "field \(number) of the message is no text") }
      text = found
    }
    return text
  }

  /// Appends a number; zero is the default and left out (proto3).
  package static func append(_ value: UInt64, as number: UInt64, to message: inout [UInt8]) {
    guard value != 0 else { return }
    append(varint: number << 3, to: &message)
    append(varint: value, to: &message)
  }

  /// Appends bytes, a text or a message.
  package static func append(_ bytes: [UInt8], as number: UInt64, to message: inout [UInt8]) {
    append(varint: number << 3 | 2, to: &message)
    append(varint: UInt64(bytes.count), to: &message)
    message += bytes
  }

  private static func append(varint value: UInt64, to message: inout [UInt8]) {
    var rest = value
    while rest > 0x7f {
      message.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    message.append(UInt8(truncatingIfNeeded: rest))
  }
}

/// Reads one message.
private struct ProtobufReader {
  private var rest: ArraySlice<UInt8>

  init(_ message: [UInt8]) { rest = message[...] }

  mutating func field() throws(Fault) -> (number: UInt64, value: Protobuf.Value)? {
    guard !rest.isEmpty else { return nil }
    let key = try varint()
    guard key >> 3 != 0, key >> 32 == 0 else { throw malformed }
    switch key & 7 {
    case 0: return (key >> 3, .number(try varint()))
    case 1:
      _ = try bytes(8)
      return (key >> 3, .fixed)
    case 2: return (key >> 3, .bytes(try bytes(try varint())))
    case 5:
      _ = try bytes(4)
      return (key >> 3, .fixed)
    default: throw malformed
    }
  }

  private mutating func varint() throws(Fault) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), through: 63, by: 7) {
      guard let byte = rest.popFirst() else { throw malformed }
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
    }
    throw malformed
  }

  private mutating func bytes(_ count: UInt64) throws(Fault) -> [UInt8] {
    guard count <= UInt64(rest.count) else { throw malformed }
    defer { rest = rest.dropFirst(Int(count)) }
    return [UInt8](rest.prefix(Int(count)))
  }

  private var malformed: Fault { Fault(.malformed, "the message is no protocol buffer") }
}
