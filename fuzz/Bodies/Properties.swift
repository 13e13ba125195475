import Wire

/// What `read` gives; a refusal of what we wrote ourselves breaks the property.
func own<Value>(
  _ what: String, _ read: () throws(DecodeError) -> Value
) throws(BrokenProperty) -> Value {
  do throws(DecodeError) {
    return try read()
  } catch {
    throw BrokenProperty("our own \(what) is refused: \(error)")
  }
}

/// A refusal points into the bytes and says what is wrong.
func checkRefusal(_ error: DecodeError, of bytes: [UInt8]) throws(BrokenProperty) {
  guard let offset = error.offset else { throw BrokenProperty("a refusal without an offset") }
  try hold((0...bytes.count).contains(offset), "the offset of a refusal is in the input")
  try hold(!error.message.isEmpty, "a refusal has a sentence")
}

/// Encoded CBOR reads as the value, is written again byte by byte, and is noted without loss.
func checkCBOR(_ value: WireValue) throws(BrokenProperty) {
  let encoded = value.cbor()
  let read = try own("CBOR") { () throws(DecodeError) in
    try WireValue(cbor: encoded, limits: .ours)
  }
  try hold(read == value, "CBOR reads as what was written")
  try hold(read.hashValue == value.hashValue, "equal values have one hash")
  try hold(read.cbor() == encoded, "CBOR is written deterministically")
  try checkNotation(of: encoded)
}

/// Diagnostic notation of valid CBOR parses to the same bytes.
func checkNotation(of bytes: [UInt8]) throws(BrokenProperty) {
  let back = try own("notation") { () throws(DecodeError) in
    try CBORDiagnostic.parse(
      CBORDiagnostic.print(bytes, limits: .ours), limits: .ours)
  }
  try hold(back == bytes, "the notation stands for the same bytes")
}

/// JSON of any value is a text that reads, is stored as it is and goes over into CBOR as it reads.
func checkJSON(_ value: WireValue) throws(BrokenProperty) {
  let text = value.json()
  let read = try own("JSON") { () throws(DecodeError) in
    try WireValue(json: text, limits: .ours)
  }
  try hold(read.json() == text, "JSON is written as it reads")
  let stored = StoredJSON(encoding: value)
  try hold(stored.bytes == text, "what is stored is the JSON")
  try hold(stored.cbor() == read.cbor(), "stored JSON goes over into CBOR as it reads")
  let canonical = value.canonicalJSON()
  let again = try own("canonical JSON") { () throws(DecodeError) in
    try WireValue(json: canonical, limits: .ours)
  }
  try hold(again.canonicalJSON() == canonical, "canonical JSON is its own canonical form")
}

extension DecodeLimits {
  /// Our own output may be deeper and have more items than input: pairs stand for members.
  static let ours = DecodeLimits(depth: 256, items: .max)
}
