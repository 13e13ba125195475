/// Three readings of one Swift text, alike in length and lines, each blank where it has no part.
///
/// A rule about code must not be tripped by prose, and a rule about prose not by code.
struct SwiftText: Sendable {
  let code: String
  let comments: String
  let strings: String

  init(_ text: String) {
    var scanner = SwiftScanner(Array(text.utf8))
    scanner.scan()
    code = String(decoding: scanner.code, as: UTF8.self)
    comments = String(decoding: scanner.comments, as: UTF8.self)
    strings = String(decoding: scanner.strings, as: UTF8.self)
  }
}
