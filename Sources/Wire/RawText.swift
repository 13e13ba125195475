/// A body that is one text and nothing else.
package enum RawText {
  /// The text that `bytes` are; bytes that are not UTF-8 are refused at the first that is wrong.
  package static func read(_ bytes: [UInt8]) throws(DecodeError) -> String {
    guard let text = String(utf8: bytes.span) else {
      throw DecodeError(
        .invalidUTF8, at: UTF8Check.firstFault(in: bytes[...]), "these bytes are not UTF-8")
    }
    return text
  }
}
