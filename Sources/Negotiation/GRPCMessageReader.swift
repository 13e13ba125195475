package import Contract
import Wire

/// How the messages of a gRPC call are compressed (gRPC, "Compression").
package enum GRPCCoding: Hashable, Sendable {
  case identity
  case gzip

  /// The codings that messages are read in, as `grpc-accept-encoding` lists them.
  package static let offers: StaticString = "identity, gzip"

  /// What `grpc-encoding` says.
  package init(_ head: borrowing FieldSection) throws(Fault) {
    guard let value = head.first("grpc-encoding") else {
      self = .identity
      return
    }
    if head.equals(value, "identity") {
      self = .identity
    } else if head.equals(value, "gzip") {
      self = .gzip
    } else {
      throw Fault(.unimplemented, "grpc-encoding: messages are read in \(Self.offers) alone")
    }
  }
}

extension GRPCCoding {
  private var name: StaticString {
    switch self {
    case .identity: "identity"
    case .gzip: "gzip"
    }
  }

  /// Whether `grpc-accept-encoding` names this coding; who sends none reads what it writes.
  package func isAccepted(by head: borrowing FieldSection) -> Bool {
    let values = head.all("grpc-accept-encoding")
    return values.isEmpty
      || values.contains { value in
        head.bytes[value].split(separator: UInt8(ascii: ",")).contains { member in
          let name = member.filter { $0 != 0x20 && $0 != 0x09 }
          return String(decoding: name, as: UTF8.self) == "\(self.name)"
        }
      }
  }
}

/// Takes the bytes of a call as they come and gives its messages (gRPC over HTTP/2,
/// "Length-Prefixed-Message"): a flag, four bytes of length, the content.
///
/// Nothing is set aside for a length that was only announced.
package struct GRPCMessageReader: Sendable {
  /// The bytes in front of each message.
  package static let prefixBytes = 5

  private let coding: GRPCCoding
  private let limit: Int
  private var bytes: [UInt8] = []
  private var taken = 0

  /// A reader of messages of at most `limit` bytes, compressed or not.
  package init(_ coding: GRPCCoding, limit: Int) {
    self.coding = coding
    self.limit = limit
  }

  /// Takes what came next.
  package mutating func append(_ more: [UInt8]) {
    if taken == bytes.count {
      bytes = more
      taken = 0
    } else {
      bytes.removeFirst(taken)
      taken = 0
      bytes += more
    }
  }

  /// The next message; nil until it has come whole.
  package mutating func next() throws(Fault) -> [UInt8]? {
    let rest = bytes[taken...]
    guard rest.count >= Self.prefixBytes else { return nil }
    let flag = rest[taken]
    guard flag <= 1 else {
      throw Fault(.misframed, "a message begins with \(flag), not with 0 or 1 for compressed")
    }
    guard flag == 0 || coding != .identity else {
      throw Fault(.misframed, "a message is compressed, and no grpc-encoding says how")
    }
    let length = rest.dropFirst().prefix(4).reduce(0) { $0 << 8 | Int($1) }
    guard length <= limit else { throw tooLong }
    let start = taken + Self.prefixBytes
    guard length <= bytes.count - start else { return nil }
    taken = start + length
    let content = [UInt8](bytes[start..<taken])
    return flag == 0 ? content : try inflated(content)
  }

  /// Refuses what is left: a message that ends before its announced length.
  package func finish() throws(Fault) {
    guard taken == bytes.count else {
      throw Fault(.misframed, "the last message is shorter than its prefix says")
    }
  }

  private func inflated(_ content: [UInt8]) throws(Fault) -> [UInt8] {
    do throws(Gzip.Failure) {
      return try Gzip.inflated(content, limit: limit)
    } catch {
      switch error {
      case .tooLong: throw tooLong
      case .damaged: throw Fault(.misframed, "a compressed message is no gzip")
      }
    }
  }

  private var tooLong: Fault {
    Fault(
      .contentTooLarge, "a message is longer than \(limit) bytes",
      details: [Fault.Detail("limit", .integer(Int64(limit)))])
  }
}

extension GRPCMessageReader {
  /// The one message of a call that sends one.
  package static func only(
    in body: [UInt8], _ coding: GRPCCoding, limit: Int
  ) throws(Fault) -> [UInt8] {
    var reader = GRPCMessageReader(coding, limit: limit)
    reader.append(body)
    guard let message = try reader.next() else {
      try reader.finish()
      throw Fault(.unimplemented, "this method takes one message, and there was none")
    }
    guard try reader.next() == nil else {
      throw Fault(.unimplemented, "this method takes one message, and there were more")
    }
    try reader.finish()
    return message
  }
}

/// Writes the messages of a gRPC call.
package enum GRPCMessage {
  /// The content behind its prefix.
  package static func framed(_ content: [UInt8], isCompressed: Bool = false) -> [UInt8] {
    let length = UInt32(truncatingIfNeeded: content.count)
    precondition(content.count == Int(length), "a message of more than 4 GiB")
    var message: [UInt8] = []
    message.reserveCapacity(GRPCMessageReader.prefixBytes + content.count)
    message.append(isCompressed ? 1 : 0)
    for shift in stride(from: UInt32(24), through: 0, by: -8) {
      message.append(UInt8(truncatingIfNeeded: length >> shift))
    }
    message += content
    return message
  }
}
