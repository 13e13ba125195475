/// A message on its way, in plain text, to one recipient.
package struct MailMessage: Hashable, Sendable {
  /// What of a message cannot be sent.
  package enum Refusal: Error, Hashable, Sendable {
    /// The identifier is not made of 1 to 128 letters, digits, `-`, `_` and inner dots.
    case identifier
    /// The address is not of the plain form `local@domain` in ASCII.
    case sender, recipient
    /// There are more bytes than a message may have.
    case subject, text
  }

  /// Bytes that may be in an identifier, which is also a file's name.
  package static let identifierMax = 128
  /// Bytes of UTF-8 that a subject may have.
  package static let subjectMax = 1_024
  /// Bytes of UTF-8 that a text may have.
  package static let textMax = 1_048_576

  /// The left part of `Message-ID`, whose right one is the sender's domain.
  package let id: String
  package let sender: String
  package let recipient: String
  /// One line: control characters have become spaces.
  package let subject: String
  package let text: String
  /// Milliseconds since 1970.
  package let date: Int64
  private let domain: String

  /// Takes a message in, or says what of it no header may hold.
  package init(
    id: String, sender: String, recipient: String, subject: String, text: String, date: Int64
  ) throws(Refusal) {
    guard Self.isIdentifier(id) else { throw .identifier }
    guard let from = MailAddress(sender) else { throw .sender }
    guard let to = MailAddress(recipient) else { throw .recipient }
    guard subject.utf8.count <= Self.subjectMax else { throw .subject }
    guard text.utf8.count <= Self.textMax else { throw .text }
    self.id = id
    self.sender = from.text
    self.recipient = to.text
    self.subject = Self.line(subject)
    self.text = text
    self.date = date
    domain = from.domain
  }

  /// The message as RFC 5322 writes it, with CRLF at the end of each line.
  package var bytes: [UInt8] {
    let body = MessageBody(text)
    let fields = [
      "From: \(sender)",
      "To: \(recipient)",
      "Subject: \(HeaderText(subject, in: "Subject").folded)",
      "Date: \(MailDate(unixMilliseconds: date).text)",
      "Message-ID: <\(id)@\(domain)>",
      "MIME-Version: 1.0",
      "Content-Type: text/plain; charset=utf-8",
      "Content-Transfer-Encoding: \(body.encoding)",
      // RFC 3834 §5: answering machines do not answer it.
      "Auto-Submitted: auto-generated",
    ]
    return Array(fields.map { "\($0)\r\n" }.joined().utf8) + Array("\r\n".utf8) + body.bytes
  }

  private static func isIdentifier(_ text: String) -> Bool {
    let isNamed = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
        UInt8(ascii: "."):
        true
      default: false
      }
    }
    // Outer dots and two in a row are no `dot-atom` (RFC 5322 §3.6.4), and would hide a file.
    let isDotted = text.hasPrefix(".") || text.hasSuffix(".") || text.contains("..")
    return isNamed && !isDotted && (1...identifierMax).contains(text.utf8.count)
  }

  /// `text` with a space for each character that could end a line.
  private static func line(_ text: String) -> String {
    var line = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator: line.append(" ")
      default: line.append(scalar)
      }
    }
    return String(line)
  }
}
