/// Shows messages to whoever develops with this server, and sends none.
package struct LineTransport: MailTransport {
  /// Characters of a message's text that are shown.
  package static let textShownMax = 2_000

  private let write: @Sendable (String) -> Void

  /// Hands recipient, subject and text of each message to `write`.
  package init(write: @escaping @Sendable (String) -> Void) { self.write = write }

  package func deliver(_ message: MailMessage) {
    let shown = message.text.prefix(Self.textShownMax)
    let rest = shown.endIndex < message.text.endIndex ? "\u{2026}" : ""
    write("to \(message.recipient): \(message.subject)\n\(shown)\(rest)")
  }
}
