import Wire

/// Open values from CBOR: what reads is written deterministically and in every form without loss.
@Sendable
func fuzzCBOR(_ bytes: [UInt8]) throws(BrokenProperty) {
  let value: WireValue
  do throws(DecodeError) {
    value = try WireValue(cbor: bytes)
  } catch {
    return try checkRefusal(error, of: bytes)
  }
  // Nine bytes for seven where a bignum fits in 64 bits; a count for a break in long containers.
  try hold(value.cbor().count <= bytes.count + bytes.count / 3, "no form is much shorter than ours")
  try checkNotation(of: bytes)
  try checkCBOR(value)
  try checkJSON(value)
}

/// Open values from JSON: what reads is written without loss, in every form.
@Sendable
func fuzzJSON(_ bytes: [UInt8]) throws(BrokenProperty) {
  let value: WireValue
  do throws(DecodeError) {
    value = try WireValue(json: bytes)
  } catch {
    return try checkRefusal(error, of: bytes)
  }
  let read = try own("JSON") { () throws(DecodeError) in try WireValue(json: value.json()) }
  try hold(read == value, "JSON reads as what was written")
  try checkCBOR(value)
  try checkJSON(value)
}

/// Diagnostic notation: what parses is CBOR that is printed and parses to the same bytes.
@Sendable
func fuzzDiagnostic(_ bytes: [UInt8]) throws(BrokenProperty) {
  let encoded: [UInt8]
  do throws(DecodeError) {
    encoded = try CBORDiagnostic.parse(String(decoding: bytes, as: UTF8.self))
  } catch {
    // A byte that is no UTF-8 becomes three in the text.
    guard let offset = error.offset else { throw BrokenProperty("a refusal without an offset") }
    return try hold((0...3 * bytes.count).contains(offset), "the offset is in the input")
  }
  try checkNotation(of: encoded)
}

/// A sequence gives the same items and the same refusal, whole and in two pieces.
@Sendable
func fuzzSequence(_ bytes: [UInt8]) throws(BrokenProperty) {
  let whole = Outcome(of: [bytes])
  for place in Set([0, 1, bytes.count / 3, bytes.count / 2, max(bytes.count, 1) - 1]) {
    let pieces = [[UInt8](bytes.prefix(place)), [UInt8](bytes.dropFirst(place))]
    try hold(Outcome(of: pieces) == whole, "a sequence does not depend on how it comes in")
  }
}

/// What came out of a sequence, and how it ended.
private struct Outcome: Equatable {
  var items: [WireValue] = []
  var refusal: DecodeError?

  init(of pieces: [[UInt8]]) {
    var sequence = CBORSequence()
    do throws(DecodeError) {
      for piece in pieces {
        sequence.append(piece)
        while let item = try sequence.next() { items.append(item) }
      }
      try sequence.finish()
    } catch {
      refusal = error
    }
  }
}

/// Markdown: whatever a value holds, every field is read back.
@Sendable
func fuzzMarkdown(_ bytes: [UInt8]) throws(BrokenProperty) {
  let value: WireValue
  do throws(DecodeError) {
    value = try WireValue(cbor: bytes)
  } catch {
    return try checkRefusal(error, of: bytes)
  }
  let document = String(decoding: Markdown.render(value, title: "Value"), as: UTF8.self)
  switch Result(catching: { () throws(MarkdownFault) in try MarkdownReader.read(document) }) {
  case .success(let read): try hold(read == value, "Markdown reads as what was written")
  case .failure(let fault): throw BrokenProperty("our own Markdown is refused: \(fault)")
  }
}
