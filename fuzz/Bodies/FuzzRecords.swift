import Wire

/// Records from both formats: what reads is written and reads the same; what the shape refuses, the
/// form may have refused, and nothing else.
@Sendable
func fuzzRecords(_ bytes: [UInt8]) throws(BrokenProperty) {
  switch Result(catching: { () throws(DecodeError) in try FuzzRecord(cbor: bytes) }) {
  case .success(let record): try checkRecord(record)
  case .failure(let error):
    try checkRefusal(error, of: bytes)
    try checkForm(error) { () throws(DecodeError) in _ = try WireValue(cbor: bytes) }
  }
  switch Result(catching: { () throws(DecodeError) in try FuzzRecord(json: bytes) }) {
  case .success(let record): try checkRecord(record)
  case .failure(let error):
    try checkRefusal(error, of: bytes)
    try checkForm(error) { () throws(DecodeError) in _ = try WireValue(json: bytes) }
  }
}

/// Parameters: the bytes are names and values between zeros; what reads is written and reads the
/// same.
@Sendable
func fuzzParameters(_ bytes: [UInt8]) throws(BrokenProperty) {
  let texts = bytes.split(separator: 0, omittingEmptySubsequences: false).map {
    String(decoding: $0, as: UTF8.self)
  }
  let pairs = stride(from: 0, to: texts.count - 1, by: 2).map {
    Parameter(name: texts[$0], value: texts[$0 + 1])
  }
  let read = Result { () throws(DecodeError) in
    try FuzzRecord(parameters: pairs, body: .none)
  }
  switch read {
  case .success(let record): try checkRecord(record)
  case .failure(let error):
    try hold(error.offset == nil, "a parameter has no offset")
    try hold(!error.message.isEmpty, "a refusal has a sentence")
  }
}

private func checkRecord(_ record: FuzzRecord) throws(BrokenProperty) {
  let fromJSON = try own("JSON") { () throws(DecodeError) in
    try FuzzRecord(json: record.json(), limits: .ours)
  }
  let fromCBOR = try own("CBOR") { () throws(DecodeError) in
    try FuzzRecord(cbor: record.cbor(), limits: .ours)
  }
  // Stored JSON comes back from CBOR with its keys sorted.
  try hold(fromCBOR.cbor() == record.cbor(), "a record reads from CBOR as it was written")
  try hold(
    fromCBOR.wireValue() == record.wireValue(), "a record is the same value from CBOR")
  // An open field loses in JSON what JSON lacks.
  try hold(fromJSON.json() == record.json(), "a record reads from JSON as it was written")
  try hold(WireValue(encoding: fromJSON).json() == record.json(), "a record's tree is the record")
}

/// A body whose form is broken is refused for that, whatever its fields are.
private func checkForm(
  _ error: DecodeError, _ open: () throws(DecodeError) -> Void
) throws(BrokenProperty) {
  do throws(DecodeError) {
    try open()
  } catch let form {
    let isForm = DecodeError.Kind.ofForm.contains(form.kind)
    try hold(!isForm || form.kind == error.kind, "form goes before shape")
  }
}

extension DecodeError.Kind {
  /// What makes a body malformed: it is found before anything else is said.
  fileprivate static let ofForm: [DecodeError.Kind] = [
    .endInHead, .endInString, .endInItems, .reservedAdditional, .badSimple, .badChunkType,
    .nestedIndefiniteChunk, .strayBreak, .breakInDefinite, .oddMapBreak, .indefiniteIntegerOrTag,
    .endOfInput, .badNumber, .badEscape, .controlCharacter,
  ]
}

/// Texts as times, base64url and strings: what is taken is written as it was, or reads back.
@Sendable
func fuzzScalars(_ bytes: [UInt8]) throws(BrokenProperty) {
  let text = String(decoding: bytes, as: UTF8.self)
  if let time = Timestamp(checking: text) {
    try hold(Timestamp(checking: time.text) == time, "a time reads as it is written")
    let tagged = WireValue.tagged(0, .text(text)).cbor()
    let read = try own("time") { () throws(DecodeError) in try Timestamp(cbor: tagged) }
    try hold(read == time, "a time is the same in every format")
  }
  if let decoded = Base64URL.bytes(bytes) {
    try hold([UInt8](Base64URL.text(decoded).utf8) == bytes, "bytes have one text")
  }
  try hold(Base64URL.bytes([UInt8](Base64URL.text(bytes).utf8)) == bytes, "bytes come back")
  let json = try own("text") { () throws(DecodeError) in try String(json: text.json()) }
  let cbor = try own("text") { () throws(DecodeError) in try String(cbor: text.cbor()) }
  try hold(json.utf8.elementsEqual(text.utf8), "a text comes back from JSON")
  try hold(cbor.utf8.elementsEqual(text.utf8), "a text comes back from CBOR")
  try hold(
    (Text<2, 5>(checking: text) != nil) == (2...5).contains(text.unicodeScalars.count),
    "a text's length counts Unicode scalars")
}
