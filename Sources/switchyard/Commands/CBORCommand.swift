import ArgumentParser
import Cryptography
import Wire

/// `switchyard cbor`.
struct CBORCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cbor", abstract: "Turns CBOR on standard input into diagnostic notation, or back."
  )

  @Flag(help: "Reads diagnostic notation and writes CBOR; on a terminal, as hexadecimal.")
  var encode = false

  @Flag(help: "Takes a sequence of items (RFC 8742), one a line, and not just one.")
  var sequence = false

  func run() async throws {
    try await ending { () async throws(StartFailure) in
      let input = try FileText.readInput()
      do throws(DecodeError) {
        if encode {
          let bytes = try CBORDiagnostic.parse(String(decoding: input, as: UTF8.self))
          if !sequence { try Self.checkCount(bytes) }
          if Terminal.isOutput {
            FileText.print(Hexadecimal.encode(bytes))
          } else {
            FileText.write(bytes, to: FileText.output)
          }
        } else if sequence {
          var items = CBORSequence(input)
          while let item = try items.nextBytes() { FileText.print(try CBORDiagnostic.print(item)) }
          try items.finish()
        } else {
          let text = try CBORDiagnostic.print(input)
          try Self.checkCount(input)
          FileText.print(text)
        }
      } catch {
        throw StartFailure(
          .refused, "\(error.message) (\(error.kind.rawValue)) at byte \(error.offset ?? 0)")
      }
    }
  }

  /// Refuses well-formed bytes that are not exactly one item.
  private static func checkCount(_ bytes: [UInt8]) throws(DecodeError) {
    var items = CBORSequence(bytes)
    guard let first = try items.nextBytes() else {
      throw DecodeError(.endInHead, at: 0, "there is no item")
    }
    guard first.count == bytes.count else {
      throw DecodeError(
        .trailingBytes, at: first.count, "there is more than one item; --sequence takes many")
    }
  }
}
