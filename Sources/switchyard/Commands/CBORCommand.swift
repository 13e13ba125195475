import ArgumentParser
import Glibc
import Wire

/// `switchyard cbor`.
struct CBORCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cbor", abstract: "Turns CBOR on standard input into diagnostic notation, or back."
  )

  @Flag(help: "Reads diagnostic notation and writes CBOR.")
  var encode = false

  @Flag(help: "Reads a sequence of items (RFC 8742), one a line.")
  var sequence = false

  func run() async throws {
    try await ending { () async throws(StartFailure) in
      let input = try FileText.readInput()
      do throws(DecodeError) {
        if encode {
          FileText.write(
            try CBORDiagnostic.parse(String(decoding: input, as: UTF8.self)), to: STDOUT_FILENO)
        } else if sequence {
          var items = CBORSequence(input)
          while let item = try items.nextBytes() { FileText.print(try CBORDiagnostic.print(item)) }
          try items.finish()
        } else {
          FileText.print(try CBORDiagnostic.print(input))
        }
      } catch {
        throw StartFailure(
          .refused, "\(error.message) (\(error.kind.rawValue)) at byte \(error.offset ?? 0)")
      }
    }
  }
}
