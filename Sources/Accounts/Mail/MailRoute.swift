package import Mail
package import Store
package import Wire

/// The way that mail takes: from whom, by which transport.
package struct MailRoute: Sendable {
  private let sender: String
  private let transport: any MailTransport
  /// Who waits for the transport.
  let pool: WorkerPool

  /// `sender` is the address that all mail is from.
  package init(sender: String, transport: any MailTransport) throws(StoreError) {
    self.sender = sender
    self.transport = transport
    pool = try WorkerPool(threads: 1, waitingMax: 16)
  }

  /// Hands over a short mail that says that mail arrives, past the outbox; blocks until it is.
  package func test(
    to recipient: EmailAddress, id: String, at now: Timestamp
  ) throws(MailFailure) {
    try deliver(.trial(to: recipient.text), id: id, at: now)
  }

  /// Blocks until the letter is handed over.
  func deliver(_ letter: Letter, id: String, at now: Timestamp) throws(MailFailure) {
    let message: MailMessage
    do throws(MailMessage.Refusal) {
      message = try MailMessage(
        id: id, sender: sender, recipient: letter.recipient, subject: letter.subject,
        text: letter.text, date: now.milliseconds)
    } catch {
      throw .permanent("no mail can have such a \(error)")
    }
    try transport.deliver(message)
  }
}
