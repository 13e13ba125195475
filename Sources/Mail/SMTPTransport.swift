package import Curl

/// Hands messages to a mail server (RFC 5321), each on a connection of its own.
///
/// The protocol is libcurl's. The process must ignore `SIGPIPE`, which libcurl leaves to it.
package struct SMTPTransport: MailTransport, CustomStringConvertible {
  /// When a connection is encrypted; credentials make `opportunistic` `required`.
  package typealias Encryption = CurlMailPlan.Encryption

  /// Why settings give no transport.
  package enum Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    case noLibrary
    case address
    case credentials

    package var description: String {
      switch self {
      case .noLibrary:
        "sending mail needs \(CurlLibrary.missing)"
      case .address:
        "the mail server's address is not of the form smtp://host:port or smtps://host:port"
      case .credentials:
        "the mail server's user and password are given both or not at all, without control "
          + "characters"
      }
    }
  }

  private let library: CurlLibrary
  private let plan: CurlMailPlan

  /// Takes a server's address (`smtp://host:587`), who sends, and a file of certificates to trust
  /// in place of the machine's; loads libcurl.
  ///
  /// A server that stops answering is given up after `timeoutSeconds`, or twice that when it does
  /// not take the farewell either.
  package init(
    url: String, user: String?, password: String?, tls: Encryption, authority: String?,
    timeoutSeconds: Int
  ) throws(Refusal) {
    guard let address = SMTPAddress(url) else { throw .address }
    let isPair = (user == nil) == (password == nil)
    let secrets = [user, password].compactMap(\.self)
    guard isPair, secrets.allSatisfy(Self.isPrintable), user != "" else { throw .credentials }
    guard let library = CurlLibrary.shared else { throw .noLibrary }
    self.library = library
    plan = CurlMailPlan(
      CurlDestination(url: address.url, authority: authority, timeoutSeconds: timeoutSeconds),
      user: user, password: password,
      encryption: tls == .opportunistic && user != nil ? .required : tls)
  }

  /// The address alone, so that no credential is ever written by mistake.
  package var description: String { plan.url }

  package func deliver(_ message: MailMessage) throws(MailFailure) {
    let mail = CurlMail(
      sender: message.sender, recipient: message.recipient, bytes: message.bytes)
    switch library.send(mail, by: plan) {
    case .accepted: return
    // RFC 4954: what these ask for, an operator can give.
    case .refused(let reply) where [530, 534, 535, 538].contains(reply):
      throw .temporary("the mail server wants other credentials (\(reply))")
    case .refused(let reply): throw .permanent("the mail server refused the message (\(reply))")
    case .failed(let text): throw .temporary(text)
    }
  }

  private static func isPrintable(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
  }
}
