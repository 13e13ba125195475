/// Puts each message as `<id>.eml` into a folder, for who reads mail from there and for tests.
package struct FileTransport: MailTransport {
  private let folder: WholeFiles

  /// Takes a folder, which the first message makes for this user alone; its parent must be there.
  package init(folder: String) { self.folder = WholeFiles(folder: folder) }

  /// Writes the message under its final name once the disk has it; a message with the same
  /// identifier is replaced.
  package func deliver(_ message: MailMessage) throws(MailFailure) {
    do throws(SystemFailure) {
      try folder.write(message.bytes, as: "\(message.id).eml")
    } catch {
      throw .temporary("the mail folder \(folder.folder) cannot be written: \(error)")
    }
  }
}
