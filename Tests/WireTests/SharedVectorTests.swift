import Testing

@testable import Wire

@Suite("vectors shared with other programs")
struct SharedVectorTests {
  @Test(
    "every verdict on CBOR is right, with kind and offset",
    arguments: ["cbor/rfc8949_appendix_f.jsonl", "cbor/generated_small.jsonl"])
  func verdicts(_ name: String) throws {
    for row in VectorFile.sharedRows(name) {
      let input = bytes(row.string("hex"))
      let refusal = Refusal.of { () throws(DecodeError) in _ = try WireValue(cbor: input) }
      switch row.string("class") {
      case "well-formed":
        let isValid =
          row.flag("utf8_ok") && !row.flag("dup_keys")
          && !Self.invalidTags.contains(row.string("id"))
        #expect((refusal == nil) == isValid, "\(row.string("id"))")
        guard isValid else { continue }
        let value = try WireValue(cbor: input)
        #expect(try CBORDiagnostic.parse(CBORDiagnostic.print(input)) == input)
        guard row.flag("deterministic") else { continue }
        // The label knows nothing of bignums that a shorter form holds (RFC 8949 §3.4.3): they
        // become it.
        #expect(value.cbor() == input || value.cbor().count < input.count, "\(row.string("id"))")
      default:
        #expect(refusal?.kind.rawValue == row.string("kind"), "\(row.string("id"))")
        #expect(refusal?.offset == row.number("err_off"), "\(row.string("id"))")
      }
    }
  }

  @Test("appendix A in the shared form reads, but for the vector that is forbidden now")
  func appendixA() throws {
    for row in VectorFile.sharedRows("cbor/appendix_a.json") {
      let input = bytes(row.string("hex"))
      let refusal = Refusal.of { () throws(DecodeError) in _ = try WireValue(cbor: input) }
      #expect((refusal != nil) == (row.string("hex") == "f818"))
      guard row.flag("roundtrip"), refusal == nil else { continue }
      #expect(try WireValue(cbor: input).cbor() == input)
    }
  }

  /// Well-formed, with a content that its tag cannot have, of which the labels say nothing
  /// (RFC 8949 §5.3.2): a date-time that is a map, a bignum that is an integer.
  private static let invalidTags: Set<String> = [
    "GS-g00044", "GS-g00048", "GS-g00080", "GS-g00096", "GS-g00099", "GS-g00151", "GS-g00157",
    "GS-g00238", "GS-g00254", "GS-g00271",
  ]

  /// RFC 8259 §4 leaves repeated names to the reader; here they are refused.
  private static let repeatedNames = [
    "y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json",
  ]

  @Test("JSONTestSuite: y_ is taken, n_ refused with an offset, i_ one of both")
  func suite() {
    guard let folder = VectorFile.shared.map({ $0 + "/json/test_parsing" }) else {
      print("skipped: the shared vectors json/test_parsing are not here")
      return
    }
    for name in VectorFile.names(in: folder) {
      guard let input = VectorFile.contents("\(folder)/\(name)") else { continue }
      let refusal = Refusal.of { () throws(DecodeError) in _ = try WireValue(json: input) }
      if Self.repeatedNames.contains(name) {
        #expect(refusal?.kind == .duplicateKey, "\(name)")
      } else if name.hasPrefix("y_") {
        #expect(refusal == nil, "\(name)")
      }
      if name.hasPrefix("n_") { #expect(refusal?.offset != nil, "\(name)") }
      guard refusal == nil, let value = try? WireValue(json: input) else { continue }
      #expect((try? WireValue(json: value.json())) == value, "\(name)")
    }
  }
}
