import Contract
import Negotiation
import Routing
import Runs

/// `Accept`: letters of any case, and one field or several, mean the same.
@Sendable
func fuzzAccept(_ bytes: [UInt8]) throws(BrokenProperty) {
  let values = bytes.split(separator: 0, omittingEmptySubsequences: false).map { [UInt8]($0) }
  let header = AcceptHeader(head("accept", values))
  let flipped = AcceptHeader(head("accept", values.map(withCaseFlipped)))
  try hold(flipped.isSame(as: header), "the case of letters means nothing (RFC 9110 §8.3.1)")
  // What a quotation that does not end takes in depends on what follows it.
  guard !bytes.contains(UInt8(ascii: "\"")) else { return }
  let joined = [UInt8](values.joined(separator: [UInt8(ascii: ",")]))
  try hold(
    AcceptHeader(head("accept", [joined])).isSame(as: header),
    "fields of one name are one list (RFC 9110 §5.3)")
}

extension AcceptHeader {
  fileprivate func isSame(as other: AcceptHeader) -> Bool {
    choiceForAnswer == other.choiceForAnswer && choiceForFeed == other.choiceForFeed
      && choiceForRefusal == other.choiceForRefusal
  }
}

/// `Content-Type`: case means nothing, and what can be read is UTF-8.
@Sendable
func fuzzContentType(_ bytes: [UInt8]) throws(BrokenProperty) {
  let type = ContentType(head("content-type", [bytes]))
  let flipped = ContentType(head("content-type", [withCaseFlipped(bytes)]))
  try hold(flipped == type, "the case of letters means nothing (RFC 9110 §8.3.1)")
  guard case .readable = type else { return }
  let said = ContentType(head("content-type", [bytes + [UInt8](";charset=\"utf-8\"".utf8)]))
  try hold(said == type, "a charset that is UTF-8 changes nothing")
  let other = ContentType(head("content-type", [bytes + [UInt8](";charset=latin1".utf8)]))
  try hold(other == .unreadable, "a body in another charset is not read")
}

/// `Authorization`: what is taken for a token is one, and reads again as the same.
@Sendable
func fuzzAuthorization(_ bytes: [UInt8]) throws(BrokenProperty) {
  guard case .token(let token) = BearerCredential(head("authorization", [bytes])) else { return }
  let signs = Set("-._~+/=".utf8)
  try hold(
    token.allSatisfy { signs.contains($0) || isLetterOrDigit($0) },
    "a token has only the bytes of a token68 (RFC 9110 §11.2)")
  let again = BearerCredential(head("authorization", [[UInt8]("bEARER ".utf8) + token]))
  try hold(again == .token(token), "a token reads as the same under any spelling of the scheme")
}

/// `Idempotency-Key`: a key reads as the same when it is written as a string (RFC 8941 §3.3.3).
@Sendable
func fuzzIdempotencyKey(_ bytes: [UInt8]) throws(BrokenProperty) {
  guard let key = try? IdempotencyKey.read(head(IdempotencyKey.fieldName, [bytes])) else { return }
  var quoted: [UInt8] = [UInt8(ascii: "\"")]
  for byte in key {
    if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
      quoted.append(UInt8(ascii: "\\"))
    }
    quoted.append(byte)
  }
  quoted.append(UInt8(ascii: "\""))
  let again = try? IdempotencyKey.read(head(IdempotencyKey.fieldName, [quoted]))
  try hold(again == key, "a key in quotes is the same key")
}

/// A cursor has one spelling.
@Sendable
func fuzzCursor(_ bytes: [UInt8]) throws(BrokenProperty) {
  let text = String(decoding: bytes, as: UTF8.self)
  guard let cursor = RunCursor(text) else { return }
  let life = cursor.epoch.map { "@\($0)" } ?? ""
  try hold(cursor.position >= 0, "a cursor is not in front of the beginning")
  try hold(
    text == "\(cursor.position)\(life)" || text == "earliest\(life)",
    "a place has one spelling")
}

func head(_ name: StaticString, _ values: [[UInt8]]) -> FieldSection {
  var head = FieldSection()
  name.withUTF8Buffer { bytes in
    // SAFETY: a static string's bytes live as long as the program, and they are copied here.
    let name = unsafe [UInt8](bytes)
    for value in values { head.append(nameBytes: name.span, valueBytes: value.span) }
  }
  return head
}

private func withCaseFlipped(_ bytes: [UInt8]) -> [UInt8] {
  bytes.map { (0x41...0x5a).contains($0 & 0xdf) ? $0 ^ 0x20 : $0 }
}

private func isLetterOrDigit(_ byte: UInt8) -> Bool {
  (0x41...0x5a).contains(byte & 0xdf) || (0x30...0x39).contains(byte)
}
