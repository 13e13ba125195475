/// A way on which messages leave this process.
package protocol MailTransport: Sendable {
  /// Blocks until the message is handed over.
  func deliver(_ message: MailMessage) throws(MailFailure)
}
