import Contract
import Negotiation

/// Messages of gRPC: the same whatever pieces they come in, and when they are framed again.
@Sendable
func fuzzMessages(_ bytes: [UInt8]) throws(BrokenProperty) {
  guard let control = bytes.first else { return }
  let rest = [UInt8](bytes.dropFirst())
  let coding: GRPCCoding = control & 1 == 0 ? .identity : .gzip
  let whole = read(rest, coding, piece: max(rest.count, 1))
  try hold(
    read(rest, coding, piece: 1 + Int(control >> 1)) == whole,
    "messages do not depend on the pieces they come in")
  try hold(
    whole.messages.allSatisfy { $0.count <= messageBytesMax }, "no message is above the limit")
  let again = read(
    whole.messages.flatMap { GRPCMessage.framed($0) }, .identity, piece: max(rest.count, 1))
  try hold(
    again == Reading(messages: whole.messages, refusal: nil), "what was read reads again")
  try hold(unpacks(rest), "what was packed unpacks as the same, and fits its limit exactly")
  try holdTimeout(rest)
}

private let messageBytesMax = 4096

/// What came of reading.
private struct Reading: Equatable {
  var messages: [[UInt8]] = []
  var refusal: FaultCode?
}

private func read(_ bytes: [UInt8], _ coding: GRPCCoding, piece: Int) -> Reading {
  var reader = GRPCMessageReader(coding, limit: messageBytesMax)
  var reading = Reading()
  var start = 0
  do throws(Fault) {
    while start < bytes.count {
      let end = min(start + piece, bytes.count)
      reader.append([UInt8](bytes[start..<end]))
      start = end
      while let message = try reader.next() { reading.messages.append(message) }
    }
    try reader.finish()
  } catch {
    reading.refusal = error.code
  }
  return reading
}

private func unpacks(_ bytes: [UInt8]) -> Bool {
  do throws(Gzip.Failure) {
    return try Gzip.inflated(Gzip.deflated(bytes), limit: bytes.count) == bytes
  } catch {
    return false
  }
}

/// What is taken for a timeout is spelt as one, and leading zeros mean nothing.
private func holdTimeout(_ bytes: [UInt8]) throws(BrokenProperty) {
  let field = [UInt8](bytes.prefix(10))
  guard let nanoseconds = timeout(field) else { return }
  try hold((2...9).contains(field.count), "a timeout has one to eight digits and a unit")
  try hold(nanoseconds >= 0, "a timeout is never in the past")
  guard field.count < 9 else { return }
  try hold(
    timeout([UInt8(ascii: "0")] + field) == nanoseconds, "leading zeros of a timeout mean nothing")
}

private func timeout(_ field: [UInt8]) -> Int64? {
  do throws(Fault) {
    return try GRPCTimeout.nanoseconds(head("grpc-timeout", [field]))
  } catch {
    return nil
  }
}
