import Mail

/// Messages of which a test says only what it is about.
enum Sample {
  /// 2024-02-29T12:00:00Z.
  static let date: Int64 = 1_709_208_000_000

  static func message(
    id: String = "m-1", sender: String = "no-reply@switchyard.test",
    recipient: String = "ada@example.org", subject: String = "Hello", text: String = "Hello.\n"
  ) throws(MailMessage.Refusal) -> MailMessage {
    try MailMessage(
      id: id, sender: sender, recipient: recipient, subject: subject, text: text, date: date)
  }

  /// The message as text, cut where its header ends.
  static func parts(_ message: MailMessage) -> (header: String, body: String) {
    let bytes = message.bytes
    let end = Array("\r\n\r\n".utf8)
    let start = bytes.indices.first { bytes[$0...].starts(with: end) } ?? bytes.count
    return (
      String(decoding: bytes[..<start], as: UTF8.self),
      String(decoding: bytes[start...].dropFirst(end.count), as: UTF8.self)
    )
  }
}
